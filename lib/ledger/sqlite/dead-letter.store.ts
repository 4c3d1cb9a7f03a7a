import type { DeadLetterFilter, DeadLetterKind } from '../dead-letter.ts';
import type { KeptDeadLetter } from '../ledger-records.ts';
import type { SqliteDatabase, SqlValue } from './driver.ts';
import { PAYLOAD } from './event.store.ts';
import { MESSAGE_WIDTH, messageColumns, storedMessage } from './message-row.ts';

/** A dead letter to lay down. */
export interface NewDeadLetter {
  kind: DeadLetterKind;
  reason: string;
  at: number;
  account?: string;
  /** Of an unmatched report: all accounts that it may be of, where its callback does not say which. */
  accounts?: string[];
  lane?: string;
  message?: number;
  event?: number;
  payload?: unknown;
}

/** A dead letter's place, for putting it back. */
export interface LetterPlace {
  kind: DeadLetterKind;
  /** Of an unmatched report: all accounts that it may be of. */
  accounts: string[];
  lane?: string;
  key?: number;
  message?: number;
  event?: number;
  payload?: unknown;
}

/** Work that is not tried again by itself. What came from a lane keeps its place there, so that it can be put back. */
export class DeadLetterStore {
  private readonly db: SqliteDatabase;
  private readonly sql;

  constructor(db: SqliteDatabase) {
    this.db = db;
    this.sql = {
      bury: db.prepare('INSERT INTO dead_letters (kind, account, accounts, lane, message, event, reason, at, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
      get: db.prepare('SELECT kind, accounts, lane, key, message, event, payload FROM dead_letters WHERE id = ?'),
      discard: db.prepare('DELETE FROM dead_letters WHERE id = ?'),
      count: db.prepare('SELECT kind, count(*) AS letters FROM dead_letters GROUP BY kind'),
    };
  }

  bury({ kind, account, accounts, lane, message, event, reason, at, payload }: NewDeadLetter): void {
    const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
    this.sql.bury.write(kind, account ?? null, json(accounts), lane ?? null, message ?? null, event ?? null, reason, at, json(payload));
  }

  list(filter: DeadLetterFilter): KeptDeadLetter[] {
    const where = ['d.id > ?'];
    const values: SqlValue[] = [filter.after ?? 0];
    const and = (condition: string, value: SqlValue | undefined): void => {
      if (value === undefined) return;
      where.push(condition);
      values.push(value);
    };
    and('d.id IN (SELECT value FROM json_each(?))', filter.ids && JSON.stringify(filter.ids));
    and('d.kind = ?', filter.kind);
    and('d.account = ?', filter.account);
    and('m.msg_id = ?', filter.msgId);
    and('d.at < ?', filter.before?.getTime());
    return this.db.prepareRows(`SELECT ${messageColumns('m')},
      d.id, d.kind, d.account AS letter_account, d.lane, d.reason, d.at, coalesce(d.payload, ${PAYLOAD}, CAST(w.body AS TEXT)) AS payload
      FROM dead_letters d LEFT JOIN events e ON e.seq = d.event LEFT JOIN messages m ON m.seq = coalesce(d.message, e.message)
      LEFT JOIN wires w ON w.message = d.message
      WHERE ${where.join(' AND ')} ORDER BY d.id LIMIT ?`).all(...values, filter.limit ?? 100).map(deadLetter);
  }

  place(id: number): LetterPlace | undefined {
    const row = this.sql.get.get(id);
    if (row === undefined) return undefined;
    return {
      kind: row.kind as DeadLetterKind,
      accounts: (jsonOf(row.accounts) ?? []) as string[],
      lane: textOf(row.lane), key: numberOf(row.key), message: numberOf(row.message), event: numberOf(row.event),
      payload: jsonOf(row.payload),
    };
  }

  discard(ids: number[]): number {
    return ids.reduce((discarded, id) => discarded + Number(this.sql.discard.run(id).changes), 0);
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.sql.count.all().map((row) => [String(row.kind), Number(row.letters)]));
  }
}

function deadLetter(row: SqlValue[]): KeptDeadLetter {
  const [id, kind, account, lane, reason, at, payload] = row.slice(MESSAGE_WIDTH);
  return {
    id: Number(id),
    kind: kind as DeadLetterKind,
    ...(account !== null && { account: String(account) }),
    ...(lane !== null && { lane: String(lane) }),
    ...(row[0] !== null && { message: storedMessage(row) }),
    reason: String(reason),
    at: new Date(Number(at)),
    payload: jsonOf(payload),
  };
}

function textOf(value: SqlValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: SqlValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A body that is no JSON (any more) is told as it is. */
function jsonOf(value: SqlValue | undefined): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
