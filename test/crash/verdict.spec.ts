import { describe, expect, it } from '@jest/globals';
import type { MessageHistory, MessageStep } from '../../lib/index.ts';
import type { Evidence } from './evidence.ts';
import { judge } from './verdict.ts';

const AT = new Date('2026-03-01T10:00:00Z');

/** A message as the ledger tells it. */
function history(msgId: string, state: MessageHistory['state'], steps: MessageStep['step'][], status?: MessageHistory['status']): MessageHistory {
  return {
    msgId, account: '+918889500122', origin: 'clevertap', to: '+919800000001', state, names: [], acceptedAt: AT, ...(status && { status }),
    steps: (['accepted', ...steps] as const).map((step) => ({ step, at: AT, recordedAt: AT })),
  };
}

/** A run in which `a` was taken and read, `b` was refused after its answer, and `c` is of unknown outcome. */
function run(changes: Partial<Evidence> = {}): Evidence {
  const answer = (msgId: string) => ({ event: 'answer', at: 0, msgId, outcome: 'success' });
  const status = (msgId: string, each: string) => ({ event: 'status', at: 0, msgId, status: each });
  const report = (msgId: string, each: string) => ({ event: 'report', at: 0, msgId, status: each });
  return {
    scenario: { unknown: { waitMs: 600_000, policy: 'fail' }, callbackForm: 'clevertap' },
    cleverTap: [answer('a'), answer('b'), answer('c'), status('a', 'sent'), status('a', 'read'), status('b', 'failed')],
    aiSensy: [report('a', 'sent'), report('a', 'read')],
    attempts: [{ msgId: 'a', taken: true, status: 200 }, { msgId: 'b', taken: false, status: 400 }, { msgId: 'c', taken: true, status: 0 }],
    callbacksLost: 0, rejected: 0, deadLetters: [],
    histories: [
      history('a', 'dispatched', ['dispatched', 'sent', 'read'], 'read'), history('b', 'rejected', ['rejected', 'failed']), history('c', 'unknown', ['unknown']),
    ],
    heard: [
      { kind: 'dispatch', of: 'a', what: 'dispatched' }, { kind: 'delivery-report', of: 'a', what: 'sent' }, { kind: 'delivery-report', of: 'a', what: 'read' },
      { kind: 'dispatch', of: 'b', what: 'rejected' }, { kind: 'dispatch', of: 'c', what: 'unknown' },
    ],
    observed: [{ msgId: 'a', state: 'dispatching' }, { msgId: 'a', state: 'dispatched', status: 'sent' }],
    ...changes,
  };
}

const without = <T>(list: T[], which: (item: T) => boolean): T[] => list.filter((item) => !which(item));

describe('the verdict on a run', () => {
  it('is good where everything is accounted for', () => {
    expect(judge(run())).toEqual({
      balance: { accepted: 3, taken: 1, refused: 1, unknown: 1, pending: 0, expired: 0, dead: 0 }, violations: [],
    });
  });

  it('names a message of a storm that has not ended, was sent twice, or has two ends', () => {
    const storm = run({ scenario: { ...run().scenario, storm: true } });
    const twice = { ...storm, attempts: [...storm.attempts, storm.attempts[1]!] };
    const promises = judge(twice).violations.map(({ promise, msgIds }) => `${promise}: ${msgIds.join(', ')}`);
    expect(promises).toEqual(expect.arrayContaining([
      "no message is on AiSensy's wire twice: b", 'the waiting of every message has ended: a, b, c', 'CleverTap is told of one end of a message: a, c',
    ]));
  });

  const whole = run();
  it.each<[string, Partial<Evidence>, string[]]>([
    ['a message that is nowhere', { histories: without(whole.histories, ({ msgId }) => msgId === 'b') }, [
      'a message that was answered success is in the ledger: b', 'a message is kept before it is sent: b',
    ]],
    ['a message that was sent twice', { attempts: [...whole.attempts, { msgId: 'c', taken: true, status: 200 }] }, [
      'no message is sent again unless AiSensy had plainly not taken it: c',
    ]],
    ['a refusal that was none', { attempts: whole.attempts.map((attempt) => ({ ...attempt, taken: true })) }, [
      'what the ledger calls refused, expired or pending was not taken: b',
    ]],
    ['a status that did not arrive', { cleverTap: without(whole.cleverTap, ({ status }) => status === 'sent') }, [
      'a status that was acknowledged to AiSensy reaches CleverTap: a sent',
      'CleverTap hears of a higher status after a lower one that was known before: a',
    ]],
    ['statuses in the wrong order', { cleverTap: whole.cleverTap.toReversed() }, [
      'CleverTap hears of a higher status after a lower one that was known before: a',
    ]],
    ['a failure that CleverTap was not told of', { cleverTap: without(whole.cleverTap, ({ status }) => status === 'failed') }, [
      'a message of which CleverTap will hear nothing more is reported failed: b',
    ]],
    ['a state that went backwards', { observed: [...whole.observed, { msgId: 'a', state: 'unknown' }, { msgId: 'c', state: 'rejected' }] }, [
      'no state goes backwards: a, c',
    ]],
    ['a listener that missed something', { heard: without(whole.heard, ({ of }) => of === 'c') }, ['a listener hears of every dispatch (unknown): c']],
    ['a report that settled nothing', { aiSensy: [...whole.aiSensy, { event: 'report', at: 0, msgId: 'c', status: 'sent' }] }, [
      'a status that was acknowledged to AiSensy reaches CleverTap: c sent', 'a report settles what was unknown: c', 'the highest status stays: c',
    ]],
    ['work that never ended', { histories: [...without(whole.histories, ({ msgId }) => msgId === 'c'), history('c', 'accepted', ['unknown'])] }, [
      'at rest nothing is pending: c', 'what the ledger calls refused, expired or pending was not taken: c',
    ]],
  ])('names %s', (_, changes, violations) => {
    expect(judge(run(changes)).violations.map(({ promise, msgIds }) => `${promise}: ${msgIds.join(', ')}`)).toEqual(violations);
  });
});
