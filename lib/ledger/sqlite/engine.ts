import { type DeliveryReport, statusRank } from '../../messages/delivery-report.ts';
import type { Preference } from '../../messages/preference.ts';
import type { DeadLetterFilter } from '../dead-letter.ts';
import type {
  AcceptResult, CallbackRecord, Claim, DispatchRecord, DispatchResult, Forgotten, InboundRecord, JobResult, KeptDeadLetter, LanePlaces, LedgerCounts,
  PreferenceRecord, Recovery, RepeatResult, Replay, ReplayOutcome, ResumedState, Settlement, SettlementResult, Sweep, SweepResult, UnknownMessage,
  Waiting,
} from '../ledger-records.ts';
import { type ClaimedJob, isForgotten, type NewMessage, type RecordedEvent, type StoredMessage } from '../message-records.ts';
import { laneName } from '../ledger.ts';
import type { MessageHistory } from '../message-history.ts';
import { DeadLetterStore, type LetterPlace } from './dead-letter.store.ts';
import { DispatchStore } from './dispatch.store.ts';
import type { SqliteDatabase, SqliteStatement } from './driver.ts';
import { EventStore } from './event.store.ts';
import { HandedReportStore } from './handed-reports.store.ts';
import { type JobNumbers, JobStore } from './job.store.ts';
import { MessageCounts } from './message-counts.ts';
import { MessageStore } from './message.store.ts';
import { PeopleStore } from './people.store.ts';
import { orderKey, ReportStore } from './report.store.ts';
import { RetentionStore } from './retention.store.ts';

const NONE: readonly never[] = [];

/** The ledger's methods, synchronous, over one open database: each one is part of whatever transaction is open. */
export class SqliteEngine {
  private readonly events: EventStore;
  private readonly jobs: JobStore;
  private readonly messages: MessageStore;
  private readonly counting: MessageCounts;
  private readonly letters: DeadLetterStore;
  private readonly handed: HandedReportStore;
  private readonly reports: ReportStore;
  private readonly dispatches: DispatchStore;
  private readonly people: PeopleStore;
  private readonly retention: RetentionStore;
  private readonly probing: SqliteStatement;

  constructor(db: SqliteDatabase) {
    this.events = new EventStore(db);
    this.jobs = new JobStore(db);
    this.counting = new MessageCounts(db);
    this.messages = new MessageStore(db, this.events, this.jobs, this.counting);
    this.letters = new DeadLetterStore(db);
    this.handed = new HandedReportStore(db, this.jobs);
    this.reports = new ReportStore(db, this.events, this.jobs, this.messages, this.letters, this.handed);
    this.dispatches = new DispatchStore(this.events, this.jobs, this.messages, this.reports, this.letters);
    this.people = new PeopleStore(db);
    this.retention = new RetentionStore(db, this.people, this.counting);
    this.probing = db.prepare("INSERT INTO lanes (name) VALUES ('probe') ON CONFLICT (name) DO UPDATE SET name = 'probe'");
  }

  state(): ResumedState {
    return { waiting: this.jobsByLane(), backlog: this.jobs.backlog() };
  }

  /** What was on its way when the process died may have been sent: it is not sent again by itself. */
  recover({ at, accounts, listenerLanes }: Recovery): RecordedEvent[] {
    this.jobs.turnBackTo(at);
    const interrupted = this.jobs.recover();
    this.handed.waitUnless(new Set(), at);
    const events = interrupted.flatMap((job) => this.dispatches.interrupted(job, { at, accounts, listenerLanes }));
    // While nobody was there no report could come: the time of waiting begins anew.
    for (const [account, { unknownWaitMs }] of Object.entries(accounts)) this.jobs.waitOn(laneName.settle(account), at + unknownWaitMs);
    return events;
  }

  /** After a lost thread: the jobs that the process has in hand stay claimed, whatever became of the call that was to end them; all others wait again. */
  resume(inHand: number[]): ResumedState {
    this.jobs.resume(inHand);
    this.handed.waitUnless(new Set(inHand));
    return this.state();
  }

  /** Something was rolled back: forgets what is cached. */
  takenBack(): void {
    this.jobs.lookAgain();
    this.messages.lookAgain();
    this.counting.forget();
  }

  /** Writes down what several calls have gathered; before they are committed. */
  complete(): void {
    this.counting.settle();
  }

  accept(message: NewMessage): AcceptResult {
    return this.messages.accept(message);
  }

  repeated(message: Pick<NewMessage, 'account' | 'msgId' | 'wire'>): RepeatResult | undefined {
    return this.messages.repeated(message);
  }

  claim(lane: string, limit: number, now: number): Claim {
    const { jobs, ...rest } = this.jobs.claim(lane, limit, now);
    return { jobs: jobs.map((job) => this.whole(job)), ...rest };
  }

  recordDispatch(record: DispatchRecord): DispatchResult {
    return this.dispatches.record(record);
  }

  recordCallback(record: CallbackRecord): RecordedEvent[] {
    const { accounts, at, settledLanes } = record;
    // A copy to count down: where another call spoils the commit, this one is made again, with the room that there was.
    const room = record.room?.map(({ lane, places }) => ({ lane, places }));
    for (const person of record.people ?? NONE) this.people.meet(person, accounts, at);
    const recorded: RecordedEvent[] = [];
    for (const { report, listenerLanes } of record.reports) {
      this.reports.take({ report, listenerLanes, at, settledLanes, room }, accounts, record.parkForMs, recorded);
    }
    for (const message of record.inbound ?? NONE) {
      const event = this.recordInbound(message, accounts, at, room);
      if (event !== undefined) recorded.push(event);
    }
    for (const preference of record.preferences ?? NONE) {
      const event = this.recordPreference(preference, accounts, at);
      if (event !== undefined) recorded.push(event);
    }
    for (const { reason, raw } of record.unreadable ?? NONE) {
      this.letters.bury({ kind: 'unreadable', account: accounts.length === 1 ? accounts[0] : undefined, reason, at, payload: raw });
    }
    return recorded;
  }

  settle(settlement: Settlement): SettlementResult {
    return this.dispatches.settle(settlement);
  }

  unknownOf(account: string, msgId: string): StoredMessage | undefined {
    const message = this.messages.byMsgId(account, msgId);
    return message?.state === 'unknown' ? message : undefined;
  }

  unknown(limit: number): UnknownMessage[] {
    return this.messages.unknown(limit);
  }

  sweep({ at, listenerLanes }: Sweep): SweepResult {
    const overdue = this.dispatches.expire(at, listenerLanes);
    const unmatched = this.reports.expireParked(at);
    return { events: [...overdue, ...unmatched], expired: overdue.length, unmatched: unmatched.length };
  }

  finish(results: JobResult[]): void {
    for (const result of results) {
      if (result.kind === 'done') this.done(result.ids, result.relayed);
      else if (result.id < 0) this.handed.finish(result);
      else this.jobs.finish(result);
    }
  }

  prune(before: number, limit: number): number {
    this.messages.lookAgain();
    return this.retention.prune(before, limit);
  }

  forget(phoneNumber: string, next?: number): Forgotten {
    this.messages.lookAgain();
    return this.retention.forget(phoneNumber, next);
  }

  message(account: string, msgId: string): MessageHistory | undefined {
    return this.messages.history(account, msgId);
  }

  deadLetters(filter: DeadLetterFilter): KeptDeadLetter[] {
    return this.letters.list(filter);
  }

  replay(replay: Replay): ReplayOutcome {
    const place = this.letters.place(replay.id);
    if (place === undefined) return { replayed: false, why: 'gone' };
    const outcome = this.putBack(place, replay);
    if (outcome.replayed && !replay.dryRun) this.letters.discard([replay.id]);
    return outcome;
  }

  discard(ids: number[]): number {
    return this.letters.discard(ids);
  }

  /** Writes, so that a full or read-only disk shows. */
  probe(): void {
    this.probing.write();
  }

  waiting(): Waiting {
    const oldestMessageAt = this.jobs.oldestMessageAt();
    return { jobs: this.jobsByLane(), ...(oldestMessageAt !== undefined && { oldestMessageAt }) };
  }

  counts(): LedgerCounts {
    return {
      messages: this.messages.counts(), jobs: this.jobsByLane(), deadLetters: this.letters.counts(), parkedReports: this.reports.parkedCount(),
    };
  }

  private whole({ message, event, ...job }: JobNumbers): ClaimedJob {
    if (message === undefined) return { ...job, event: event === undefined ? undefined : this.events.get(event) };
    return { ...job, message: this.messages.withWire(message) };
  }

  private done(ids: number[], relayedAt: number | undefined): void {
    const handed = ids.filter((id) => id < 0);
    if (handed.length > 0) this.handed.done(handed, relayedAt!);
    if (handed.length < ids.length) this.jobs.done(handed.length === 0 ? ids : ids.filter((id) => id >= 0), relayedAt);
  }

  private jobsByLane(): Record<string, number> {
    const jobs = this.jobs.counts();
    for (const [lane, reports] of this.handed.counts()) jobs[lane] = (jobs[lane] ?? 0) + reports;
    return jobs;
  }

  private putBack({ kind, accounts, lane, key, message: seq, event, payload }: LetterPlace, replay: Replay): ReplayOutcome {
    const { at, dryRun, expiresAt, urgent } = replay;
    if (kind === 'unmatched') return this.matchAgain(payload as DeliveryReport, accounts, replay);
    if (lane === undefined) return { replayed: false, why: 'no-lane' };
    if (seq === undefined) return this.putEntryBack(kind, { lane, key, event: event! }, replay);
    const message = this.messages.get(seq);
    const bytes = this.messages.wireSize(seq);
    if (message === undefined || bytes === undefined) return { replayed: false, why: 'forgotten' };
    const settled = message.status !== undefined && message.status !== 'failed';
    if (settled || (message.state !== 'rejected' && message.state !== 'expired')) return { replayed: false, why: 'settled' };
    if (!dryRun) this.dispatches.redispatch(message, { at, expiresAt, urgent });
    return { replayed: true, bytes, recorded: [] };
  }

  /** A call of a listener's, or a report or message for CleverTap, in its old place among those of its key. */
  private putEntryBack(kind: LetterPlace['kind'], { lane, key, event }: { lane: string; key?: number; event: number }, { at, dryRun }: Replay): ReplayOutcome {
    if (kind === 'relay' && this.isOutdated(event)) return { replayed: false, why: 'settled' };
    if (!dryRun && key !== undefined) this.jobs.putIn({ lane, due: at, key, event, alone: false });
    else if (!dryRun) this.jobs.add({ lane, due: at, event });
    return { replayed: true, bytes: 0, recorded: [] };
  }

  /** A failure whose message was delivered after all: CleverTap would take back what it has counted. */
  private isOutdated(entry: number): boolean {
    const event = this.events.get(entry);
    if (event?.kind !== 'delivery-report' || event.message === undefined) return false;
    return (event.payload as DeliveryReport).status === 'failed' && statusRank(this.messages.get(event.message.seq)?.status) > statusRank('failed');
  }

  /** Looks again for the message of an unmatched report. The listeners were told when its time was over; CleverTap is told if the message is known now. */
  private matchAgain(report: DeliveryReport, accounts: string[], { at, dryRun, settledLanes }: Replay): ReplayOutcome {
    const message = this.messages.find(accounts, report.names);
    if (message === undefined) return { replayed: false, why: 'no-lane' };
    const recorded: RecordedEvent[] = [];
    if (!dryRun) this.reports.take({ report, listenerLanes: [], at, settledLanes }, accounts, 0, recorded);
    return { replayed: true, bytes: 0, recorded };
  }

  private recordInbound({ message: came, account, listenerLanes, relayLane, undeliverable }: InboundRecord, accounts: string[], at: number, room?: LanePlaces[]): RecordedEvent | undefined {
    const message = { ...came, from: came.from ?? this.people.phoneOf(came.userId, accounts) };
    const replyTo = message.replyTo === undefined ? undefined : this.messages.find(accounts, [message.replyTo]);
    const event = this.events.add({
      kind: 'inbound-message', account, identity: `inbound:${message.id}`, at: message.at, recordedAt: at, payload: message, replyTo,
    });
    if (event === undefined) return undefined;
    const job = { key: orderKey(message.from ?? message.userId ?? message.id), due: at, room };
    const relayed = relayLane !== undefined && message.from !== undefined;
    if (relayed) this.jobs.follow(event, { ...job, lane: relayLane });
    for (const lane of listenerLanes) this.jobs.follow(event, { ...job, lane });
    if (message.from === undefined && undeliverable !== undefined) this.letters.bury({ kind: 'relay', account, reason: undeliverable, at, event: event.seq });
    return { ...event, relayed };
  }

  /** A refused message names the person too, where its report does not. */
  private recordPreference({ preference, account, listenerLanes }: PreferenceRecord, accounts: string[], at: number): RecordedEvent | undefined {
    const { change, refused } = preference;
    const message = refused && this.messages.find(accounts, refused);
    const forgotten = message !== undefined && isForgotten(message);
    const userId = forgotten ? undefined : preference.userId;
    const from = forgotten ? undefined : preference.from ?? message?.to ?? this.people.phoneOf(userId, accounts);
    const person = from ?? userId ?? refused?.[0] ?? '';
    const payload: Preference = { ...preference, from, userId, ...(message && { refused: [message.msgId] }), ...(forgotten && { detail: undefined }) };
    const identity = refused ? `preference:refused:${message?.msgId ?? refused[0]}` : `preference:${person}:${change}:${preference.at}`;
    const event = this.events.add({ kind: 'preference', account: message?.account ?? account, identity, at: preference.at, recordedAt: at, payload });
    if (event === undefined) return undefined;
    for (const lane of listenerLanes) this.jobs.add({ lane, key: orderKey(person), event: event.seq, due: at });
    return event;
  }
}
