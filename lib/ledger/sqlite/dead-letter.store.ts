import type { DeadLetter, DeadLetterFilter, DeadLetterKind } from '../dead-letter.ts';
import type { SqliteDatabase, SqlRow, SqlValue } from './driver.ts';
import type { JobStore } from './job.store.ts';

/** Work that is not tried again by itself. What came from a lane keeps its place there, so that it can be put back. */
export class DeadLetterStore {
  private readonly db: SqliteDatabase;
  private readonly jobs: JobStore;
  private readonly sql;

  constructor(db: SqliteDatabase, jobs: JobStore) {
    this.db = db;
    this.jobs = jobs;
    this.sql = {
      bury: db.prepare('INSERT INTO dead_letters (kind, account, event, reason, at, payload) VALUES (?, ?, ?, ?, ?, ?)'),
      take: db.prepare('DELETE FROM dead_letters WHERE id = ? AND lane IS NOT NULL RETURNING lane, key, message, event'),
      discard: db.prepare('DELETE FROM dead_letters WHERE id = ?'),
      count: db.prepare('SELECT count(*) AS letters FROM dead_letters'),
    };
  }

  bury(letter: { kind: DeadLetterKind; account?: string; reason: string; at: number; payload?: unknown; event?: number }): void {
    const payload = letter.payload === undefined ? null : JSON.stringify(letter.payload);
    this.sql.bury.run(letter.kind, letter.account ?? null, letter.event ?? null, letter.reason, letter.at, payload);
  }

  list(filter: DeadLetterFilter): DeadLetter[] {
    const where: string[] = ['d.id > ?'];
    const values: SqlValue[] = [filter.after ?? 0];
    for (const [column, value] of [['d.kind', filter.kind], ['d.account', filter.account], ['m.msg_id', filter.msgId]] as const) {
      if (value === undefined) continue;
      where.push(`${column} = ?`);
      values.push(value);
    }
    const rows = this.db.prepare(`SELECT d.id, d.kind, d.account, d.lane, d.reason, d.at, coalesce(d.payload, e.payload) AS payload, m.msg_id
      FROM dead_letters d LEFT JOIN events e ON e.seq = d.event LEFT JOIN messages m ON m.seq = coalesce(d.message, e.message)
      WHERE ${where.join(' AND ')} ORDER BY d.id LIMIT ?`).all(...values, filter.limit ?? 100);
    return rows.map(deadLetter);
  }

  replay(ids: number[], now: number): number {
    let replayed = 0;
    for (const id of ids) {
      const row = this.sql.take.get(id);
      if (row === undefined) continue;
      this.jobs.add({
        lane: String(row.lane), due: now,
        ...(row.key !== null && { key: Number(row.key) }),
        ...(row.message !== null && { message: Number(row.message) }),
        ...(row.event !== null && { event: Number(row.event) }),
      });
      replayed += 1;
    }
    return replayed;
  }

  discard(ids: number[]): number {
    return ids.reduce((discarded, id) => discarded + Number(this.sql.discard.run(id).changes), 0);
  }

  count(): number {
    return Number(this.sql.count.get()?.letters);
  }
}

function deadLetter(row: SqlRow): DeadLetter {
  return {
    id: Number(row.id),
    kind: row.kind as DeadLetterKind,
    ...(row.account !== null && { account: String(row.account) }),
    ...(row.lane !== null && { lane: String(row.lane) }),
    ...(row.msg_id !== null && { msgId: String(row.msg_id) }),
    reason: String(row.reason),
    at: new Date(Number(row.at)),
    payload: row.payload === null ? undefined : (JSON.parse(String(row.payload)) as unknown),
  };
}
