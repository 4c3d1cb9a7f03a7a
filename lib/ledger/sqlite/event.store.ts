import type { DeliveryReport, DeliveryStatus } from '../../messages/delivery-report.ts';
import type { RecordedEvent, StoredMessage } from '../message-records.ts';
import type { SqliteDatabase, SqlRow } from './driver.ts';
import { MESSAGE_WIDTH, messageColumns, storedMessage } from './message-row.ts';

export interface NewEvent {
  kind: RecordedEvent['kind'];
  account: string;
  message?: StoredMessage;
  /** Unique within its message or, without one, within its account: the same event is kept once. */
  identity: string;
  at: number;
  recordedAt: number;
  payload: RecordedEvent['payload'];
  /** The message that an inbound one replies to. */
  replyTo?: StoredMessage;
  /** Whether it is on its way to CleverTap from the start, without a job. */
  handed?: boolean;
}

/** The message that an inbound one replies to, where its name became known after the reply had come. */
const LATELY_KNOWN = `CASE e.kind WHEN 'inbound-message'
  THEN (SELECT n.message FROM names n WHERE n.account = e.account AND n.name = json_extract(e.payload, '$.replyTo')) END`;

/** In place of a report's payload where the entry's other columns and the message's name say all of it, as with most. The payload would be half of the entry. */
const SAID = '{}';

const REPORT = 'report:';

/** The identity of a message's report of a status, which it has once. */
export function reportIdentity(status: DeliveryStatus): string {
  return REPORT + status;
}

/** The payload of an entry `e`, whose message is `m`, as JSON. */
export const PAYLOAD = `CASE e.payload WHEN '${SAID}' THEN json_object('names', json_array(m.msg_id), 'status', substr(e.identity, ${REPORT.length + 1}), 'at', e.at)
  ELSE e.payload END`;

/** The durable log that relay and listeners work off, and that a message's history is told from. */
export class EventStore {
  private readonly sql;

  constructor(db: SqliteDatabase) {
    this.sql = {
      add: db.prepare(`INSERT INTO events (kind, account, message, identity, at, recorded_at, payload, reply_to, relayed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`),
      get: db.prepareRows(`SELECT ${messageColumns('m')}, e.seq AS event, e.kind, e.account AS event_account, e.at, ${PAYLOAD} AS payload,
        r.msg_id AS reply_to, r.origin AS reply_origin
        FROM events e LEFT JOIN messages m ON m.seq = e.message LEFT JOIN messages r ON r.seq = coalesce(e.reply_to, ${LATELY_KNOWN}) WHERE e.seq = ?`),
      has: db.prepare('SELECT 1 FROM events WHERE message = ? AND identity = ?'),
      clicked: db.prepare(`SELECT 1 FROM events WHERE message = ? AND identity BETWEEN '${reportIdentity('clicked')}' AND '${reportIdentity('clicked')}~'`),
      endings: db.prepare("SELECT count(*) AS endings FROM events WHERE message = ? AND kind = 'dispatch' AND payload ->> 'outcome' <> 'retry'"),
      ofMessage: db.prepare(`SELECT e.kind, e.at, e.recorded_at, ${PAYLOAD} AS payload, e.relayed_at
        FROM events e JOIN messages m ON m.seq = e.message WHERE e.message = ? ORDER BY e.seq`),
    };
  }

  /** Adds an entry; none where the same was there before. */
  add(event: NewEvent): RecordedEvent | undefined {
    const { kind, account, message, at, payload, replyTo, handed = false } = event;
    const { changes, lastInsertRowid } = this.sql.add.run(
      kind, account, message?.seq ?? null, event.identity, at, event.recordedAt, payloadOf(event), replyTo?.seq ?? null, handed ? 0 : null,
    );
    if (Number(changes) === 0) return undefined;
    return { seq: Number(lastInsertRowid), kind, account, at, payload, message, replyTo: replyTo && { msgId: replyTo.msgId, origin: replyTo.origin } };
  }

  get(seq: number): RecordedEvent | undefined {
    const row = this.sql.get.get(seq);
    if (row === undefined) return undefined;
    const [number, kind, account, at, payload, replyTo, replyOrigin] = row.slice(MESSAGE_WIDTH);
    return {
      seq: Number(number),
      kind: kind as RecordedEvent['kind'],
      account: String(account),
      at: Number(at),
      payload: JSON.parse(String(payload)) as RecordedEvent['payload'],
      message: row[0] === null ? undefined : storedMessage(row),
      replyTo: replyTo === null ? undefined : { msgId: String(replyTo), origin: replyOrigin as StoredMessage['origin'] },
    };
  }

  has(message: number, identity: string): boolean {
    return this.sql.has.get(message, identity) !== undefined;
  }

  hasClick(message: number): boolean {
    return this.sql.clicked.get(message) !== undefined;
  }

  /** How many sendings of the message have come to an end, each after as many attempts as it took. */
  endings(message: number): number {
    return Number(this.sql.endings.get(message)?.endings);
  }

  ofMessage(message: number): SqlRow[] {
    return this.sql.ofMessage.all(message);
  }
}

function payloadOf({ kind, message, identity, payload }: NewEvent): string {
  const isSaid = kind === 'delivery-report' && message !== undefined && isSaidBy(payload as DeliveryReport, message.msgId, identity);
  return isSaid ? SAID : JSON.stringify(payload);
}

function isSaidBy({ status, names, failure, freeformCode, accountWide, click, recipient }: DeliveryReport, msgId: string, identity: string): boolean {
  return names.length === 1 && names[0] === msgId && (failure ?? freeformCode ?? accountWide ?? click ?? recipient) === undefined && identity === reportIdentity(status);
}
