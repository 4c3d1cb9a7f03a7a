import { Logger } from '@nestjs/common';
import type { Transport } from '../aisensy/transport.ts';
import type { EventAnnouncer } from '../events/event-announcer.ts';
import { dispatchEvent } from '../events/event.factory.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import type { LaneOutcome, LaneWork, SettledJob } from '../lanes/lane-work.ts';
import { type ClaimedJob, type DispatchRecord, laneName, type Ledger } from '../ledger/ledger.ts';
import type { Verdict } from '../messages/verdict.ts';
import type { Account } from '../options/resolved-options.ts';
import type { PendingAnswer } from './pending-answer.ts';

type Attempt = Pick<DispatchRecord, 'outcome' | 'reason' | 'names' | 'answered'>;

/** What the lane to AiSensy does with one message: hands it over, tells whoever waits, and writes the verdict down. */
export class DispatchLaneWork implements LaneWork {
  private readonly logger = new Logger('WhatsAppBridge');
  /** What the attempts showed that are not written down yet, by job. */
  private readonly attempts = new Map<number, Attempt>();

  constructor(
    private readonly account: Account,
    private readonly transport: Transport,
    private readonly ledger: Ledger,
    private readonly announcer: EventAnnouncer,
    private readonly lanes: LaneRegistry,
    /** Callers who wait for a verdict, by message. */
    private readonly waiting: Map<number, PendingAnswer>,
  ) {}

  async run([job]: ClaimedJob[], signal: AbortSignal): Promise<LaneOutcome[]> {
    const { seq, msgId, to, account, wire } = job!.message!;
    const verdict = await this.transport.send({ msgId, to, account, wire }, signal);
    const [outcome, attempt] = judge(verdict, this.waiting.get(seq));
    this.waiting.delete(seq);
    this.attempts.set(job!.id, attempt);
    return [outcome];
  }

  async record(settled: SettledJob[]): Promise<void> {
    await Promise.all(settled.map((one) => this.recordOne(one)));
  }

  paused(reason: string, until: Date): void {
    this.logger.error(`Account ${this.account.nickname}: AiSensy takes no message (${reason}). Messages wait; next try at ${until.toISOString()}.`);
  }

  unrecorded(error: Error): void {
    this.logger.error(`Account ${this.account.nickname}: a verdict could not be written down yet, it is held: ${error.message}`);
  }

  private async recordOne({ job, outcome, due }: SettledJob): Promise<void> {
    const attempt = this.attempts.get(job.id);
    if (outcome.kind === 'release' || attempt === undefined) return this.ledger.finish([{ id: job.id, kind: 'release', due }]);
    if (outcome.kind === 'dead') Object.assign(attempt, { outcome: 'expired', reason: { code: 1009, title: outcome.reason } });
    const listenerLanes = this.listenersOf(job, attempt);
    const provenLanes = this.listenersOf(job, { ...attempt, outcome: 'dispatched' });
    const { event, relayed, matched } = await this.ledger.recordDispatch({
      ...attempt, job: job.id, message: job.message!.seq, attempt: job.attempts + 1, at: Date.now(), due, listenerLanes, provenLanes,
    });
    this.attempts.delete(job.id);
    if (relayed) this.lanes.wake(laneName.reports(this.account.mobileNumber));
    const recorded = event === undefined ? matched : [event, ...matched];
    // Which listeners a parked report has is known to the ledger alone.
    this.announcer.announce(recorded, matched.length > 0 ? this.announcer.allListenerLanes() : new Set([...listenerLanes, ...provenLanes]));
  }

  private listenersOf({ message }: ClaimedJob, { outcome, reason }: Attempt): string[] {
    if (outcome === 'retry') return [];
    return this.announcer.listenerLanes('dispatch', dispatchEvent(message!, { outcome, reason }, Date.now(), this.account.nickname));
  }
}

/** Tells the caller, where one still waits; says what the lane is to do, and what is to be written down. */
function judge(verdict: Verdict, caller: PendingAnswer | undefined): [LaneOutcome, Attempt] {
  if (verdict.kind === 'taken') {
    caller?.give({ kind: 'accepted' });
    return [{ kind: 'done' }, { outcome: 'dispatched', names: verdict.names }];
  }
  const { kind, reason } = verdict;
  const pause = kind !== 'unknown' && verdict.scope === 'account' ? { reason: reason.title } : undefined;
  const told = kind === 'refused' && caller?.give({ kind: 'refused', reason }) === true;
  caller?.give({ kind: 'accepted' });
  if (kind === 'unknown') return [{ kind: 'done' }, { outcome: 'unknown', reason, names: [] }];
  // What AiSensy refuses to the whole account is no fault of this message: it waits, unless its caller was told already.
  if (kind === 'refused' && (told || pause === undefined)) return [{ kind: 'done', pause }, { outcome: 'rejected', reason, names: [], answered: told }];
  const afterMs = kind === 'retryable' ? verdict.retryAfterMs : undefined;
  return [{ kind: 'retry', reason: reason.title, afterMs, pause }, { outcome: 'retry', reason, names: [] }];
}
