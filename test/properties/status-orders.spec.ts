import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { laneName } from '../../lib/ledger/ledger.ts';
import type { DispatchRecord } from '../../lib/ledger/ledger-records.ts';
import { type DeliveryReport, type DeliveryStatus, statusRank } from '../../lib/messages/delivery-report.ts';
import { ACCOUNT, MemoryLedger } from './memory-ledger.ts';

const REPORTS = laneName.reports(ACCOUNT);
const LISTENER = laneName.listener('Host.seen');

/** A report of the message, by one of the names that it is known by. */
interface Told {
  status: DeliveryStatus;
  by: 'msgId' | 'wamid' | 'both';
}

const told: fc.Arbitrary<Told> = fc.record({
  status: fc.constantFrom<DeliveryStatus>('sent', 'delivered', 'read', 'failed'), by: fc.constantFrom<Told['by']>('msgId', 'wamid', 'both'),
});
/** Callbacks one after another, each with so many reports; and the place of AiSensy's answer among them. */
const callbacks = fc.array(fc.array(told, { maxLength: 5 }), { maxLength: 8 });
const outcome = fc.constantFrom<DispatchRecord['outcome']>('dispatched', 'unknown', 'retry');

describe('reports in whatever order, number and company', () => {
  let ledger: MemoryLedger;
  beforeEach(async () => { ledger = await MemoryLedger.open(); });
  afterEach(() => ledger.port.close());

  /** An answer that took the message is the only one to give it a name: else reports have to name it by its msgId. */
  const reportOf = (msgId: string, { status, by }: Told, named: boolean): DeliveryReport => {
    const wamid = `wamid.${msgId}`;
    const names = by === 'msgId' ? [msgId] : by === 'wamid' && named ? [wamid] : [msgId, wamid];
    return { names, status, at: ledger.now };
  };

  /** Takes the lane's jobs out; what they tell of each message, in their order. */
  const claimed = async (lane: string): Promise<Map<string, DeliveryStatus[]>> => {
    const { jobs } = await ledger.port.claim(lane, 1_000, ledger.now + 60_000);
    const found = new Map<string, DeliveryStatus[]>();
    for (const { event } of jobs) {
      const { msgId } = event!.message!;
      found.set(msgId, [...(found.get(msgId) ?? []), (event!.payload as DeliveryReport).status]);
    }
    await ledger.port.finish([{ ids: jobs.map(({ id }) => id), kind: 'done' }]);
    return found;
  };

  it('end in the state that the set of them ends in, and each is told once', async () => {
    await fc.assert(fc.asyncProperty(callbacks, fc.nat(8), outcome, async (batches, answeredAfter, verdict) => {
      const msgId = ledger.name();
      const accepted = await ledger.port.accept(ledger.message(msgId));
      if (accepted.kind !== 'new') throw new Error(`${msgId} is ${accepted.kind}`);
      const answer = () => ledger.port.recordDispatch({
        job: accepted.job, message: accepted.message, attempt: 1, at: ledger.now, outcome: verdict, names: verdict === 'dispatched' ? [`wamid.${msgId}`] : [], listenerLanes: [], provenLanes: [],
        due: ledger.now + 3_600_000, ...(verdict !== 'dispatched' && { reason: { code: 1009, title: 'x' } }),
      });
      for (const [place, batch] of batches.entries()) {
        if (place === answeredAfter) await answer();
        const callback = ledger.callback(batch.map((each) => reportOf(msgId, each, verdict === 'dispatched')));
        for (const each of callback.reports) each.listenerLanes = [LISTENER];
        await ledger.port.recordCallback(callback);
      }
      if (answeredAfter >= batches.length) await answer();

      const all = batches.flat().map(({ status }) => status);
      const distinct = new Set(all);
      const highest = [...distinct].sort((a, b) => statusRank(b) - statusRank(a))[0];
      const message = await ledger.port.message(ACCOUNT, msgId);
      expect(message?.status).toBe(highest);
      expect(message?.state).toBe(all.length > 0 || verdict === 'dispatched' ? 'dispatched' : verdict === 'retry' ? 'accepted' : 'unknown');

      const relayed = (await claimed(REPORTS)).get(msgId) ?? [];
      const heard = (await claimed(LISTENER)).get(msgId) ?? [];
      expect(new Set(relayed).size).toBe(relayed.length);
      expect(heard.toSorted()).toEqual([...distinct].sort());
      // All but a failure that came after a proof of delivery, of which the message's own steps still tell.
      const withoutFailure = (statuses: Iterable<DeliveryStatus>): DeliveryStatus[] => [...statuses].filter((status) => status !== 'failed').sort();
      expect(withoutFailure(relayed)).toEqual(withoutFailure(distinct));
      const proof = heard.findIndex((status) => status === 'delivered' || status === 'read');
      const failure = heard.indexOf('failed');
      expect(relayed.includes('failed')).toBe(failure !== -1 && (proof === -1 || failure < proof));
      const steps = message!.steps.map(({ step }) => step).filter((step) => distinct.has(step as DeliveryStatus));
      expect(steps.toSorted()).toEqual([...distinct].sort());
      expect((await ledger.port.counts()).parkedReports).toBe(0);
    }), { numRuns: 400 });
  }, 60_000);
});
