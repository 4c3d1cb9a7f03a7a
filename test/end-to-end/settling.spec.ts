import { describe, expect, it, jest } from '@jest/globals';
import type { MessageSummary } from 'nestjs-whatsapp-bridge';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually, next } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

/** AiSensy drops the answer to the first message, and takes all others. */
const DROPS_FIRST = { plan: (_: unknown, index: number) => (index === 0 ? behaviours.reset() : undefined), reports: { statuses: [] } };

describe.each(PLATFORMS)('a message whose outcome stays unknown on %s', (platform) => {
  const start = hostsOn(platform);

  it('is told as failed when its waiting time ends, and kept as a dead letter', async () => {
    const host = await start({ aiSensy: DROPS_FIRST, account: { unknownOutcome: { waitMs: 50 } } });
    const sent = message();
    const outcomes = next(host.bridge.dispatches$, 2);
    await host.cleverTap.send(sent);
    expect((await outcomes).map(({ outcome }) => outcome)).toEqual(['unknown', 'rejected']);
    await host.cleverTap.waitForStatuses(1);
    expect(host.cleverTap.statusesOf(sent.msgId)).toMatchObject([{ status: 'failed', error: { code: 1009, title: expect.stringContaining('unknown') } }]);
    expect(await host.bridge.deadLetters.list({ kind: 'unknown' })).toMatchObject([{ message: { msgId: sent.msgId }, payload: { msgId: sent.msgId } }]);
    expect(host.aiSensy.received).toHaveLength(1);
  });

  it('is sent again where the policy says so, for the messages for which it does', async () => {
    const policy = jest.fn(({ template }: MessageSummary) => (template === 'otp' ? 'resend' as const : 'fail' as const));
    const host = await start({ aiSensy: DROPS_FIRST, account: { unknownOutcome: { waitMs: 50, policy } } });
    const sent = { ...message(), template: { namespace: 'otp', languageCode: 'en' } };
    const outcomes = next(host.bridge.dispatches$, 2);
    await host.cleverTap.send(sent);
    expect((await outcomes).map(({ outcome }) => outcome)).toEqual(['unknown', 'dispatched']);
    expect(host.aiSensy.received.map(({ msgId }) => msgId)).toEqual([sent.msgId, sent.msgId]);
    expect(policy.mock.calls).toMatchObject([[{ msgId: sent.msgId, template: 'otp' }]]);
  });

  it('asks a policy again that threw', async () => {
    const policy = jest.fn(() => 'fail' as const).mockImplementationOnce(() => { throw new Error('the database is away'); });
    const host = await start({ aiSensy: DROPS_FIRST, account: { unknownOutcome: { waitMs: 10, policy } } });
    const outcomes = next(host.bridge.dispatches$, 2);
    await host.cleverTap.send(message());
    expect((await outcomes).map(({ outcome }) => outcome)).toEqual(['unknown', 'rejected']);
    expect(policy).toHaveBeenCalledTimes(2);
  });

  it.each(['sent', 'failed', 'resend'] as const)('is settled by hand as %s', async (decision) => {
    const host = await start({ aiSensy: DROPS_FIRST });
    const sent = message();
    const unknown = next(host.bridge.dispatches$);
    await host.cleverTap.send(sent);
    await unknown;
    expect((await host.bridge.counts()).messages).toEqual({ unknown: 1 });
    expect(await host.bridge.unknownMessages()).toMatchObject([{ msgId: sent.msgId, account: 'AiSensy_WA_1', settlesAt: expect.any(Date) }]);
    const settled = next(host.bridge.dispatches$);
    expect(await host.bridge.settle(sent.msgId, decision)).toBe(true);
    const outcome = decision === 'failed' ? 'rejected' : 'dispatched';
    expect(await settled).toMatchObject([{ outcome }]);
    await eventually(async () => expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: outcome }));
    expect(host.aiSensy.received).toHaveLength(decision === 'resend' ? 2 : 1);
    expect(await host.bridge.settle(sent.msgId, decision)).toBe(false);
  });

  it('is found by hand in whichever account it waits, as its history is', async () => {
    const host = await start({ second: { aiSensy: DROPS_FIRST } });
    const [, second] = host.sides;
    const unknown = next(host.bridge.dispatches$);
    await host.bridge.send({ account: second!.nickname, to: '+919800000001', msgId: 'own-1', content: { type: 'text', text: 'Hello' } });
    await unknown;
    expect(await host.bridge.settle('own-1', 'sent', host.sides[0]!.nickname)).toBe(false);
    await expect(host.bridge.settle('own-1', 'snt' as never)).rejects.toThrow('settle(): the decision must be one of sent, failed, resend.');
    await expect(host.bridge.settle(['own-1'] as never, 'sent')).rejects.toThrow('settle(): `msgId` must be a string.');
    await expect(host.bridge.message(undefined as never)).rejects.toThrow('message(): `msgId` must be a string.');
    await expect(host.bridge.settle('own-1', 'sent', 'nobody')).rejects.toMatchObject({ name: 'SendError', code: 'unknown-account' });
    expect(await host.bridge.settle('own-1', 'sent')).toBe(true);
    expect(await host.bridge.message('own-1')).toMatchObject({ state: 'dispatched' });
  });

  it('is sent again by hand no later than its account lets such a message be sent', async () => {
    const within: Record<string, number> = { otp: 86_400_000 };
    const plan = (_: unknown, index: number) => (index === 0 ? behaviours.reset() : behaviours.slow(100));
    const host = await start({
      aiSensy: { plan, reports: { statuses: [] } }, account: { maxConcurrentRequests: 1, sendWithinMs: ({ template = '' }) => within[template] ?? 60_000 },
      options: { answerWithinMs: 0 },
    });
    const sent = { ...message(), template: { namespace: 'otp', languageCode: 'en' } };
    const outcomes = next(host.bridge.dispatches$, 3);
    await host.cleverTap.send(sent);
    await eventually(async () => expect(await host.bridge.counts()).toMatchObject({ messages: { unknown: 1 } }));
    await host.cleverTap.send(message()); // has the only slot for longer than the other may wait
    await host.aiSensy.waitForMessages(2);
    within.otp = 1;
    expect(await host.bridge.settle(sent.msgId, 'resend')).toBe(true);
    expect((await outcomes).map(({ outcome }) => outcome)).toEqual(['unknown', 'dispatched', 'expired']);
    expect(host.aiSensy.received).toHaveLength(2);
  });
});
