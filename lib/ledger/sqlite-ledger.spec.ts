import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../test/support/eventually.ts';
import { ACCOUNT, accepted, callback, DISPATCH, message, NOW, report, REPORTS, verdict } from '../../test/support/ledger-records.ts';
import { LedgerThreads } from '../../test/support/ledger-threads.ts';
import type { ResumedState } from './ledger-records.ts';
import { SqliteLedger } from './sqlite-ledger.ts';

describe('the ledger whose thread dies', () => {
  let folder: string;
  let threads: LedgerThreads;
  let ledger: SqliteLedger;
  let lost: string[];
  let back: ResumedState[];

  const open = async (file: string): Promise<void> => {
    ledger = new SqliteLedger(file);
    ledger.watch({ lost: (error) => lost.push(error.message), back: (state) => back.push(state) });
    await ledger.open();
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    threads = new LedgerThreads();
    [lost, back] = [[], []];
    await open(join(folder, 'ledger.sqlite'));
  });
  afterEach(async () => {
    threads.stop();
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const die = async (): Promise<void> => {
    const lives = back.length;
    await threads.kill();
    await eventually(() => expect(back).toHaveLength(lives + 1));
  };
  const claimed = async (lane: string, now = NOW) => (await ledger.claim(lane, 100, now)).jobs.map((job) => job.message?.msgId ?? job.event?.message?.msgId);

  it('rejects what is in flight, says so, and comes back with all that was acknowledged', async () => {
    await accepted(ledger, 'kept', { claim: false });
    const inFlight = Array.from({ length: 50 }, (_, index) => ledger.accept(message(`${index}`)));
    const failed = Promise.allSettled(inFlight);
    await threads.kill();
    await expect(ledger.probe()).rejects.toMatchObject({ name: 'LedgerError', code: 'unavailable' });
    expect((await failed).every((result) => result.status === 'fulfilled' || (result.reason as { code: string }).code === 'unavailable')).toBe(true);
    await eventually(() => ledger.probe());
    expect(lost).toEqual([expect.stringContaining("The ledger's thread")]);
    expect((await ledger.message(ACCOUNT, 'kept'))?.state).toBe('accepted');
  });

  it('keeps claimed what this process has in hand, and takes its outcome', async () => {
    const sent = await accepted(ledger, 'under way');
    await accepted(ledger, 'waiting', { claim: false });
    await die();
    expect(back).toMatchObject([{ waiting: { [DISPATCH]: 2 }, backlog: { [ACCOUNT]: { messages: 2 } } }]);
    expect(await claimed(DISPATCH)).toEqual(['waiting']);
    expect(await ledger.message(ACCOUNT, 'under way')).toMatchObject({ state: 'dispatching' });
    await ledger.recordDispatch(verdict(sent.job, sent.message));
    expect(await ledger.message(ACCOUNT, 'under way')).toMatchObject({ state: 'dispatched' });
  });

  it('lets what a lost call had claimed wait again, and hands it out once', async () => {
    for (const msgId of ['a', 'b', 'c']) await accepted(ledger, msgId, { claim: false });
    const lostClaim = ledger.claim(DISPATCH, 2, NOW).then(({ jobs }) => jobs.map((job) => job.message!.msgId), () => []);
    await die();
    expect([...(await lostClaim), ...(await claimed(DISPATCH))].sort()).toEqual(['a', 'b', 'c']);
  });

  it('takes an outcome a second time where the answer to the first was lost', async () => {
    const { job, message: seq } = await accepted(ledger, 'again');
    const retry = verdict(job, seq, { outcome: 'retry', reason: { code: 1004, title: 'too many' }, due: NOW + 1_000 });
    await ledger.recordDispatch(retry);
    await ledger.recordDispatch(retry);
    expect(await ledger.claim(DISPATCH, 1, NOW + 1_000)).toMatchObject({ jobs: [{ id: job, attempts: 1 }] });
    const refused = verdict(job, seq, { attempt: 2, outcome: 'rejected', reason: { code: 1001, title: 'no such template' } });
    expect(await ledger.recordDispatch(refused)).toMatchObject({ relayed: true });
    expect(await ledger.recordDispatch(refused)).toEqual({ relayed: false, matched: [] });
    expect(await ledger.deadLetters({})).toHaveLength(1);
  });

  it('never gives a job the id of one that may be ended a second time', async () => {
    const { message: seq } = await accepted(ledger, 'a', { claim: false });
    await ledger.recordCallback(callback([report(['a'], 'sent')]));
    const [job] = (await ledger.claim(REPORTS, 1, NOW)).jobs;
    await ledger.finish([{ ids: [job!.id], kind: 'done' }]);
    const next = await accepted(ledger, 'b');
    await ledger.finish([{ ids: [job!.id], kind: 'done' }]);
    await ledger.finish([{ id: next.job, kind: 'release' }]);
    expect(await claimed(DISPATCH)).toContain('b');
    expect(seq).toBeGreaterThan(0);
  });

  it('can be closed while it is away', async () => {
    await threads.kill();
    await ledger.close();
    await expect(ledger.probe()).rejects.toMatchObject({ code: 'closed' });
    expect(back).toEqual([]);
  });

  it('does not come back empty where all was in memory', async () => {
    await ledger.close();
    await open(':memory:');
    await threads.kill();
    await expect(ledger.probe()).rejects.toMatchObject({ code: 'unavailable' });
    expect(threads.count).toBe(2);
  });
});
