import { bodyDigest } from './body-digest.ts';
import { type DeliveryStatus, statusRank } from '../../messages/delivery-report.ts';
import type { FailureReason } from '../../messages/failure-reason.ts';
import { TEST_MSG_ID } from '../../messages/outbound-message.ts';
import type { AcceptResult, RepeatResult, UnknownMessage } from '../ledger-records.ts';
import { type LoggedDispatch, type NewMessage, SendableMessage, StoredMessage } from '../message-records.ts';
import type { MessageHistory, MessageState, MessageStep } from '../message-history.ts';
import type { SqliteDatabase, SqlValue } from './driver.ts';
import { type EventStore, reportIdentity } from './event.store.ts';
import { DISPATCH_LANES, type JobStore } from './job.store.ts';
import type { MessageCounts } from './message-counts.ts';
import { MESSAGE_WIDTH, messageColumns, storedMessage } from './message-row.ts';
import { RecentMessages } from './recent-messages.ts';

const STATUSES: DeliveryStatus[] = ['sent', 'failed', 'delivered', 'read'];
/** SQL: the rank of the highest status that was ever reported, from the report entries. */
const RANK = `(SELECT max(CASE e.identity ${STATUSES.map((status) => `WHEN '${reportIdentity(status)}' THEN ${statusRank(status)}`).join(' ')} END)
  FROM events e WHERE e.message = messages.seq AND e.identity BETWEEN 'report:' AND 'report:~')`;
const COLUMNS = `${messageColumns('messages')}, state, ${RANK} AS rank`;

/** The places in a row of the columns behind the message's own. */
const [STATE, RANKED, BODY] = [MESSAGE_WIDTH, MESSAGE_WIDTH + 1, MESSAGE_WIDTH + 2];

/** No literal: see `message-records.ts`. */
export class KnownMessage extends StoredMessage {
  state: MessageState;
  /** The highest status that was ever reported. */
  status: DeliveryStatus | undefined;

  constructor(values: StoredMessage, state: MessageState, status?: DeliveryStatus) {
    super(values);
    this.state = state;
    this.status = status;
  }
}

/** Messages, their bodies, and the names by which the provider knows them. */
export class MessageStore {
  private readonly events: EventStore;
  private readonly jobs: JobStore;
  private readonly states: MessageCounts;
  private readonly recent = new RecentMessages<KnownMessage>();
  private readonly sql;

  constructor(db: SqliteDatabase, events: EventStore, jobs: JobStore, states: MessageCounts) {
    this.events = events;
    this.jobs = jobs;
    this.states = states;
    this.sql = {
      add: db.prepare(`INSERT INTO messages (account, msg_id, test, origin, recipient, summary, digest, state, accepted_at)
        VALUES (?, ?, ?, ?, ?, ?, '', 'accepted', ?) ON CONFLICT (account, msg_id) WHERE test = 0 DO NOTHING`),
      addWire: db.prepare('INSERT INTO wires (message, body) VALUES (?, CAST(? AS BLOB))'),
      first: db.prepare('SELECT seq, digest, refusal, CAST(body AS TEXT) AS body FROM messages LEFT JOIN wires ON message = seq WHERE account = ? AND msg_id = ? AND test = 0'),
      whole: db.prepareRows(`SELECT ${COLUMNS}, CAST(body AS TEXT) AS body FROM messages LEFT JOIN wires ON message = seq WHERE seq = ?`),
      bySeq: db.prepareRows(`SELECT ${COLUMNS} FROM messages WHERE seq = ?`),
      byMsgId: db.prepareRows(`SELECT ${COLUMNS} FROM messages WHERE account = ? AND msg_id = ? AND test = 0`),
      newestTest: db.prepareRows(`SELECT ${COLUMNS} FROM messages WHERE account = ? AND test = 1 ORDER BY seq DESC LIMIT 1`),
      newestTestSent: db.prepareRows(`SELECT ${COLUMNS} FROM messages WHERE account = ? AND test = 1
        AND (state <> 'accepted' OR EXISTS (SELECT 1 FROM jobs WHERE jobs.message = messages.seq AND claimed = 1)) ORDER BY seq DESC LIMIT 1`),
      byName: db.prepareRows(`SELECT ${COLUMNS} FROM messages WHERE seq = (SELECT message FROM names WHERE account = ? AND name = ?)`),
      learn: db.prepare('INSERT INTO names (account, name, message) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
      names: db.prepare('SELECT name FROM names WHERE message = ?'),
      setState: db.prepare('UPDATE messages SET state = ?, refusal = coalesce(?, refusal) WHERE seq = ?'),
      state: db.prepare('SELECT state FROM messages WHERE seq = ?'),
      underWay: db.prepare(`SELECT 1 FROM jobs WHERE message = ? AND claimed = 1 AND lane IN (${DISPATCH_LANES})`),
      dropJob: db.prepare('DELETE FROM jobs WHERE message = ? AND claimed = 0'),
      dropJobs: db.prepare('DELETE FROM jobs WHERE message = ?'),
      unknown: db.prepareRows(`SELECT ${messageColumns('messages')}, due FROM jobs JOIN messages ON messages.seq = jobs.message
        WHERE lane IN (SELECT id FROM lanes WHERE name LIKE 'settle:%') ORDER BY due LIMIT ?`),
      tries: db.prepare("SELECT count(*) AS tries FROM events WHERE message = ? AND kind = 'dispatch'"),
      wireSize: db.prepare('SELECT length(body) AS bytes FROM wires WHERE message = ?'),
      waiting: db.prepare(`SELECT count(*) AS messages FROM jobs JOIN messages ON messages.seq = jobs.message
        WHERE lane IN (${DISPATCH_LANES}) AND state = 'accepted'`),
    };
  }

  accept(message: NewMessage): AcceptResult {
    const { account, msgId, test, origin, to, summary, wire, at, lane, claim, urgent, expiresAt } = message;
    const { changes, lastInsertRowid } = this.sql.add.run(account, msgId, test ? 1 : 0, origin, to, summary, at);
    if (Number(changes) === 0) return this.repeated(message)!;
    const seq = Number(lastInsertRowid);
    this.sql.addWire.write(seq, wire);
    const job = this.jobs.add({ lane, due: at, message: seq, claim, urgent, expiresAt });
    // Only one that is sent at once is remembered: it is asked for as soon as AiSensy has answered.
    if (claim && !test) this.recent.keep(new KnownMessage({ seq, account, msgId, origin, to, summary, acceptedAt: at }, 'accepted'));
    return { kind: 'new', message: seq, job };
  }

  /** What a message whose id came before is answered; nothing where it is new. */
  repeated({ account, msgId, wire }: Pick<NewMessage, 'account' | 'msgId' | 'wire'>): RepeatResult | undefined {
    const first = this.sql.first.get(account, msgId);
    if (first === undefined) return undefined;
    const same = first.body === null ? first.digest === bodyDigest(wire) : first.body === wire;
    if (!same) return { kind: 'conflict' };
    const refusal = first.refusal === null ? undefined : (JSON.parse(String(first.refusal)) as FailureReason);
    return { kind: 'repeat', message: Number(first.seq), ...(refusal && { refusal }) };
  }

  get(seq: number): KnownMessage | undefined {
    return this.recent.get(seq) ?? this.known(this.sql.bySeq.get(seq));
  }

  /** By CleverTap's id or the host's; the newest of the account's test messages for the test id, which they share. */
  byMsgId(account: string, msgId: string): KnownMessage | undefined {
    if (msgId === TEST_MSG_ID) return this.known(this.sql.newestTest.get(account));
    return this.recent.find(account, msgId) ?? this.known(this.sql.byMsgId.get(account, msgId));
  }

  /** By any name that it was ever called. All tests share one id: where nothing else names the message, that means the newest test that has left. */
  find(accounts: string[], names: string[]): KnownMessage | undefined {
    const ordered = names.length > 1 && names.includes(TEST_MSG_ID) ? [...names.filter((name) => name !== TEST_MSG_ID), TEST_MSG_ID] : names;
    for (const name of ordered) {
      for (const account of accounts) {
        const found = name === TEST_MSG_ID ? this.known(this.sql.newestTestSent.get(account)) : this.byMsgId(account, name) ?? this.known(this.sql.byName.get(account, name));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** Remembers the provider's names of a message; those that were new. */
  learn(message: StoredMessage, names: string[]): string[] {
    return names.filter((name) => name !== message.msgId && Number(this.sql.learn.run(message.account, name, message.seq).changes) > 0);
  }

  /** Those that wait for their outcome. */
  unknown(limit: number): UnknownMessage[] {
    return this.sql.unknown.all(limit).map((row) => ({ ...storedMessage(row), settlesAt: Number(row[MESSAGE_WIDTH]) }));
  }

  /** How many attempts and settlements its history holds. */
  tries(seq: number): number {
    return Number(this.sql.tries.get(seq)?.tries);
  }

  /** Ready to be sent; none where the person was forgotten. */
  withWire(seq: number): SendableMessage | undefined {
    const row = this.sql.whole.get(seq);
    const body = row?.[BODY];
    if (row === undefined || typeof body !== 'string') return undefined;
    const message = this.recent.get(seq) ?? this.known(row)!;
    return new SendableMessage(message, body, message.status !== undefined && this.isProven(message));
  }

  /** Whether a report shows that the sending under way, or the one that waits, went out. That an earlier one failed says nothing of it. */
  isProven({ seq, status }: KnownMessage): boolean {
    if (status === 'failed') return this.events.endings(seq) === 0;
    return status !== undefined || this.events.hasClick(seq);
  }

  /** The body's size in bytes; none where the person was forgotten. */
  wireSize(seq: number): number | undefined {
    const row = this.sql.wireSize.get(seq);
    return row === undefined ? undefined : Number(row.bytes);
  }

  setState(seq: number, state: MessageState, refusal?: FailureReason): void {
    const recent = this.recent.get(seq);
    this.states.move(recent?.state ?? (this.sql.state.get(seq)!.state as MessageState), state);
    this.sql.setState.write(state, refusal === undefined ? null : JSON.stringify(refusal), seq);
    // Also in the object that a caller may hold.
    if (recent !== undefined) recent.state = state;
  }

  /** Raises the cached status; on disk it follows from the report entries. */
  rise(seq: number, status: DeliveryStatus): void {
    const recent = this.recent.get(seq);
    if (recent !== undefined) recent.status = status;
  }

  /** Whether an attempt at AiSensy is being made right now. */
  isUnderWay(seq: number): boolean {
    return this.sql.underWay.get(seq) !== undefined;
  }

  /** Removes the message's waiting job: a dispatch before its next attempt, or a settlement or look-up before its time. */
  dropWaitingJob(seq: number): void {
    this.sql.dropJob.write(seq);
  }

  /** Removes all jobs of a message whose outcome was unknown, also those in a lane's hands. */
  dropJobs(seq: number): void {
    this.sql.dropJobs.write(seq);
  }

  /** Rows were changed by another store, or rolled back: forgets what is cached. */
  lookAgain(): void {
    this.recent.clear();
  }

  counts(): Record<string, number> {
    const waiting = this.sql.waiting.get()!.messages!;
    return Object.fromEntries([...this.states.all(), ...(Number(waiting) > 0 ? [['accepted', waiting] as const] : [])].map(([state, messages]) => [String(state), Number(messages)]));
  }

  history(account: string, msgId: string): MessageHistory | undefined {
    const message = this.byMsgId(account, msgId);
    if (message === undefined) return undefined;
    const acceptedAt = new Date(message.acceptedAt);
    const steps: MessageStep[] = [{ step: 'accepted', at: acceptedAt, recordedAt: acceptedAt }];
    for (const row of this.events.ofMessage(message.seq)) {
      const payload = JSON.parse(String(row.payload)) as LoggedDispatch & { status: DeliveryStatus; failure?: FailureReason };
      const reason = row.kind === 'dispatch' ? payload.reason : payload.failure;
      steps.push({
        step: row.kind === 'dispatch' ? payload.outcome : payload.status,
        at: new Date(Number(row.at)),
        recordedAt: new Date(Number(row.recorded_at)),
        ...(reason && { reason }),
        ...(Number(row.relayed_at) > 0 && { relayedAt: new Date(Number(row.relayed_at)) }),
      });
    }
    const underWay = message.state === 'accepted' && this.isUnderWay(message.seq);
    return {
      msgId, account, origin: message.origin, to: message.to,
      state: underWay ? 'dispatching' : message.state,
      ...(message.status && { status: message.status }),
      names: this.sql.names.all(message.seq).map((row) => String(row.name)),
      acceptedAt, steps,
    };
  }

  private known(row: SqlValue[] | undefined): KnownMessage | undefined {
    if (row === undefined) return undefined;
    const status = STATUSES.find((one) => statusRank(one) === row[RANKED]);
    const message = new KnownMessage(storedMessage(row), row[STATE] as MessageState, status);
    return message.msgId === TEST_MSG_ID ? message : this.recent.keep(message);
  }
}

