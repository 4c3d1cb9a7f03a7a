import { createHash } from 'node:crypto';
import { HOUR_MS } from '../../clock.ts';
import { type DeliveryReport, statusRank } from '../../messages/delivery-report.ts';
import { laneName } from '../ledger.ts';
import type { LanePlaces } from '../ledger-records.ts';
import { isForgotten, type LoggedDispatch, type RecordedEvent, type StoredMessage } from '../message-records.ts';
import type { SqliteDatabase } from './driver.ts';
import type { DeadLetterStore } from './dead-letter.store.ts';
import { type EventStore, reportIdentity } from './event.store.ts';
import type { HandedReportStore } from './handed-reports.store.ts';
import type { JobStore } from './job.store.ts';
import type { KnownMessage, MessageStore } from './message.store.ts';

/** The identity of a failure that the bridge tells by itself; AiSensy's own report of one may still follow. */
const OWED = 'owed:failed';

/** A report on its way into the log. */
export interface IncomingReport {
  report: DeliveryReport;
  listenerLanes: string[];
  at: number;
  /** The listeners' lanes that hear of it where the report settles an unknown outcome. */
  settledLanes?: string[];
  /** Lanes that can have its jobs at once. */
  room?: LanePlaces[];
}

/** Delivery reports: matched to their messages, or parked until their messages are known. */
export class ReportStore {
  private readonly events: EventStore;
  private readonly jobs: JobStore;
  private readonly messages: MessageStore;
  private readonly letters: DeadLetterStore;
  private readonly handed: HandedReportStore;
  private readonly sql;

  constructor(
    db: SqliteDatabase, events: EventStore, jobs: JobStore, messages: MessageStore, letters: DeadLetterStore, handed: HandedReportStore,
  ) {
    this.events = events;
    this.jobs = jobs;
    this.messages = messages;
    this.letters = letters;
    this.handed = handed;
    this.sql = {
      park: db.prepare('INSERT INTO parked_reports (accounts, report, listener_lanes, expires_at) VALUES (?, ?, ?, ?)'),
      parkName: db.prepare('INSERT INTO parked_names (name, parked) VALUES (?, ?) ON CONFLICT DO NOTHING'),
      parked: db.prepare(`SELECT p.id, accounts, report, listener_lanes FROM parked_names n JOIN parked_reports p ON p.id = n.parked
        WHERE n.name = ? ORDER BY p.id`),
      expired: db.prepare('SELECT id, accounts, report, listener_lanes FROM parked_reports WHERE expires_at <= ? ORDER BY expires_at, id LIMIT 500'),
      unpark: db.prepare('DELETE FROM parked_reports WHERE id = ?'),
      unparkNames: db.prepare('DELETE FROM parked_names WHERE parked = ?'),
      counts: db.prepare('SELECT count(*) AS parked FROM parked_reports'),
    };
  }

  /** Matches a report to its message, or parks it. The log's entries that came of it, earlier parked reports' included, go to `recorded`. */
  take(incoming: IncomingReport, accounts: string[], parkForMs: number, recorded: RecordedEvent[]): void {
    const { report, at } = incoming;
    const message = this.messages.find(accounts, report.names);
    if (message === undefined) return this.park(incoming, accounts, at + parkForMs);
    this.record(message, incoming, recorded);
    this.learn(message, report.names, at, recorded, incoming.settledLanes);
  }

  /** Remembers a message's names, and records the reports that were waiting for one of them. */
  learn(message: StoredMessage, names: string[], at: number, recorded: RecordedEvent[], settledLanes?: string[]): void {
    for (const name of this.messages.learn(message, names)) {
      for (const row of this.sql.parked.all(name)) {
        if (!(JSON.parse(String(row.accounts)) as string[]).includes(message.account)) continue;
        this.unpark(Number(row.id));
        const report = JSON.parse(String(row.report)) as DeliveryReport;
        const listenerLanes = JSON.parse(String(row.listener_lanes)) as string[];
        this.record(this.messages.get(message.seq)!, { report, listenerLanes, at, settledLanes }, recorded);
        this.learn(message, report.names, at, recorded, settledLanes);
      }
    }
  }

  /** A report that is owed to CleverTap without AiSensy having sent one: the message was refused after the answer. */
  owe(message: StoredMessage, report: DeliveryReport, at: number): boolean {
    const event = this.events.add({
      kind: 'delivery-report', account: message.account, message, identity: OWED, at: report.at, recordedAt: at,
      payload: report,
    });
    if (event === undefined || message.origin !== 'clevertap' || this.events.has(message.seq, reportIdentity('failed'))) return false;
    this.jobs.add({ lane: laneName.reports(message.account), key: message.seq, event: event.seq, due: at });
    return true;
  }

  /** Reports whose message never became known: dead letters, and still told to the listeners. */
  expireParked(now: number): RecordedEvent[] {
    const recorded: RecordedEvent[] = [];
    for (const row of this.sql.expired.all(now)) {
      this.unpark(Number(row.id));
      const accounts = JSON.parse(String(row.accounts)) as string[];
      const account = accounts[0]!;
      const report = JSON.parse(String(row.report)) as DeliveryReport;
      this.letters.bury({
        kind: 'unmatched', account: accounts.length === 1 ? account : undefined, accounts, reason: 'no message of this name became known', at: now, payload: report,
      });
      const event = this.events.add({
        kind: 'delivery-report', account, identity: `${identityOf(report, NaN)} of ${report.names[0]}`, at: report.at, recordedAt: now, payload: report,
      });
      if (event === undefined) continue;
      const key = orderKey(report.names[0]!);
      for (const lane of JSON.parse(String(row.listener_lanes)) as string[]) this.jobs.add({ lane, key, event: event.seq, due: now });
      recorded.push(event);
    }
    return recorded;
  }

  parkedCount(): number {
    return Number(this.sql.counts.get()?.parked);
  }

  private record(message: KnownMessage, { report, listenerLanes, at, settledLanes = [], room }: IncomingReport, recorded: RecordedEvent[]): void {
    const { seq, account } = message;
    const relayed = this.isForCleverTap(message, report);
    const handed = relayed && this.handed.mayHave(account, seq, room);
    const event = this.events.add({
      kind: 'delivery-report', account, message, identity: identityOf(report, at), at: report.at, recordedAt: at,
      payload: isForgotten(message) ? withoutPerson(report) : report, handed,
    });
    if (event === undefined) return;
    recorded.push(event);
    event.relayed = relayed;
    if (handed) this.handed.hand(event, seq, room!);
    else if (relayed) this.jobs.add({ lane: laneName.reports(account), key: seq, event: event.seq, due: at });
    for (const lane of listenerLanes) this.jobs.follow(event, { key: seq, due: at, room, lane });
    const settled = this.settle(message, report, at, settledLanes);
    if (settled !== undefined) recorded.push(settled);
  }

  /** CleverTap is told each distinct status once; a failure after a proof of delivery would take back what it counted. */
  private isForCleverTap({ seq, origin, status: known }: KnownMessage, { status }: DeliveryReport): boolean {
    if (origin !== 'clevertap') return false;
    return status !== 'failed' || (statusRank(known) <= statusRank('failed') && !this.events.has(seq, OWED));
  }

  /** A report proves that the message went out, whatever the attempt itself showed. */
  private settle(message: KnownMessage, report: DeliveryReport, at: number, settledLanes: string[]): RecordedEvent | undefined {
    const { seq, account, state, status } = message;
    const rises = statusRank(report.status) > statusRank(status);
    // That a refused message failed is no news; that it was delivered is.
    const repeatsRefusal = state === 'rejected' && report.status === 'failed';
    const settles = state !== 'dispatched' && !repeatsRefusal && !this.mayBeOfAnEarlierOne(message, report) && !this.messages.isUnderWay(seq);
    if (settles) this.messages.setState(seq, 'dispatched');
    if (rises) this.messages.rise(seq, report.status);
    // Nobody need ask after it any more.
    if (settles || (state === 'dispatched' && status === undefined)) this.messages.dropWaitingJob(seq);
    if (!settles) return undefined;
    const payload: LoggedDispatch = { outcome: 'dispatched' };
    const event = this.events.add({
      kind: 'dispatch', account, message, identity: `settled:${this.messages.tries(seq)}`, at: report.at, recordedAt: at, payload,
    });
    for (const lane of settledLanes) this.jobs.add({ lane, key: seq, event: event!.seq, due: at });
    // A message that waited for its next attempt waits no more.
    return event && { ...event, ...(state === 'accepted' && { left: this.messages.wireSize(seq) ?? 0 }) };
  }

  /**
   * A failure, where a sending has ended before: it proves nothing of one that waits, nor of one whose outcome nobody knows. That a message
   * failed whose time was over is no news either, and it can still be put back.
   */
  private mayBeOfAnEarlierOne({ seq, state }: KnownMessage, { status }: DeliveryReport): boolean {
    return status === 'failed' && this.events.endings(seq) > (state === 'unknown' ? 1 : 0);
  }

  private park({ report, listenerLanes }: IncomingReport, accounts: string[], expiresAt: number): void {
    const { lastInsertRowid } = this.sql.park.run(JSON.stringify(accounts), JSON.stringify(report), JSON.stringify(listenerLanes), expiresAt);
    for (const name of report.names) this.sql.parkName.write(name, lastInsertRowid as number);
  }

  private unpark(id: number): void {
    this.sql.unpark.write(id);
    this.sql.unparkNames.write(id);
  }
}

/**
 * What makes a report one report: a message has each status once, and each click of its own. A click whose form tells no time has that of its
 * arrival: it counts as the same for an hour, in which AiSensy would have sent it again.
 */
function identityOf({ status, at, click }: DeliveryReport, arrivedAt: number): string {
  const identity = reportIdentity(status);
  if (status !== 'clicked') return identity;
  return `${identity}:${at === arrivedAt ? Math.floor(at / HOUR_MS) : at}:${click?.url ?? click?.shortUrl ?? ''}`;
}

/** What `forget()` takes out of the reports that are there. */
function withoutPerson({ names, status, at, failure }: DeliveryReport): DeliveryReport {
  return { names, status, at, ...(failure && { failure: { ...failure, title: '' } }) };
}

/** A number to keep the order by, for what has no message. Negative, so that it meets no message's own. */
export function orderKey(subject: string): number {
  return -createHash('sha256').update(subject).digest().readUIntBE(0, 6) - 1;
}
