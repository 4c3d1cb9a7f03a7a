import type { DeadLetterKind } from '../dead-letter.ts';
import { laneName } from '../ledger.ts';
import type { JobResult, LanePlaces } from '../ledger-records.ts';
import type { RecordedEvent } from '../message-records.ts';
import type { SqliteDatabase } from './driver.ts';
import { type JobStore, roomIn } from './job.store.ts';

/**
 * Reports that were handed to their lane to CleverTap as they were recorded. Nearly all of them are taken there within a second: no job
 * is written for such a report, its entry of the log says that it is on its way (`relayed_at` is 0). Only one that has to wait after all
 * gets its job. In the lane's hands its id is its entry's number, negative.
 */
export class HandedReportStore {
  private readonly jobs: JobStore;
  private readonly sql;

  constructor(db: SqliteDatabase, jobs: JobStore) {
    this.jobs = jobs;
    this.sql = {
      relayed: db.prepare('UPDATE events SET relayed_at = ? WHERE seq = ?'),
      // Returns nothing for a report that is in nobody's hands: after a lost answer the same result may be written down twice.
      takeBack: db.prepare('UPDATE events SET relayed_at = NULL WHERE seq = ? AND relayed_at = 0 RETURNING account, message, recorded_at'),
      all: db.prepare('SELECT seq, recorded_at FROM events WHERE relayed_at = 0 ORDER BY seq'),
      counts: db.prepare('SELECT account, count(*) AS reports FROM events WHERE relayed_at = 0 GROUP BY account'),
      bury: db.prepare(`INSERT INTO dead_letters (kind, account, lane, key, event, reason, at)
        SELECT ?, account, ?, message, seq, ?, ? FROM events WHERE seq = ?`),
    };
  }

  /** Whether a report may be handed over: its lane has room for it, and none of its message waits before it. */
  mayHave(account: string, message: number, room: LanePlaces[] | undefined): boolean {
    const lane = laneName.reports(account);
    return roomIn(room, lane) !== undefined && !this.jobs.hasWaiting(lane, message);
  }

  /** Hands the report of an entry to its lane; the entry must say so already (`relayed_at` is 0). */
  hand(event: RecordedEvent, message: number, room: LanePlaces[]): void {
    const lane = laneName.reports(event.account);
    roomIn(room, lane)!.places -= 1;
    (event.claimed ??= []).push({ lane, id: -event.seq, key: message });
  }

  /** CleverTap has them. */
  done(ids: number[], relayedAt: number): void {
    for (const id of ids) this.sql.relayed.write(relayedAt, -id);
  }

  /** Ends a report in another way: it waits as a job, or becomes a dead letter. */
  finish(result: Exclude<JobResult, { kind: 'done' }>): void {
    if (result.kind === 'dead') this.bury(-result.id, result.letter, result.reason, result.at);
    else if (result.kind === 'retry') this.wait(-result.id, { due: result.due, attempts: 1, alone: result.alone === true });
    else this.wait(-result.id, { due: result.due });
  }

  /** Makes jobs of those that nobody has in hand, in the order in which they came. */
  waitUnless(inHand: ReadonlySet<number>, dueBy = Infinity): void {
    for (const { seq, recorded_at } of this.sql.all.all()) {
      // What was due at once is due now, though the machine's clock may have been set back since.
      if (!inHand.has(-Number(seq))) this.wait(Number(seq), { due: Math.min(Number(recorded_at), dueBy) });
    }
  }

  /** How many are under way, by lane. */
  counts(): [lane: string, reports: number][] {
    return this.sql.counts.all().map(({ account, reports }) => [laneName.reports(String(account)), Number(reports)]);
  }

  /** Makes a job of a report that has to wait; without `due` it is due at once. */
  private wait(event: number, { due, attempts = 0, alone = false }: { due?: number; attempts?: number; alone?: boolean }): void {
    const taken = this.sql.takeBack.get(event);
    if (taken === undefined) return;
    this.jobs.putIn({
      lane: laneName.reports(String(taken.account)), key: Number(taken.message), event, due: due ?? Number(taken.recorded_at), attempts, alone,
    });
  }

  private bury(event: number, kind: DeadLetterKind, reason: string, at: number): void {
    const taken = this.sql.takeBack.get(event);
    if (taken !== undefined) this.sql.bury.write(kind, laneName.reports(String(taken.account)), reason, at, event);
  }
}
