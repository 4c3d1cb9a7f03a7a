import type { FailureReason } from '../../messages/failure-reason.ts';
import type { DeadLetter, DeadLetterFilter } from '../dead-letter.ts';
import type {
  AcceptResult, CallbackRecord, Claim, DispatchRecord, DispatchResult, InboundRecord, JobResult, LedgerCounts, LedgerState, LoggedDispatch, NewMessage,
  RecordedEvent,
} from '../ledger.ts';
import type { MessageHistory } from '../message-history.ts';
import { DeadLetterStore } from './dead-letter.store.ts';
import type { SqliteDatabase } from './driver.ts';
import { EventStore } from './event.store.ts';
import { JobStore } from './job.store.ts';
import { type KnownMessage, MessageStore } from './message.store.ts';
import { orderKey, ReportStore } from './report.store.ts';

const INTERRUPTED: FailureReason = { code: 1009, title: 'unknown: the process ended while the message was on its way to AiSensy' };

/** The ledger's methods, synchronous, over one open database: each one is part of whatever transaction is open. */
export class SqliteEngine {
  private readonly events: EventStore;
  private readonly jobs: JobStore;
  private readonly messages: MessageStore;
  private readonly reports: ReportStore;
  private readonly letters: DeadLetterStore;

  constructor(db: SqliteDatabase) {
    this.events = new EventStore(db);
    this.jobs = new JobStore(db, this.events);
    this.messages = new MessageStore(db, this.events, this.jobs);
    this.reports = new ReportStore(db, this.events, this.jobs, this.messages);
    this.letters = new DeadLetterStore(db, this.jobs);
  }

  /** What was on its way when the process died may have been sent: it is not sent again by itself. */
  recover(now: number): Omit<LedgerState, 'engine' | 'sqliteVersion'> {
    let unknown = 0;
    for (const job of this.jobs.recover()) {
      const outcome = this.recordDispatch({
        job: job.id, message: job.message, attempt: job.attempts + 1, at: now, outcome: 'unknown', reason: INTERRUPTED, names: [], listenerLanes: [], provenLanes: [],
      });
      if (outcome.event !== undefined && this.messages.get(job.message)?.state === 'unknown') unknown += 1;
    }
    return { unknown, waiting: this.jobs.counts() };
  }

  accept(message: NewMessage): AcceptResult {
    return this.messages.accept(message);
  }

  claim(lane: string, limit: number, now: number): Claim {
    return this.jobs.claim(lane, limit, now);
  }

  recordDispatch(record: DispatchRecord): DispatchResult {
    const message = this.messages.get(record.message)!;
    const outcome = proven(message, record.outcome);
    const event = this.events.add({
      kind: 'dispatch', account: message.account, message, identity: `attempt:${record.attempt}`, at: record.at, recordedAt: record.at,
      payload: JSON.stringify({ outcome, reason: outcome === 'dispatched' ? undefined : record.reason } satisfies LoggedDispatch),
    });
    const matched = this.reports.learn(message, record.names, record.at);
    if (outcome === 'retry') {
      this.jobs.retry(record.job, record.due ?? record.at);
      return { relayed: false, matched };
    }
    this.jobs.remove(record.job);
    this.messages.setState(message.seq, outcome, record.answered === true ? record.reason : undefined);
    if (event !== undefined) {
      const lanes = outcome === record.outcome ? record.listenerLanes : record.provenLanes;
      for (const lane of lanes) this.jobs.add({ lane, key: message.seq, event: event.seq, due: record.at });
    }
    const owed = (outcome === 'rejected' || outcome === 'expired') && record.answered !== true;
    const relayed = owed && this.reports.owe(message, { names: [message.msgId], status: 'failed', at: record.at, failure: record.reason }, record.at);
    return { event, relayed, matched };
  }

  recordCallback(record: CallbackRecord): RecordedEvent[] {
    const { accounts, at } = record;
    const recorded = record.reports.flatMap((incoming) => this.reports.take({ ...incoming, at }, accounts, record.parkForMs));
    for (const inbound of record.inbound) {
      const event = this.recordInbound(inbound, accounts, at);
      if (event !== undefined) recorded.push(event);
    }
    for (const { reason, raw } of record.unreadable) {
      this.letters.bury({ kind: 'unreadable', account: accounts.length === 1 ? accounts[0] : undefined, reason, at, payload: raw });
    }
    return recorded;
  }

  sweep(now: number): RecordedEvent[] {
    return this.reports.sweep(now);
  }

  finish(results: JobResult[]): void {
    this.jobs.finish(results);
  }

  message(account: string, msgId: string): MessageHistory | undefined {
    return this.messages.history(account, msgId);
  }

  deadLetters(filter: DeadLetterFilter): DeadLetter[] {
    return this.letters.list(filter);
  }

  replay(ids: number[], now: number): number {
    return this.letters.replay(ids, now);
  }

  discard(ids: number[]): number {
    return this.letters.discard(ids);
  }

  counts(): LedgerCounts {
    return { messages: this.messages.counts(), jobs: this.jobs.counts(), deadLetters: this.letters.count(), parkedReports: this.reports.parkedCount() };
  }

  private recordInbound({ message, account, listenerLanes, relayLane, undeliverable }: InboundRecord, accounts: string[], at: number): RecordedEvent | undefined {
    const replyTo = message.replyTo === undefined ? undefined : this.messages.find(accounts, [message.replyTo]);
    const event = this.events.add({
      kind: 'inbound-message', account, identity: `inbound:${message.id}`, at: message.at, recordedAt: at, payload: JSON.stringify(message), replyTo,
    });
    if (event === undefined) return undefined;
    const job = { key: orderKey(message.from ?? message.userId ?? message.id), event: event.seq, due: at };
    if (relayLane !== undefined) this.jobs.add({ ...job, lane: relayLane });
    for (const lane of listenerLanes) this.jobs.add({ ...job, lane });
    if (undeliverable !== undefined) this.letters.bury({ kind: 'relay', account, reason: undeliverable, at, event: event.seq });
    return { ...event, relayed: relayLane !== undefined };
  }
}

/** A report that came before the answer is proof: the message went out, whatever its attempt seemed to show. */
function proven(message: KnownMessage, outcome: LoggedDispatch['outcome']): LoggedDispatch['outcome'] {
  return message.status !== undefined && (outcome === 'unknown' || outcome === 'retry') ? 'dispatched' : outcome;
}
