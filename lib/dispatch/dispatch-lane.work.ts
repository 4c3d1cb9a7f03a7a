import { Logger } from '@nestjs/common';
import type { Transport } from '../aisensy/transport.ts';
import { ownWords } from '../aisensy/transport-verdict.ts';
import type { EventAnnouncer } from '../events/event-announcer.ts';
import type { EventStreams } from '../events/event-streams.ts';
import { dispatchEvent } from '../events/event.factory.ts';
import type { CallPace } from '../lanes/adaptive-limit.ts';
import type { Backlog } from '../lanes/backlog.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import type { LaneOutcome, LaneWork, SettledJob } from '../lanes/lane-work.ts';
import { laneName, type Ledger } from '../ledger/ledger.ts';
import type { DispatchRecord, DispatchResult } from '../ledger/ledger-records.ts';
import type { ClaimedJob, SendableMessage } from '../ledger/message-records.ts';
import type { Verdict } from '../messages/verdict.ts';
import type { Account } from '../options/resolved-options.ts';
import type { CallLog } from './call-log.ts';
import { KeptMessage } from './kept-message.ts';
import { lookUpAfterMs } from './message-look-up.ts';
import { PairLimiter } from './pair-limiter.ts';
import type { PendingAnswer } from './pending-answer.ts';
import { stopRecord } from './stop-record.ts';
import { now } from '../clock.ts';

interface Attempt extends Pick<DispatchRecord, 'outcome' | 'reason' | 'names' | 'answered'> {
  /** Called once the refusal is written down, so that a repeat gets the same answer; with the error if it could not be. */
  tell?: (failure?: Error) => void;
}

/** The lane's outcome of an attempt, with what is to be written down. */
type AttemptOutcome = Extract<LaneOutcome, { kind: 'done' | 'retry' }> & { attempt?: Attempt };

/** Of a message that is not handed over again: a report has shown that an earlier attempt went out after all. */
const TAKEN_BEFORE: AttemptOutcome = { kind: 'done', attempt: { outcome: 'dispatched', names: [] } };

/** What the lane to AiSensy does with one message: hands it over, tells whoever waits, and writes the verdict down. */
export class DispatchLaneWork implements LaneWork {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly pairs: PairLimiter | undefined;
  /** The time for which the lane of look-ups was woken last. */
  private nextLookUp = 0;

  constructor(
    private readonly account: Account,
    private readonly transport: Transport,
    private readonly ledger: Ledger,
    private readonly announcer: EventAnnouncer,
    private readonly lanes: LaneRegistry,
    private readonly streams: EventStreams,
    private readonly backlog: Backlog,
    /** Callers who wait for a verdict, by message. */
    private readonly waiting: Map<number, PendingAnswer>,
    private readonly calls: CallLog,
  ) {
    this.pairs = account.pairLimit && new PairLimiter(account.pairLimit);
  }

  async run([job]: ClaimedJob[], signal: AbortSignal): Promise<LaneOutcome[]> {
    const { attempts, expiresAt = Infinity, message } = job!;
    if (message === undefined) return [{ kind: 'done' }]; // its person was forgotten meanwhile
    const caller = this.waiting.get(message.seq);
    this.waiting.delete(message.seq);
    if (message.proven) {
      caller?.give({ kind: 'accepted' });
      return [TAKEN_BEFORE];
    }
    if (now() >= expiresAt) {
      caller?.give({ kind: 'accepted' });
      return [{ kind: 'dead', reason: 'expired: the message could not be sent in time' }];
    }
    const tooSoonMs = this.pairs?.take(message.to) ?? 0;
    if (tooSoonMs > 0) {
      caller?.give({ kind: 'accepted' });
      return [{ kind: 'release', afterMs: tooSoonMs }];
    }
    const startedAt = performance.now();
    const verdict = await this.transport.send(new KeptMessage(message, attempts), signal);
    if (!signal.aborted) this.calls.sent(verdict); // what the stop cuts off says nothing of AiSensy
    const outcome: AttemptOutcome = judge(verdict, caller);
    outcome.pace = paceOf(verdict, performance.now() - startedAt);
    return [outcome];
  }

  /** Mostly one job; only jobs that are handed back come several at once. */
  record(settled: SettledJob[]): Promise<unknown> {
    return settled.length === 1 ? this.recordOne(settled[0]!) : Promise.all(settled.map((one) => this.recordOne(one)));
  }

  paused(reason: string, until: Date): void {
    this.streams.alert({ account: this.account.nickname, kind: 'dispatch-paused', reason, until, at: new Date(now()) });
    this.calls.paused(reason, until);
  }

  recovered(): void {
    this.streams.alert({ account: this.account.nickname, kind: 'dispatch-resumed', at: new Date(now()) });
    this.calls.recovered();
  }

  unrecorded(why: string, stack?: string): void {
    this.logger.error(`Account ${this.account.nickname}: a verdict could not be written down yet and is held, since ${why}.`, stack);
  }

  private recordOne({ job, outcome, due }: SettledJob): Promise<void> {
    const attempt = outcome.kind === 'dead' ? expired(outcome.reason) : (outcome as AttemptOutcome).attempt;
    if (job.message === undefined) return this.ledger.finish([{ ids: [job.id], kind: 'done' }]);
    if (outcome.kind === 'release' || attempt === undefined) return this.ledger.finish([{ id: job.id, kind: 'release', due }]);
    const { tell } = attempt;
    const written = this.write(job, attempt, due);
    return tell === undefined ? written : written.then(() => tell(), (error: Error) => {
      attempt.tell = undefined;
      tell(error);
      throw error;
    });
  }

  private write(job: ClaimedJob, attempt: Attempt, due: number | undefined): Promise<void> {
    const at = now();
    if (attempt.outcome !== 'rejected') return this.writeVerdict(job, attempt, due, at);
    const stopLanes = this.announcer.listenerLanesOf('preference');
    const stop = stopRecord(job.message!, attempt.reason, at, stopLanes);
    if (stop === undefined) return this.writeVerdict(job, attempt, due, at);
    // Before the verdict: should the verdict's write fail, both are tried again, and the log drops a repeated stop.
    return this.ledger.recordCallback(stop).then(async (stopped) => {
      await this.writeVerdict(job, attempt, due, at);
      this.announcer.announce(stopped, stopLanes);
    });
  }

  private writeVerdict(job: ClaimedJob, attempt: Attempt, due: number | undefined, at: number): Promise<void> {
    const { outcome, reason, names, answered } = attempt;
    const listenerLanes = this.listenersOf(job, outcome, reason);
    const record: DispatchRecord = {
      job: job.id, message: job.message!.seq, attempt: job.attempts + 1, at, outcome, reason, due,
      settleAt: outcome === 'unknown' ? at + this.account.unknownOutcome.waitMs : undefined, lookUpAt: this.lookUpAt(attempt, at), answered, names,
      listenerLanes, provenLanes: outcome === 'dispatched' ? listenerLanes : this.listenersOf(job, 'dispatched', reason),
    };
    return this.ledger.recordDispatch(record).then((result) => this.written(job.message!, record, result));
  }

  private written({ wire }: SendableMessage, record: DispatchRecord, { event, relayed, matched, gone }: DispatchResult): void {
    const { mobileNumber } = this.account;
    if (event !== undefined && gone === undefined) this.backlog.leave(mobileNumber, Buffer.byteLength(wire));
    if (relayed) this.lanes.wake(laneName.reports(mobileNumber));
    if (record.outcome === 'unknown') this.lanes.wake(laneName.settle(mobileNumber));
    this.wakeLookUp(record.lookUpAt, record.at);
    const recorded = event === undefined ? matched : [event, ...matched];
    // Only the ledger knows which listeners a parked report has.
    const parked = matched.length > 0 ? this.announcer.listenerLanesOf('delivery-report') : [];
    this.announcer.announce(recorded, new Set([...record.listenerLanes, ...record.provenLanes, ...parked]));
  }

  private lookUpAt({ outcome }: Attempt, at: number): number | undefined {
    const afterMs = outcome === 'unknown' || outcome === 'dispatched' ? lookUpAfterMs(this.transport, this.account, outcome) : undefined;
    return afterMs === undefined ? undefined : at + afterMs;
  }

  /** Wakes the lane once for many messages: it finds what is due later by itself. */
  private wakeLookUp(due: number | undefined, at: number): void {
    if (due === undefined || (this.nextLookUp > at && this.nextLookUp <= due)) return;
    this.nextLookUp = due;
    this.lanes.wake(laneName.lookUp(this.account.mobileNumber));
  }

  private listenersOf({ message }: ClaimedJob, outcome: Attempt['outcome'], reason: Attempt['reason']): string[] {
    if (outcome === 'retry' || !this.announcer.isListenedTo('dispatch')) return [];
    return this.announcer.listenerLanes('dispatch', dispatchEvent(message!, { outcome, reason }, now(), this.account.nickname));
  }
}

function expired(title: string): Attempt {
  return { outcome: 'expired', reason: { code: 1009, title }, names: [] };
}

/** How well AiSensy bore the call. Two signs of overload: code 1004, its own "too many", and a lost answer. */
function paceOf(verdict: Verdict, latencyMs: number): CallPace {
  if (verdict.kind === 'retryable' && verdict.reason.code === 1004) return { latencyMs, overload: ownWords(verdict.reason) };
  return verdict.kind === 'unknown' ? { latencyMs, overload: verdict.reason.title } : { latencyMs };
}

/**
 * Answers the caller, where one still waits; returns what the lane is to do, and what is to be written down. What the lane is told of
 * AiSensy (a pause, a fault) stands in logs, alerts and health later, so it is in the bridge's own words.
 */
function judge(verdict: Verdict, caller: PendingAnswer | undefined): AttemptOutcome {
  if (verdict.kind === 'taken') {
    caller?.give({ kind: 'accepted' });
    return { kind: 'done', attempt: { outcome: 'dispatched', names: verdict.names } };
  }
  const { reason } = verdict;
  if (verdict.kind === 'unknown') {
    caller?.give({ kind: 'accepted' });
    return { kind: 'done', fault: reason.title, attempt: { outcome: 'unknown', reason, names: verdict.names ?? [] } };
  }
  if (verdict.kind === 'refused') {
    const pause = verdict.scope === 'account' ? { reason: ownWords(reason) } : undefined;
    const told = caller?.reserve() === true;
    const tell = told ? (failure?: Error) => (failure === undefined ? caller.tell({ kind: 'refused', reason }) : caller.fail(failure)) : undefined;
    // Where AiSensy refuses the whole account it is no fault of this message: it waits, unless its caller is answered with the refusal.
    if (told || pause === undefined) return { kind: 'done', pause, attempt: { outcome: 'rejected', reason, names: [], answered: told, tell } };
    return { kind: 'retry', reason: reason.title, pause, attempt: { outcome: 'retry', reason, names: [] } };
  }
  caller?.give({ kind: 'accepted' });
  const { retryAfterMs: afterMs, scope } = verdict;
  const fault = ownWords(reason);
  // A wait that AiSensy names for the account holds for all of its messages; without one the breaker decides.
  const pause = scope === 'account' && afterMs !== undefined ? { reason: fault, afterMs } : undefined;
  return { kind: 'retry', reason: reason.title, afterMs, pause, fault, attempt: { outcome: 'retry', reason, names: [] } };
}
