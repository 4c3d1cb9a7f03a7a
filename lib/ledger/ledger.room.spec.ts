import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, accepted, callback, NOW, report, reportOf, REPORTS } from '../../test/support/ledger-records.ts';
import type { DeliveryStatus } from '../messages/delivery-report.ts';
import type { RecordedEvent } from './message-records.ts';
import { SqliteLedger } from './sqlite-ledger.ts';

describe('jobs that are born claimed, since their lane has room', () => {
  let ledger: SqliteLedger;

  beforeEach(async () => {
    ledger = new SqliteLedger(':memory:');
    await ledger.open();
    await accepted(ledger, 'a');
    await accepted(ledger, 'b');
  });
  afterEach(() => ledger.close());

  const reported = (msgId: string, status: DeliveryStatus, places = 10): Promise<RecordedEvent[]> =>
    ledger.recordCallback({ ...callback([]), reports: [{ report: report([msgId], status), listenerLanes: [] }], room: [{ lane: REPORTS, places }] });
  const born = (events: RecordedEvent[]): number[] => events.flatMap(({ claimed = [] }) => claimed.map(({ id }) => id));
  const waiting = async (now = NOW): Promise<string[]> => (await ledger.claim(REPORTS, 100, now)).jobs.map((job) => `${job.event!.message!.msgId} ${reportOf(job).status}`);

  it.each(['before anybody has looked into the lane', 'after it was found empty'])('are not handed out again (%s)', async (when) => {
    if (when.startsWith('after')) await waiting();
    const ids = [...born(await reported('a', 'sent')), ...born(await reported('a', 'delivered'))];
    expect(ids).toHaveLength(2);
    expect(await waiting()).toEqual([]);
    await ledger.finish([{ kind: 'done', ids, relayed: NOW }]);
    expect((await ledger.counts()).jobs[REPORTS]).toBeUndefined();
  });

  it('wait where the lane has no room', async () => {
    expect(born(await reported('a', 'sent', 0))).toEqual([]);
    expect(await waiting()).toEqual(['a sent']);
  });

  it('wait behind what waits of their message, and others do not', async () => {
    await waiting();
    const [sent] = born(await reported('a', 'sent'));
    await ledger.finish([{ kind: 'retry', id: sent!, due: NOW + 1_000 }]);
    expect(born(await reported('a', 'delivered'))).toEqual([]);
    expect(born(await reported('b', 'sent'))).toHaveLength(1);
    expect(await waiting()).toEqual([]);
    expect(await waiting(NOW + 1_000)).toEqual(['a sent', 'a delivered']);
    expect(born(await reported('a', 'read'))).toHaveLength(1); // all before it are claimed: its lane keeps their order
  });

  it('wait behind what was handed back untried', async () => {
    const [sent] = born(await reported('a', 'sent'));
    await waiting();
    await ledger.finish([{ kind: 'release', id: sent! }]);
    expect(born(await reported('a', 'delivered'))).toEqual([]);
    expect(await waiting()).toEqual(['a sent', 'a delivered']);
  });

  it('are no job until they must wait, and count as one', async () => {
    const [sent] = born(await reported('a', 'sent'));
    expect((await ledger.counts()).jobs[REPORTS]).toBe(1);
    expect((await ledger.waiting()).jobs[REPORTS]).toBe(1);
    expect((await ledger.message(ACCOUNT, 'a'))!.steps.at(-1)).not.toHaveProperty('relayedAt');
    for (const due of [NOW + 1_000, NOW + 2_000]) await ledger.finish([{ kind: 'retry', id: sent!, due }]); // twice: an answer was lost with the thread
    const { jobs } = await ledger.claim(REPORTS, 100, NOW + 1_000);
    expect(jobs).toMatchObject([{ attempts: 1, alone: false, event: { payload: { status: 'sent' } } }]);
    expect((await ledger.counts()).jobs[REPORTS]).toBe(1);
    await ledger.finish([{ kind: 'done', ids: [jobs[0]!.id], relayed: NOW + 2_000 }]);
    expect((await ledger.message(ACCOUNT, 'a'))!.steps.at(-1)).toMatchObject({ step: 'sent', relayedAt: new Date(NOW + 2_000) });
  });

  it('keep their place before what came later of their message', async () => {
    const [sent] = born(await reported('a', 'sent'));
    await reported('a', 'delivered', 0);
    await reported('b', 'sent', 0);
    await ledger.finish([{ kind: 'retry', id: sent!, due: NOW, alone: true }]);
    expect(await waiting(NOW + 1)).toEqual(['a sent', 'a delivered', 'b sent']);
  });

  it('are laid down whole where they are given up', async () => {
    const [sent, delivered] = [...born(await reported('a', 'sent')), ...born(await reported('a', 'delivered'))];
    for (let times = 0; times < 2; times += 1) await ledger.finish([{ kind: 'dead', id: sent!, letter: 'relay', reason: 'never taken', at: NOW }]);
    await ledger.finish([{ kind: 'done', ids: [delivered!], relayed: NOW }]);
    const letters = await ledger.deadLetters({});
    expect(letters).toMatchObject([{ kind: 'relay', lane: REPORTS, account: ACCOUNT, message: { msgId: 'a' }, payload: { status: 'sent' } }]);
    expect(await ledger.replay({ id: letters[0]!.id, at: NOW, dryRun: false })).toMatchObject({ replayed: true });
    expect(await waiting()).toEqual(['a sent']);
  });
});

describe('reports that were on their way to CleverTap when the process died', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'ledger-room-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each([NOW + 60_000, NOW - 60_000])('wait in the order in which they came (the next start is at %d)', async (at) => {
    const file = join(folder, 'ledger.sqlite');
    const first = new SqliteLedger(file);
    await first.open();
    await accepted(first, 'a');
    await accepted(first, 'b');
    for (const [msgId, status, places] of [['a', 'sent', 1], ['b', 'sent', 1], ['a', 'delivered', 0], ['a', 'read', 0]] as const) {
      await first.recordCallback({ ...callback([]), reports: [{ report: report([msgId], status), listenerLanes: [] }], room: [{ lane: REPORTS, places }] });
    }
    await first.close();

    const ledger = new SqliteLedger(file);
    await ledger.open();
    await ledger.recover({ at, accounts: {}, listenerLanes: [] });
    const { jobs } = await ledger.claim(REPORTS, 100, Math.max(at, NOW) + 1_000);
    const told = jobs.map((job) => `${job.event!.message!.msgId} ${reportOf(job).status}`);
    expect(told.filter((one) => one.startsWith('a'))).toEqual(['a sent', 'a delivered', 'a read']);
    expect(told).toContain('b sent');
    await ledger.close();
  });
});
