import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, accepted, callback, DISPATCH, NOW, report, verdict } from '../../test/support/ledger-records.ts';
import { laneName } from './ledger.ts';
import type { DispatchRecord } from './ledger-records.ts';
import { SqliteLedger } from './sqlite-ledger.ts';

const SETTLE = laneName.settle(ACCOUNT);
const REASON = { code: 1009 as const, title: 'no answer came' };
const LATER = NOW + 5_000;

describe('what the ledger takes as proof that a message went out', () => {
  let ledger: SqliteLedger;
  beforeEach(async () => {
    ledger = new SqliteLedger(':memory:');
    await ledger.open();
  });
  afterEach(() => ledger.close());

  const jobs = async (lane: string, now = LATER) => (await ledger.claim(lane, 100, now)).jobs;
  const state = async (msgId: string): Promise<string | undefined> => (await ledger.message(ACCOUNT, msgId))?.state;
  const unknown = (more: Partial<DispatchRecord> = {}): Partial<DispatchRecord> => ({ outcome: 'unknown', reason: REASON, settleAt: LATER, ...more });
  /** Puts the message of the one dead letter back, and takes it into hand again. */
  const replayed = async () => {
    const [letter] = await ledger.deadLetters({});
    expect(await ledger.replay({ id: letter!.id, at: NOW, dryRun: false, expiresAt: NOW + 86_400_000 })).toMatchObject({ replayed: true });
  };

  describe('a failure that was reported of an earlier sending', () => {
    const failed = async (msgId: string): Promise<number> => {
      const { message, job } = await accepted(ledger, msgId);
      await ledger.recordDispatch(verdict(job, message, { outcome: 'rejected', reason: REASON }));
      await ledger.recordCallback(callback([report([msgId], 'failed')]));
      return message;
    };

    it('proves nothing of the next, which is tried again or waits for its report', async () => {
      const message = await failed('a');
      await replayed();
      const [again] = await jobs(DISPATCH);
      await ledger.recordDispatch(verdict(again!.id, message, { attempt: 2, outcome: 'retry', reason: REASON, due: LATER }));
      const [once] = await jobs(DISPATCH);
      expect(once?.message?.msgId).toBe('a');
      await ledger.recordDispatch(verdict(once!.id, message, { attempt: 3, ...unknown() }));
      expect(await state('a')).toBe('unknown');
      expect(await jobs(SETTLE)).toHaveLength(1);
      await ledger.recordCallback(callback([report(['a'], 'delivered')]));
      expect(await state('a')).toBe('dispatched');
    });

    it('proves nothing where the process dies during the next', async () => {
      await failed('a');
      await replayed();
      await jobs(DISPATCH);
      await ledger.recover({ at: LATER, accounts: {}, listenerLanes: [] });
      expect(await state('a')).toBe('unknown');
    });

    it('proves nothing where it comes while the next one waits', async () => {
      const { message, job } = await accepted(ledger, 'a');
      await ledger.recordDispatch(verdict(job, message, unknown()));
      await ledger.settle({ message, decision: 'failed', at: NOW, reason: REASON, listenerLanes: [] });
      await replayed();
      await ledger.recordCallback(callback([report(['a'], 'failed')]));
      expect(await state('a')).toBe('accepted');
      expect(await jobs(DISPATCH)).toHaveLength(1);
    });

    it('proves nothing where it comes while nobody knows what became of the next', async () => {
      const { message, job } = await accepted(ledger, 'a');
      await ledger.recordDispatch(verdict(job, message, { outcome: 'rejected', reason: REASON }));
      await replayed();
      const [again] = await jobs(DISPATCH);
      await ledger.recordDispatch(verdict(again!.id, message, { attempt: 2, ...unknown() }));
      await ledger.recordCallback(callback([report(['a'], 'failed')]));
      expect(await state('a')).toBe('unknown');
      const [settlement] = await jobs(SETTLE);
      await ledger.settle({ message, job: settlement!.id, decision: 'failed', at: LATER, reason: REASON, listenerLanes: [] });
      expect(await ledger.deadLetters({})).toMatchObject([{ kind: 'unknown' }]);
    });

    it('and one of the very sending that waits for its next attempt ends that', async () => {
      const { message, job } = await accepted(ledger, 'a');
      await ledger.recordDispatch(verdict(job, message, { outcome: 'retry', reason: REASON, due: LATER }));
      await ledger.recordCallback(callback([report(['a'], 'failed')]));
      expect(await jobs(DISPATCH)).toEqual([]);
    });
  });

  it('is no failure of a message whose time is over, which can still be put back; a delivery is', async () => {
    for (const msgId of ['failed', 'delivered']) await accepted(ledger, msgId, { claim: false, expiresAt: NOW + 1 });
    await ledger.sweep({ at: LATER, listenerLanes: [] });
    await ledger.recordCallback(callback([report(['failed'], 'failed'), report(['delivered'], 'delivered')]));
    expect([await state('failed'), await state('delivered')]).toEqual(['expired', 'dispatched']);
    const [letter] = await ledger.deadLetters({ msgId: 'failed' });
    expect(await ledger.replay({ id: letter!.id, at: LATER, dryRun: true })).toMatchObject({ replayed: true });
  });

  it('is a report that waited for a name that the unclear answer tells', async () => {
    const { message, job } = await accepted(ledger, 'a');
    await ledger.recordCallback(callback([report(['sub-1'], 'delivered')]));
    const { matched, event } = await ledger.recordDispatch(verdict(job, message, unknown({ names: ['sub-1'] })));
    expect([event!.payload, matched.length]).toEqual([{ outcome: 'dispatched', reason: undefined }, 1]);
    expect(await ledger.message(ACCOUNT, 'a')).toMatchObject({ state: 'dispatched', status: 'delivered' });
    expect(await jobs(SETTLE)).toEqual([]);
  });

  it('is a click while the call is under way', async () => {
    const { message, job } = await accepted(ledger, 'a');
    await ledger.recordCallback(callback([{ ...report(['a'], 'clicked'), click: { url: 'https://example.com' } }]));
    await ledger.recordDispatch(verdict(job, message, unknown()));
    expect(await state('a')).toBe('dispatched');
  });

  it('keeps a message that is sent again from going out once more, where the proof came before it left', async () => {
    const { message, job } = await accepted(ledger, 'a');
    await ledger.recordDispatch(verdict(job, message, unknown()));
    await ledger.settle({ message, decision: 'resend', at: NOW, reason: REASON, listenerLanes: [], expiresAt: LATER });
    const [again] = await jobs(DISPATCH);
    await ledger.recordCallback(callback([report(['a'], 'delivered')]));
    await ledger.finish([{ id: again!.id, kind: 'release', due: NOW + 1 }]);
    const [once] = await jobs(DISPATCH);
    expect(once!.message).toMatchObject({ msgId: 'a', proven: true });
    expect(again!.message!.proven).toBe(false);
  });

  describe('of a test message, whose id all tests share,', () => {
    it('is a report only for the newest that has left', async () => {
      const first = await accepted(ledger, '0|0|0|0', { test: true });
      await ledger.recordDispatch(verdict(first.job, first.message));
      const second = await accepted(ledger, '0|0|0|0', { test: true });
      await ledger.recordDispatch(verdict(second.job, second.message, { outcome: 'retry', reason: REASON, due: LATER }));
      const [recorded] = await ledger.recordCallback(callback([report(['0|0|0|0'], 'delivered')]));
      expect(recorded!.message!.seq).toBe(first.message);
      expect(await jobs(DISPATCH)).toMatchObject([{ message: { seq: second.message } }]);
      await ledger.recordCallback(callback([report(['0|0|0|0'], 'read')]));
      expect(await ledger.message(ACCOUNT, '0|0|0|0')).toMatchObject({ status: 'read' });
    });

    it('is a report for the one that its other name names', async () => {
      const tests = [await accepted(ledger, '0|0|0|0', { test: true }), await accepted(ledger, '0|0|0|0', { test: true })];
      for (const [place, { job, message }] of tests.entries()) await ledger.recordDispatch(verdict(job, message, { names: [`wamid.${place}`] }));
      const recorded = await ledger.recordCallback(callback([report(['0|0|0|0', 'wamid.0'], 'delivered'), report(['0|0|0|0', 'wamid.1'], 'failed')]));
      expect(recorded.map(({ message }) => message!.seq)).toEqual(tests.map(({ message }) => message));
    });
  });
});
