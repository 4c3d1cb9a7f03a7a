import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accepted, callback, NOW, report, reportOf, REPORTS } from '../../test/support/ledger-records.ts';
import type { DeliveryStatus } from '../messages/delivery-report.ts';
import type { RecordedEvent } from './ledger-records.ts';
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
    ledger.recordCallback({ ...callback([]), reports: [{ report: report([msgId], status), listenerLanes: [] }], room: { [REPORTS]: places } });
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
});
