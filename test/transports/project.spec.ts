import { describe, expect, it } from '@jest/globals';
import { type Behaviour, behaviours } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually, next } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

const NO_REPORTS = { statuses: [] };

/** What leaves open whether AiSensy took a message, though it did. */
const UNCLEAR: [string, Behaviour][] = [
  ['a lost answer', behaviours.dropAnswer()], ['a time-out', behaviours.hang(true)], ['a fault', behaviours.serverError(true)],
  ['a fault with an id', { kind: 'answer', status: 502, body: { submitted_message_id: 'AS-99', message: 'Bad gateway' }, taken: true }],
];

describe.each(PLATFORMS)('the Project API on %s', (platform) => {
  const start = hostsOn(platform);
  const waiting = (waitMs: number): object => ({ unknownOutcome: { waitMs } });

  it('is called with the project\'s password', async () => {
    const host = await start({ transport: 'project' });
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'success' });
    expect(host.aiSensy.received[0]!.headers['x-aisensy-project-api-pwd']).toBe('password-of-project');
    const other = await start({ transport: 'project', transportOptions: { password: 'a-wrong-one' } });
    expect(await other.cleverTap.send(message())).toMatchObject({ outcome: 'refused', code: 2000 });
    expect(other.aiSensy.received).toEqual([]);
  });

  it.each(UNCLEAR)('is asked what became of a message after %s', async (_name, behaviour) => {
    const host = await start({ transport: 'project', account: waiting(2_000), transportOptions: { timeoutMs: 300 }, aiSensy: { plan: behaviour, reports: NO_REPORTS } });
    const sent = message();
    const outcomes = next(host.bridge.dispatches$, 2);
    await host.cleverTap.send(sent);
    expect((await outcomes).map(({ outcome }) => outcome)).toEqual(['unknown', 'dispatched']);
    await host.cleverTap.waitForStatuses(1);
    expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([{ status: 'sent' }]);
    expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'dispatched', status: 'sent' });
    expect(host.aiSensy.takenTwice).toEqual([]);
    expect(await host.bridge.deadLetters.list({})).toEqual([]);
  });

  it('leaves a message to the policy that it does not know', async () => {
    const host = await start({ transport: 'project', account: waiting(100), aiSensy: { plan: behaviours.reset() } });
    const sent = message();
    await host.cleverTap.send(sent);
    await host.cleverTap.waitForStatuses(1);
    expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([{ status: 'failed', error: { code: 1009 } }]);
    expect(host.aiSensy.asked.filter((call) => call.includes('/messages/'))).not.toEqual([]);
  });

  it('does not send a message again that it knows, whatever the policy', async () => {
    const host = await start({
      transport: 'project', account: { unknownOutcome: { waitMs: 100, policy: 'resend' } },
      aiSensy: { plan: (_message, index) => (index === 0 ? behaviours.dropAnswer() : undefined), reports: NO_REPORTS },
    });
    const sent = message();
    await host.cleverTap.send(sent);
    await eventually(async () => expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'dispatched', status: 'sent' }));
    expect(host.aiSensy.received).toHaveLength(1);
  });

  it('is asked after messages whose report is overdue, and after no others', async () => {
    const host = await start({
      transport: 'project', account: waiting(400),
      aiSensy: { reports: ({ index }) => (index % 2 === 0 ? NO_REPORTS : { statuses: ['sent', 'delivered'] }) },
    });
    const campaign = await host.cleverTap.runCampaign({ messages: 10, concurrency: 2 });
    expect(campaign.success).toBe(10);
    await host.cleverTap.waitForStatuses(15);
    expect(host.cleverTap.balance()).toMatchObject({ sent: 10, delivered: 5, failed: 0, unaccounted: 0 });
    const silent = host.aiSensy.received.filter(({ index }) => index % 2 === 0).map(({ names }) => names.wamid);
    const asked = host.aiSensy.asked.filter((call) => call.includes('/messages/')).map((call) => decodeURIComponent(call.split('/').at(-1)!));
    expect(asked.sort()).toEqual(silent.sort());
    const { jobs } = await host.bridge.counts();
    expect(Object.keys(jobs).filter((lane) => lane.startsWith('look-up'))).toEqual([]);
  });

  it('is still asked after a restart', async () => {
    const host = await start({ transport: 'project', durable: true, account: waiting(1_000), aiSensy: { reports: NO_REPORTS } });
    const sent = message();
    await host.cleverTap.send(sent);
    await host.restart();
    await host.cleverTap.waitForStatuses(1);
    expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([{ status: 'sent' }]);
  });

  it('is tried out without a send when a provider is saved', async () => {
    const host = await start({ transport: 'project' });
    expect(await host.cleverTap.sendValidation()).toMatchObject({ outcome: 'success' });
    expect(host.aiSensy.received).toEqual([]);
    await eventually(() => expect(host.aiSensy.asked).toContain('GET /project-apis/v1/project/66f0000000000000000000c1'));
    const other = await start({ transport: 'project', transportOptions: { password: 'a-wrong-one' } });
    expect(await other.cleverTap.sendValidation()).toMatchObject({ outcome: 'refused', code: 2000 });
  });
});
