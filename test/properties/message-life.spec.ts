import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { laneName } from '../../lib/ledger/ledger.ts';
import type { DispatchRecord, Settlement } from '../../lib/ledger/ledger-records.ts';
import type { ClaimedJob } from '../../lib/ledger/message-records.ts';
import { type DeliveryReport, type DeliveryStatus, statusRank } from '../../lib/messages/delivery-report.ts';
import { ACCOUNT, MemoryLedger } from './memory-ledger.ts';

const DISPATCH = laneName.dispatch(ACCOUNT);
const SETTLE = laneName.settle(ACCOUNT);
const REPORTS = laneName.reports(ACCOUNT);
const LISTENER = laneName.listener('Host.seen');
const HOUR = 3_600_000;

/** What may happen to a message, in any order. */
type Happening =
  | { what: 'handed out' }
  | { what: 'attempted'; outcome: DispatchRecord['outcome']; answered: boolean }
  | { what: 'reported'; status: DeliveryStatus }
  | { what: 'settled'; decision: Settlement['decision']; byPolicy: boolean }
  | { what: 'swept' }
  | { what: 'replayed' };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ what: fc.constant('handed out' as const) }),
  fc.record({
    what: fc.constant('attempted' as const), outcome: fc.constantFrom<DispatchRecord['outcome']>('dispatched', 'rejected', 'unknown', 'expired', 'retry'), answered: fc.boolean(),
  }),
  fc.record({ what: fc.constant('reported' as const), status: fc.constantFrom<DeliveryStatus>('sent', 'delivered', 'read', 'failed') }),
  fc.record({ what: fc.constant('settled' as const), decision: fc.constantFrom<Settlement['decision']>('sent', 'failed', 'resend'), byPolicy: fc.boolean() }),
  fc.record({ what: fc.constant('swept' as const) }),
  fc.record({ what: fc.constant('replayed' as const) }),
);

/** One message between its acceptance and whatever becomes of it. */
class Life {
  /** The attempt that is being made. */
  private job: ClaimedJob | undefined;
  /** Whether it may have reached the person, so that only a decision may send it again. */
  private mayBeSent = false;
  private proven = false;
  private rank = 0;
  private at: number;

  constructor(private readonly ledger: MemoryLedger, readonly msgId: string) {
    this.at = ledger.now;
  }

  async take(happening: Happening): Promise<void> {
    this.at += 1_000;
    switch (happening.what) {
      case 'handed out': await this.handOut(); break;
      case 'attempted': await this.attempt(happening); break;
      case 'reported': await this.report(happening.status); break;
      case 'settled': await this.settle(happening); break;
      case 'swept': await this.ledger.port.sweep({ at: this.at, listenerLanes: [LISTENER] }); break;
      case 'replayed': await this.replay(); break;
    }
    const rank = statusRank((await this.ledger.port.message(ACCOUNT, this.msgId))?.status);
    expect(rank).toBeGreaterThanOrEqual(this.rank);
    this.rank = rank;
  }

  private async handOut(): Promise<void> {
    const { jobs } = await this.ledger.port.claim(DISPATCH, 10, this.at + HOUR);
    expect(jobs.length).toBeLessThanOrEqual(this.job === undefined ? 1 : 0);
    if (jobs.length === 0) return;
    [this.job] = jobs;
    expect(this.mayBeSent).toBe(false);
    expect(this.proven).toBe(false);
  }

  private async attempt({ outcome, answered }: Extract<Happening, { what: 'attempted' }>): Promise<void> {
    if (this.job === undefined) return;
    const { id, attempts, message } = this.job;
    this.job = undefined;
    if (outcome === 'dispatched' || outcome === 'unknown') this.mayBeSent = true;
    await this.ledger.port.recordDispatch({
      job: id, message: message!.seq, attempt: attempts + 1, at: this.at, outcome, names: outcome === 'dispatched' ? [`wamid.${this.msgId}`] : [], due: this.at + 1,
      settleAt: this.at + 10_000, answered: answered && outcome === 'rejected', listenerLanes: [LISTENER], provenLanes: [LISTENER],
      ...(outcome !== 'dispatched' && { reason: { code: 1009, title: 'x' } }),
    });
  }

  private async report(status: DeliveryStatus): Promise<void> {
    const callback = this.ledger.callback([{ names: [this.msgId], status, at: this.at }]);
    await this.ledger.port.recordCallback({ ...callback, at: this.at, settledLanes: [LISTENER] });
    // Another attempt that is being made right now cannot be called back.
    if (status !== 'failed') this.proven = true;
  }

  private async settle({ decision, byPolicy }: Extract<Happening, { what: 'settled' }>): Promise<void> {
    const job = byPolicy ? (await this.ledger.port.claim(SETTLE, 10, this.at + HOUR)).jobs[0] : undefined;
    const message = byPolicy ? job?.message : await this.ledger.port.unknownOf(ACCOUNT, this.msgId);
    if (message === undefined) return;
    const { settled } = await this.ledger.port.settle({
      message: message.seq, ...(job && { job: job.id }), decision, at: this.at, reason: { code: 1009, title: 'x' }, listenerLanes: [LISTENER],
    });
    if (settled && decision === 'resend') this.mayBeSent = false;
  }

  private async replay(): Promise<void> {
    for (const { id } of await this.ledger.port.deadLetters({ account: ACCOUNT, msgId: this.msgId })) {
      const { replayed } = await this.ledger.port.replay({ id, at: this.at, dryRun: false });
      if (replayed) this.mayBeSent = false;
    }
  }
}

describe('a message to which anything happens', () => {
  let ledger: MemoryLedger;
  beforeEach(async () => { ledger = await MemoryLedger.open(); });
  afterEach(() => ledger.port.close());

  it('never goes back, is never sent again without a decision, and tells CleverTap each status once', async () => {
    await fc.assert(fc.asyncProperty(fc.array(happening, { maxLength: 14 }), async (happenings) => {
      const msgId = ledger.name();
      await ledger.port.accept(ledger.message(msgId, { claim: false }));
      const life = new Life(ledger, msgId);
      for (const each of happenings) await life.take(each);
      const owed = (await ledger.port.claim(REPORTS, 100, ledger.now + HOUR)).jobs.map(({ event }) => (event!.payload as DeliveryReport).status);
      expect(new Set(owed).size).toBe(owed.length);
      // Nothing is left behind for the next message.
      for (const lane of [DISPATCH, SETTLE]) {
        const { jobs } = await ledger.port.claim(lane, 100, ledger.now + 10 * HOUR);
        expect(jobs.length).toBeLessThanOrEqual(1);
        await ledger.port.finish([{ ids: jobs.map(({ id }) => id), kind: 'done' }]);
      }
    }), { numRuns: 600 });
  }, 60_000);
});
