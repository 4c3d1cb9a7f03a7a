import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, accepted, callback, DISPATCH, message, NOW, report, reportOf, REPORTS, verdict } from '../../test/support/ledger-records.ts';
import { laneName } from './ledger.ts';
import type { AcceptResult, Settlement } from './ledger-records.ts';
import { SqliteEngine } from './sqlite/engine.ts';
import { GroupCommit } from './sqlite/group-commit.ts';
import { type OpenDatabase, openDatabase } from './sqlite/open-database.ts';
import { SqliteLedger } from './sqlite-ledger.ts';

const SETTLE = laneName.settle(ACCOUNT);
const REASON = { code: 1009 as const, title: 'no answer' };
const DAY_MS = 86_400_000;

describe('what happens to a message between two steps', () => {
  let ledger: SqliteLedger;
  beforeEach(async () => {
    ledger = new SqliteLedger(':memory:');
    await ledger.open();
  });
  afterEach(() => ledger.close());

  const claimed = async (lane: string, now = NOW + 1_000) => (await ledger.claim(lane, 10, now)).jobs;
  const settlement = (message: number, more: Partial<Settlement> = {}): Settlement => ({ message, decision: 'resend', at: NOW + 1_000, reason: REASON, listenerLanes: [], ...more });
  const unknown = async (msgId: string, urgent = false): Promise<number> => {
    const { message, job } = await accepted(ledger, msgId, { urgent });
    await ledger.recordDispatch(verdict(job, message, { outcome: 'unknown', reason: REASON, settleAt: NOW + 1_000 }));
    return message;
  };

  it('a decision about an earlier sending does not end the wait for a later one', async () => {
    const seq = await unknown('a');
    const [asked] = await claimed(SETTLE);
    await ledger.settle(settlement(seq));
    const [again] = await claimed(DISPATCH);
    await ledger.recordDispatch(verdict(again!.id, seq, { attempt: 2, outcome: 'unknown', reason: REASON, settleAt: NOW + 9_000 }));
    expect(await ledger.settle(settlement(seq, { job: asked!.id }))).toEqual({ settled: false, relayed: false });
    expect(await claimed(SETTLE, NOW + 9_000)).toHaveLength(1);
  });

  it.each(['settled', 'replayed'])('a reply keeps its right of way where it is sent again (%s)', async (how) => {
    const seq = await unknown('reply', true);
    await accepted(ledger, 'campaign', { claim: false });
    await ledger.settle(settlement(seq, how === 'settled' ? { urgent: true } : { decision: 'failed' }));
    const [letter] = await ledger.deadLetters({});
    if (letter !== undefined) await ledger.replay({ id: letter.id, at: NOW, dryRun: false, urgent: true });
    expect((await claimed(DISPATCH)).map(({ message }) => message!.msgId)).toEqual(['reply', 'campaign']);
  });

  describe('a relay that CleverTap refused, put back,', () => {
    const refused = async (): Promise<number> => {
      const [failed] = await claimed(REPORTS);
      await ledger.finish([{ id: failed!.id, kind: 'dead', letter: 'relay', reason: 'CleverTap answered 400', at: NOW }]);
      return (await ledger.deadLetters({ kind: 'relay' }))[0]!.id;
    };
    beforeEach(async () => {
      const { message, job } = await accepted(ledger, 'a');
      await ledger.recordDispatch(verdict(job, message));
    });

    it('does not take back what a later report has told', async () => {
      await ledger.recordCallback(callback([report(['a'], 'failed')]));
      const letter = await refused();
      await ledger.recordCallback(callback([report(['a'], 'delivered')]));
      expect(await ledger.replay({ id: letter, at: NOW, dryRun: false })).toEqual({ replayed: false, why: 'settled' });
    });

    it('goes before later reports of its message that wait', async () => {
      await ledger.recordCallback(callback([report(['a'], 'sent')]));
      const letter = await refused();
      await ledger.recordCallback(callback([report(['a'], 'delivered')]));
      await ledger.replay({ id: letter, at: NOW, dryRun: false });
      expect((await claimed(REPORTS)).map((job) => reportOf(job).status)).toEqual(['sent', 'delivered']);
    });
  });

  it('a parked report that settles an unknown outcome is told to who waits for that', async () => {
    const { message, job } = await accepted(ledger, 'a');
    await ledger.recordDispatch(verdict(job, message, { outcome: 'rejected', reason: REASON }));
    const [letter] = await ledger.deadLetters({});
    await ledger.replay({ id: letter!.id, at: NOW, dryRun: false });
    const [again] = await claimed(DISPATCH);
    await ledger.recordDispatch(verdict(again!.id, message, { attempt: 2, outcome: 'unknown', reason: REASON, settleAt: NOW + 9_000 }));
    await ledger.recordCallback(callback([report(['wamid.2'], 'delivered')]));
    await ledger.recordCallback(callback([report(['a', 'wamid.2'], 'failed')]));
    expect(await claimed('listener:settled')).toHaveLength(1);
  });

  it('a click without a time of its own that comes twice is one', async () => {
    const { message, job } = await accepted(ledger, 'a');
    await ledger.recordDispatch(verdict(job, message));
    const click = (at: number, arrivedAt: number) => ledger.recordCallback(callback([{ ...report(['a'], 'clicked', at), click: { url: 'https://example.com' } }], { at: arrivedAt }));
    expect(await click(NOW, NOW)).toHaveLength(1);
    expect(await click(NOW + 60_000, NOW + 60_000)).toEqual([]);
    expect(await click(NOW + 3_600_000, NOW + 3_600_000)).toHaveLength(1);
    expect(await click(NOW + 60_000, NOW + 61_000)).toHaveLength(1);
  });

  it('nobody asks AiSensy after a message whose person was forgotten on its way', async () => {
    const { message, job } = await accepted(ledger, 'a');
    await ledger.forget('+919800000001');
    await ledger.recordDispatch(verdict(job, message, { outcome: 'unknown', reason: REASON, lookUpAt: NOW }));
    expect((await ledger.waiting()).jobs).toEqual({});
  });

  it.each(['dispatch', 'settlement'])('the clock set back by a day holds no %s up', async (kind) => {
    const { message, job } = await accepted(ledger, 'a', { at: NOW + DAY_MS });
    const outcome = kind === 'dispatch' ? { outcome: 'retry' as const, due: NOW + DAY_MS + 5_000 } : { outcome: 'unknown' as const, settleAt: NOW + DAY_MS + 5_000 };
    await ledger.recordDispatch(verdict(job, message, { at: NOW + DAY_MS, reason: REASON, ...outcome }));
    await ledger.recover({ at: NOW, accounts: {}, listenerLanes: [] });
    const lane = kind === 'dispatch' ? DISPATCH : SETTLE;
    expect(await claimed(lane, NOW + 4_999)).toEqual([]);
    expect(await claimed(lane, NOW + 5_000)).toHaveLength(1);
  });
});

describe('a call that is made again', () => {
  let open: OpenDatabase;
  let engine: SqliteEngine;
  beforeEach(() => {
    open = openDatabase(':memory:');
    engine = new SqliteEngine(open.db);
  });
  afterEach(() => open.close());

  const take = (msgId: string): Extract<AcceptResult, { kind: 'new' }> => engine.accept(message(msgId)) as Extract<AcceptResult, { kind: 'new' }>;

  it('since another spoiled their commit, finds the room that it came with', () => {
    const { message, job } = take('a');
    engine.recordDispatch(verdict(job, message));
    const record = callback([report(['a'], 'sent')], { room: [{ lane: REPORTS, places: 1 }, { lane: 'listener:Host.seen', places: 1 }] });
    const spoiling = (): never => {
      throw new Error('a call with a bad argument');
    };
    const [first] = new GroupCommit(open.db, engine).run([() => engine.recordCallback(record), spoiling]);
    expect(first).toMatchObject({ value: [{ claimed: [{ lane: REPORTS }, { lane: 'listener:Host.seen' }] }] });
  });

  it('since its answer was lost, tells of the proof that came meanwhile', () => {
    const { message, job } = take('a');
    const record = verdict(job, message, { outcome: 'retry', reason: REASON, due: NOW + 1, provenLanes: ['listener:Host.sent'] });
    engine.recordDispatch(record);
    engine = new SqliteEngine(open.db);
    engine.resume([job]);
    engine.recordCallback(callback([report(['a'], 'delivered')]));
    expect(engine.recordDispatch(record)).toMatchObject({ event: { kind: 'dispatch', payload: { outcome: 'dispatched' } } });
    expect(engine.claim('listener:Host.sent', 1, NOW).jobs).toHaveLength(1);
    expect(engine.recordDispatch(record)).toEqual({ relayed: false, matched: [] }); // lost again
    expect(engine.claim('listener:Host.sent', 1, NOW).jobs).toEqual([]);
  });
});
