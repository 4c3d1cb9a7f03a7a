import type { FailureReason } from '../../messages/failure-reason.ts';
import type { DeadLetterKind } from '../dead-letter.ts';
import { laneName } from '../ledger.ts';
import type { DispatchRecord, DispatchResult, Recovery, Settlement, SettlementResult } from '../ledger-records.ts';
import { isForgotten, type LoggedDispatch, type RecordedEvent } from '../message-records.ts';
import type { DeadLetterStore } from './dead-letter.store.ts';
import type { EventStore } from './event.store.ts';
import type { JobStore, NewJob, WaitingDispatch } from './job.store.ts';
import type { KnownMessage, MessageStore } from './message.store.ts';
import type { ReportStore } from './report.store.ts';

/** How long a message of unknown outcome waits where nobody said, in milliseconds. */
const UNKNOWN_WAIT_MS = 600_000;

const INTERRUPTED: FailureReason = { code: 1009, title: 'unknown: the process ended while the message was on its way to AiSensy' };

/** What attempts at AiSensy showed, and all that follows: the message's state, the next job, what CleverTap is owed, the dead letter. */
export class DispatchStore {
  private readonly events: EventStore;
  private readonly jobs: JobStore;
  private readonly messages: MessageStore;
  private readonly reports: ReportStore;
  private readonly letters: DeadLetterStore;

  constructor(events: EventStore, jobs: JobStore, messages: MessageStore, reports: ReportStore, letters: DeadLetterStore) {
    this.events = events;
    this.jobs = jobs;
    this.messages = messages;
    this.reports = reports;
    this.letters = letters;
  }

  record(record: DispatchRecord): DispatchResult {
    const matched: RecordedEvent[] = [];
    // A report that waited for one of the names may prove what the answer leaves open.
    if (record.outcome !== 'dispatched') this.learn(record, matched);
    const message = this.messages.get(record.message)!;
    const outcome = this.proven(message, record.outcome);
    const gone = isForgotten(message);
    // AiSensy's words may quote the person.
    const said = gone && record.reason !== undefined ? { ...record.reason, title: '' } : record.reason;
    const reason = outcome === 'dispatched' ? undefined : said;
    const event = this.log(message, `attempt:${record.attempt}`, { outcome, reason }, record.at);
    if (event === undefined) return this.repeated(record, outcome);
    if (record.outcome === 'dispatched') this.learn(record, matched);
    if (outcome === 'retry') {
      if (gone) this.jobs.remove(record.job);
      else this.jobs.retry(record.job, record.due ?? record.at);
      return { relayed: false, matched };
    }
    this.jobs.remove(record.job);
    // Where the person was forgotten, nobody waits for what became of it.
    const awaited = outcome === 'unknown' && !gone;
    this.messages.setState(message.seq, outcome === 'unknown' && gone ? 'expired' : outcome, record.answered === true ? reason : undefined);
    this.tell(event, outcome === record.outcome ? record.listenerLanes : record.provenLanes, record.at);
    if (awaited) {
      this.jobs.add({ lane: laneName.settle(message.account), message: message.seq, due: record.settleAt ?? record.at + UNKNOWN_WAIT_MS });
    }
    if (record.lookUpAt !== undefined && !gone && this.messages.get(message.seq)!.status === undefined) {
      this.jobs.add({ lane: laneName.lookUp(message.account), message: message.seq, due: record.lookUpAt });
    }
    if (outcome !== 'rejected' && outcome !== 'expired') return { event, relayed: false, matched, ...(gone && { gone }) };
    const relayed = this.fail(message, outcome === 'expired' ? 'expired' : 'refused', said!, record.at, record.answered === true);
    return { event, relayed, matched, ...(gone && { gone }) };
  }

  /** For an attempt that was written down before, by a call whose answer was lost with the ledger's thread. */
  private repeated({ job, message: seq, due, at, outcome: seen, provenLanes }: DispatchRecord, outcome: LoggedDispatch['outcome']): DispatchResult {
    if (outcome === 'retry') this.jobs.release(job, due ?? at);
    else this.jobs.remove(job);
    const message = this.messages.get(seq)!;
    // Where it waits no more, that was written down as well.
    if (seen !== 'retry' || outcome === 'retry' || message.state !== 'accepted') return { relayed: false, matched: [] };
    // A report has shown meanwhile that no other attempt is needed.
    const event = this.log(message, `settled:${this.messages.tries(seq)}`, { outcome }, at);
    this.messages.setState(seq, outcome);
    this.tell(event, provenLanes, at);
    return { event, relayed: false, matched: [] };
  }

  settle({ message: seq, job, decision, at, reason, expiresAt, urgent, listenerLanes }: Settlement): SettlementResult {
    // A job that is gone decided on an earlier waiting: somebody has ended that meanwhile.
    const belongs = job === undefined || this.jobs.take(job);
    const message = this.messages.get(seq);
    if (!belongs || message?.state !== 'unknown') return { settled: false, relayed: false };
    this.messages.dropJobs(message.seq);
    if (decision === 'resend') {
      this.redispatch(message, { at, expiresAt, urgent });
      return { settled: true, relayed: false, bytes: this.messages.wireSize(message.seq) };
    }
    const outcome = decision === 'sent' ? 'dispatched' : 'rejected';
    const event = this.log(message, `settled:${this.messages.tries(message.seq)}`, { outcome, reason: decision === 'sent' ? undefined : reason }, at);
    this.messages.setState(message.seq, outcome);
    this.tell(event, listenerLanes, at);
    const relayed = decision === 'failed' && this.fail(message, 'unknown', reason, at, false);
    return { settled: true, event, relayed };
  }

  /** A message that was on its way to AiSensy when the process died. */
  interrupted({ id, message, attempts }: WaitingDispatch, { at, accounts, listenerLanes }: Recovery): RecordedEvent[] {
    const left = this.messages.wireSize(message);
    const { unknownWaitMs = UNKNOWN_WAIT_MS, lookUpAfterMs } = accounts[this.messages.get(message)!.account] ?? {};
    const { event } = this.record({
      job: id, message, attempt: attempts + 1, at, outcome: 'unknown', reason: INTERRUPTED, names: [], settleAt: at + unknownWaitMs,
      ...(lookUpAfterMs !== undefined && { lookUpAt: at + lookUpAfterMs }), listenerLanes, provenLanes: listenerLanes,
    });
    return event === undefined ? [] : [{ ...event, ...(left !== undefined && { left }) }];
  }

  /** Messages that waited longer than they may. */
  expire(at: number, listenerLanes: string[]): RecordedEvent[] {
    return this.jobs.expired(at).flatMap((job) => {
      const left = this.messages.wireSize(job.message);
      const reason: FailureReason = { code: 1009, title: 'expired: the message could not be sent in time' };
      const { event, relayed } = this.record({
        job: job.id, message: job.message, attempt: job.attempts + 1, at, outcome: 'expired', reason, names: [], listenerLanes, provenLanes: [],
      });
      return event === undefined ? [] : [{ ...event, relayed, ...(left !== undefined && { left }) }];
    });
  }

  /** Puts a message into its lane again. */
  redispatch(message: KnownMessage, { at, expiresAt, urgent }: Pick<NewJob, 'expiresAt' | 'urgent'> & { at: number }): void {
    this.messages.setState(message.seq, 'accepted');
    const attempts = this.messages.tries(message.seq);
    this.jobs.add({ lane: laneName.dispatch(message.account), message: message.seq, due: at, attempts, expiresAt, urgent });
  }

  /** Lays a dead letter down, and owes CleverTap the failure unless its request was answered with it. */
  private fail(message: KnownMessage, kind: DeadLetterKind, reason: FailureReason, at: number, answered: boolean): boolean {
    const { seq, account, msgId } = message;
    this.letters.bury({ kind, account, message: seq, lane: laneName.dispatch(account), reason: isForgotten(message) ? 'forgotten' : reason.title, at });
    return !answered && this.reports.owe(message, { names: [msgId], status: 'failed', at, failure: reason }, at);
  }

  private learn({ message, names, at }: DispatchRecord, matched: RecordedEvent[]): void {
    if (names.length > 0) this.reports.learn(this.messages.get(message)!, names, at, matched);
  }

  /** A report that came before the answer is proof, whatever the attempt seemed to show. */
  private proven(message: KnownMessage, outcome: LoggedDispatch['outcome']): LoggedDispatch['outcome'] {
    if (outcome === 'dispatched' || !this.messages.isProven(message)) return outcome;
    // A report that it failed agrees with a refusal; any other proves that it was sent.
    const refused = outcome === 'rejected' || outcome === 'expired';
    return refused && message.status === 'failed' ? outcome : 'dispatched';
  }

  private log(message: KnownMessage, identity: string, logged: LoggedDispatch, at: number): RecordedEvent | undefined {
    return this.events.add({ kind: 'dispatch', account: message.account, message, identity, at, recordedAt: at, payload: logged });
  }

  private tell(event: RecordedEvent | undefined, lanes: string[], due: number): void {
    if (event === undefined) return;
    for (const lane of lanes) this.jobs.add({ lane, key: event.message!.seq, event: event.seq, due });
  }
}
