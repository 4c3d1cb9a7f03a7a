import { describe, expect, it } from '@jest/globals';
import type { BridgeAlert } from 'nestjs-whatsapp-bridge';
import { behaviours, forms } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { call } from '../support/http-hosts.ts';
import { message, messages } from '../support/messages.ts';

const TAKEN = { statuses: ['sent' as const] };

/** No template is looked at beforehand, so that nobody but the sender asks for a token. */
const UNLOOKED = { preflight: false };

describe.each(PLATFORMS)('the Direct API on %s', (platform) => {
  const start = hostsOn(platform);

  it('gets its token once, whoever needs it', async () => {
    const host = await start({ transport: 'direct', aiSensy: { reports: TAKEN } });
    expect(await host.cleverTap.runCampaign({ messages: 60, concurrency: 30 })).toMatchObject({ success: 60 });
    await host.cleverTap.waitForStatuses(60);
    expect(host.aiSensy.tokensFetched).toBe(1);
    expect(host.aiSensy.unauthorized).toBe(0);
    const [first] = host.aiSensy.received;
    expect(first!.headers.authorization).toMatch(/^Bearer sim\./);
    expect(JSON.parse(first!.body.toString())).toMatchObject({ messaging_product: 'whatsapp', biz_opaque_callback_data: first!.msgId });
  });

  it('renews a refused token once for 200 messages at once, without losing or doubling one', async () => {
    const host = await start({ transport: 'direct', account: UNLOOKED, transportOptions: { token: 'of-yesterday' }, aiSensy: { delayMs: 20, reports: TAKEN } });
    expect(await host.cleverTap.runCampaign({ messages: 200, concurrency: 200 })).toMatchObject({ success: 200, refused: 0 });
    await host.cleverTap.waitForStatuses(200);
    expect(host.aiSensy.tokensFetched).toBe(1);
    expect(host.aiSensy.unauthorized).toBeGreaterThan(0);
    expect(host.aiSensy.unauthorized).toBeLessThanOrEqual(200);
    expect(host.aiSensy.taken).toHaveLength(200);
    expect(host.aiSensy.takenTwice).toEqual([]);
    expect(host.cleverTap.balance()).toMatchObject({ sent: 200, failed: 0 });
  });

  it('renews a token at once that somebody else has voided, however fresh it was', async () => {
    const host = await start({ transport: 'direct', account: UNLOOKED, aiSensy: { reports: TAKEN } });
    await host.cleverTap.send(message());
    host.aiSensy.voidToken();
    expect(await host.cleverTap.runCampaign({ messages: 200, concurrency: 200 })).toMatchObject({ success: 200, refused: 0 });
    await host.cleverTap.waitForStatuses(201);
    expect(host.aiSensy.tokensFetched).toBe(2);
    expect(host.aiSensy.unauthorized).toBeGreaterThan(0);
    expect(host.aiSensy.taken).toHaveLength(201);
    expect(host.cleverTap.balance()).toMatchObject({ sent: 201, failed: 0 });
  });

  it('fetches no token after another where none of them helps', async () => {
    const host = await start({
      transport: 'direct', account: UNLOOKED, options: { answerWithinMs: 0 }, aiSensy: { plan: behaviours.invalidToken() },
    });
    for (const one of messages(5)) await host.cleverTap.send(one);
    await eventually(() => expect(host.aiSensy.received.length).toBeGreaterThan(8));
    expect(host.aiSensy.tokensFetched).toBeLessThanOrEqual(3);
    expect(host.aiSensy.taken).toEqual([]);
    expect(host.cleverTap.statusCount).toBe(0);
  });

  it('finds its templates with a token that somebody else has voided', async () => {
    const host = await start({ transport: 'direct', account: UNLOOKED, aiSensy: { templates: [] } });
    await host.cleverTap.send(message());
    host.aiSensy.voidToken();
    const { status } = await call(`${host.url}/`, 'clevertap/templates', { method: 'GET', headers: host.sides[0]!.key });
    expect([status, host.aiSensy.tokensFetched]).toEqual([200, 2]);
  });

  it('stops with a wrong login, tells it in the answer, and burns no message', async () => {
    const pause = { firstDelayMs: 60_000, maxDelayMs: 60_000 }; // the messages come within it, however slow the machine is
    const host = await start({
      transport: 'direct', transportOptions: { password: 'a-wrong-one' }, options: { retry: { dispatch: pause } }, aiSensy: { reports: TAKEN },
    });
    const alerts: BridgeAlert[] = [];
    host.bridge.alerts$.subscribe((alert) => alerts.push(alert));
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'refused', code: 2000 });
    await eventually(() => expect(alerts).toMatchObject([{ kind: 'dispatch-paused', reason: expect.stringContaining('check username, password and projectId') }]));
    for (const one of messages(5)) expect(await host.cleverTap.send(one)).toMatchObject({ outcome: 'success' });
    expect(alerts[0]!.kind === 'dispatch-paused' && alerts[0]!.reason).not.toContain('a-wrong-one');
    expect(host.aiSensy.received).toEqual([]);
    expect(host.cleverTap.statusCount).toBe(0);
  });

  it('stops with a wrong token that nobody can renew', async () => {
    const login = { username: undefined, password: undefined, projectId: undefined };
    const host = await start({ transport: 'direct', transportOptions: { token: 'a-wrong-one', ...login } });
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'refused', code: 2000 });
    expect(host.aiSensy.tokensFetched).toBe(0);
  });

  it('keeps messages while there is no token to be had', async () => {
    const host = await start({ transport: 'direct', options: { answerWithinMs: 0 }, account: UNLOOKED, aiSensy: { reports: TAKEN } });
    await host.aiSensy.goDown();
    const sent = message();
    expect(await host.cleverTap.send(sent)).toMatchObject({ outcome: 'success' });
    await eventually(async () => expect((await host.bridge.message(sent.msgId))!.steps).toMatchObject([
      { step: 'accepted' }, { step: 'retry', reason: { code: 1009, title: expect.stringContaining('AiSensy gave no token') } },
    ]));
    await host.aiSensy.comeUp();
    await host.cleverTap.waitForStatuses(1);
    expect(host.aiSensy.taken).toHaveLength(1);
  });

  it('matches reports by the id that went along, where the answer told none', async () => {
    const host = await start({ transport: 'direct', aiSensy: { plan: { kind: 'answer', body: {} } } });
    const sent = message();
    await host.cleverTap.send(sent);
    await host.cleverTap.waitForStatuses(3);
    const [received] = host.aiSensy.received;
    expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'dispatched', status: 'read', names: [received!.names.wamid] });
  });

  it('is tried out without a send when a provider is saved', async () => {
    const host = await start({ transport: 'direct', account: UNLOOKED });
    expect(await host.cleverTap.sendValidation()).toMatchObject({ outcome: 'success' });
    expect(host.aiSensy.received).toEqual([]);
    await eventually(() => expect(host.aiSensy.cold.asked).toEqual(['/direct-apis/t1/get-templates?']));
    const other = await start({ transport: 'direct', transportOptions: { username: 'nobody' } });
    expect(await other.cleverTap.sendValidation()).toMatchObject({ outcome: 'refused', code: 2000 });
  });

  it('refuses what WhatsApp has no form for, and sends nothing of it', async () => {
    const host = await start({ transport: 'direct' });
    const empty = forms.textFooter({ msgId: 'm-empty', to: '919800000001', wabaNumber: '+918889500122', index: 1 });
    const body = (empty.components as { body?: { parameters: { text: string }[] } }[])[0]!.body!;
    body.parameters[0]!.text = '';
    expect(await host.cleverTap.send(empty)).toMatchObject({ outcome: 'refused', code: 2001 });
    expect(host.aiSensy.received).toEqual([]);
    host.aiSensy.setPlan([{ use: behaviours.metaError(132001, 'Template name does not exist in the translation') }]);
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'refused', code: 2001 });
  });
});
