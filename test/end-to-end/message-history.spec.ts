import { describe, expect, it } from '@jest/globals';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

describe.each(PLATFORMS)('a message\'s history on %s', (platform) => {
  const start = hostsOn(platform);

  it('tells every step with its time, after a restart too', async () => {
    const host = await start({ durable: true, aiSensy: { callbackForm: 'meta', plan: [{ times: 1, use: behaviours.tooMany() }], reports: { everyMs: 20 } } });
    const sent = message('quickReplies');
    const before = Date.now();
    await host.cleverTap.send(sent);
    await host.cleverTap.waitForStatuses(3);
    const history = await eventually(async () => {
      const found = await host.bridge.message(sent.msgId);
      expect(found?.steps.filter(({ relayedAt }) => relayedAt !== undefined)).toHaveLength(3);
      return found!;
    });
    const { names, acceptedAt, steps, ...rest } = history;
    expect(rest).toEqual({ msgId: sent.msgId, account: host.sides[0]!.nickname, origin: 'clevertap', to: `+${sent.to}`, state: 'dispatched', status: 'read' });
    expect(names).toEqual([host.aiSensy.received[1]!.names.wamid]);
    expect(steps.map(({ step }) => step)).toEqual(['accepted', 'retry', 'dispatched', 'sent', 'delivered', 'read']);
    expect(steps[1]).toMatchObject({ reason: { code: 1004, title: expect.any(String) } });
    expect(acceptedAt).toEqual(steps[0]!.at);
    const written = steps.map(({ recordedAt }) => recordedAt.getTime());
    expect(written).toEqual([...written].sort((a, b) => a - b));
    expect(written[0]).toBeGreaterThanOrEqual(before - 5);
    expect(written.at(-1)).toBeLessThanOrEqual(Date.now() + 5);
    // Meta tells seconds only.
    for (const { at } of steps.slice(3)) expect(Math.abs(at.getTime() - before)).toBeLessThan(60_000);
    for (const { recordedAt, relayedAt } of steps.slice(3)) expect(relayedAt!.getTime()).toBeGreaterThanOrEqual(recordedAt.getTime());

    await host.restart();
    expect(await host.bridge.message(sent.msgId)).toEqual(history);
  });

  it('tells a message on its way, and a refused one with its reason', async () => {
    const host = await start({ options: { answerWithinMs: 0 }, account: { maxConcurrentRequests: 1 }, aiSensy: { plan: behaviours.hang() } });
    const [first, second] = [message(), message()];
    await host.cleverTap.send(first);
    await host.aiSensy.waitForMessages(1);
    await host.cleverTap.send(second);
    expect(await host.bridge.message(first.msgId)).toMatchObject({ state: 'dispatching', steps: [{ step: 'accepted' }] });
    expect(await host.bridge.message(second.msgId)).toMatchObject({ state: 'accepted', steps: [{ step: 'accepted' }] });
    expect((await host.bridge.message(second.msgId))?.status).toBeUndefined();
  });

  it('tells the reason of a refusal', async () => {
    const host = await start({ aiSensy: { plan: behaviours.refuse(2001, 'No such template') } });
    const sent = message();
    await host.cleverTap.send(sent);
    expect(await host.bridge.message(sent.msgId)).toMatchObject({
      state: 'rejected', steps: [{ step: 'accepted' }, { step: 'rejected', reason: { code: 1001, title: expect.stringContaining('No such template') } }],
    });
  });

  it('is each account\'s own, and none where nobody knows the id', async () => {
    const host = await start({ second: {} });
    const [first, second] = host.sides;
    const msgId = '1|the|same|id';
    await first!.cleverTap.send(message('textFooter', { msgId, to: '919800000001' }));
    await second!.cleverTap.send(message('freeformText', { msgId, to: '919800000002', wabaNumber: second!.mobileNumber }));
    expect(await host.bridge.message(msgId, first!.nickname)).toMatchObject({ account: first!.nickname, to: '+919800000001' });
    expect(await host.bridge.message(msgId, second!.nickname)).toMatchObject({ account: second!.nickname, to: '+919800000002' });
    expect(await host.bridge.message('1|another|id')).toBeUndefined();
    await expect(host.bridge.message(msgId, 'nobody')).rejects.toMatchObject({ code: 'unknown-account' });
  });
});
