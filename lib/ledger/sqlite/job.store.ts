import type { Claim, JobResult, LanePlaces, LedgerState } from '../ledger-records.ts';
import type { ClaimedJob, RecordedEvent } from '../message-records.ts';
import type { SqliteDatabase, SqlRow, SqlValue } from './driver.ts';

export interface NewJob {
  lane: string;
  due: number;
  key?: number;
  message?: number;
  event?: number;
  claim?: boolean;
  /** Whether it goes before the others of its lane. */
  urgent?: boolean;
  /** Tries made before, for a message that is sent again. */
  attempts?: number;
  expiresAt?: number;
}

/** The room that a lane has; nothing where it has none. */
export function roomIn(room: LanePlaces[] | undefined, lane: string): LanePlaces | undefined {
  return room?.find((one) => one.lane === lane && one.places > 0);
}

/** SQL: the latest `due` among jobs of the same key and lane with an earlier event; 0 if none. */
const DUE_BEFORE = 'coalesce((SELECT max(b.due) FROM jobs b WHERE b.key = jobs.key AND b.lane = jobs.lane AND b.event < jobs.event), 0)';

export const DISPATCH_LANES = "SELECT id FROM lanes WHERE name LIKE 'dispatch:%'";

/** The values of the column `urgent`. */
const URGENT = 1;
const OTHERS = 0;

/** Far enough ahead to mean "no job of this lane is waiting for its time". */
const NEVER = Number.MAX_SAFE_INTEGER;

/** A job, its message and its entry of the log, by their numbers. */
export interface JobNumbers extends Pick<ClaimedJob, 'id' | 'attempts' | 'alone' | 'key' | 'expiresAt'> {
  message?: number;
  event?: number;
}

/** A dispatch job by its numbers. */
export interface WaitingDispatch {
  id: number;
  message: number;
  attempts: number;
}

/** The one queue behind all lanes. */
export class JobStore {
  private readonly lanes = new Map<string, number>();
  /** Lanes whose jobs are all claimed, so that a new one waits behind none; with the latest time at which one of them was due. */
  private readonly quiet = new Map<number, number>();
  private readonly sql;
  /** No id is given out twice while the process lives: somebody may still have the first job of that id in hand. */
  private lastId: number;

  constructor(db: SqliteDatabase) {
    this.sql = {
      addLane: db.prepare('INSERT INTO lanes (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id'),
      add: db.prepare('INSERT INTO jobs (id, lane, key, message, event, due, claimed, attempts, expires_at, urgent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
      lastId: db.prepare('SELECT max(id) AS id FROM jobs'),
      keyBefore: db.prepare('SELECT max(due) AS due, min(claimed) AS claimed FROM jobs WHERE key = ? AND lane = ?'),
      // `+ 0`: SQLite plans a statement anew whenever the bare parameter of its LIMIT changes.
      due: db.prepareRows(`SELECT id, key, message, event, attempts, alone, expires_at FROM jobs
        WHERE lane = ? AND urgent = ? AND claimed = 0 AND due <= ? ORDER BY due, event, id LIMIT ? + 0`),
      nextDue: db.prepare('SELECT min(due) AS due FROM jobs WHERE lane = ? AND urgent = ? AND claimed = 0'),
      claim: db.prepare('UPDATE jobs SET claimed = 1 WHERE id = ?'),
      remove: db.prepare('DELETE FROM jobs WHERE id = ?'),
      relayed: db.prepare('UPDATE events SET relayed_at = ? WHERE seq IN (SELECT event FROM jobs WHERE id IN (SELECT value FROM json_each(?)))'),
      removeAll: db.prepare('DELETE FROM jobs WHERE id IN (SELECT value FROM json_each(?))'),
      retry: db.prepare('UPDATE jobs SET claimed = 0, due = ?, attempts = attempts + 1, alone = max(alone, ?) WHERE id = ?'),
      release: db.prepare('UPDATE jobs SET claimed = 0, due = max(due, ?) WHERE id = ?'),
      isolate: db.prepare('UPDATE jobs SET alone = 1 WHERE id = ?'),
      notBefore: db.prepare(`UPDATE jobs SET due = max(due, ${DUE_BEFORE}) WHERE id = ? AND key IS NOT NULL RETURNING lane, key, event, due`),
      // Claimed ones too: should the process die, they must not come before it after the next start.
      pushLater: db.prepare('UPDATE jobs SET due = max(due, ?) WHERE key = ? AND lane = ? AND event > ?'),
      bury: db.prepare(`INSERT INTO dead_letters (kind, account, lane, key, message, event, reason, at)
        SELECT ?1, coalesce(m.account, e.account), l.name, j.key, j.message, j.event, CASE WHEN m.recipient = '' AND ?1 = 'listener' THEN 'forgotten' ELSE ?2 END, ?3
        FROM jobs j JOIN lanes l ON l.id = j.lane LEFT JOIN events e ON e.seq = j.event LEFT JOIN messages m ON m.seq = coalesce(j.message, e.message) WHERE j.id = ?4`),
      unclaim: db.prepare(`UPDATE jobs SET claimed = 0 WHERE claimed = 1 AND lane NOT IN (${DISPATCH_LANES})`),
      latest: db.prepare(`SELECT max(coalesce((SELECT recorded_at FROM events ORDER BY seq DESC LIMIT 1), 0),
        coalesce((SELECT accepted_at FROM messages ORDER BY seq DESC LIMIT 1), 0)) AS at`),
      turnBack: db.prepare('UPDATE jobs SET due = due - ?'),
      waitOn: db.prepare('UPDATE jobs SET due = max(due, ?) WHERE lane = (SELECT id FROM lanes WHERE name = ?)'),
      claimedDispatches: db.prepare(`SELECT id, message, attempts FROM jobs WHERE claimed = 1 AND lane IN (${DISPATCH_LANES})`),
      expired: db.prepare('SELECT id, message, attempts FROM jobs WHERE expires_at <= ? AND claimed = 0 ORDER BY expires_at LIMIT 500'),
      backlog: db.prepare(`SELECT substr(l.name, length('dispatch:') + 1) AS account, count(*) AS messages, sum(length(w.body)) AS bytes
        FROM jobs j JOIN lanes l ON l.id = j.lane JOIN wires w ON w.message = j.message WHERE j.lane IN (${DISPATCH_LANES}) GROUP BY j.lane`),
      oldest: db.prepare(`SELECT min(m.accepted_at) AS at FROM jobs j JOIN messages m ON m.seq = j.message WHERE j.lane IN (${DISPATCH_LANES})`),
      counts: db.prepare('SELECT name, count(*) AS jobs FROM jobs JOIN lanes ON lanes.id = jobs.lane GROUP BY lane'),
      unclaimOthers: db.prepare('UPDATE jobs SET claimed = 0 WHERE claimed = 1 AND id NOT IN (SELECT value FROM json_each(?))'),
      claimAgain: db.prepare('UPDATE jobs SET claimed = 1 WHERE claimed = 0 AND id IN (SELECT value FROM json_each(?))'),
    };
    this.lastId = Number(this.sql.lastId.get()?.id ?? 0);
  }

  /** A job whose key has work backing off waits with it, so that the key's order is kept. */
  add(job: NewJob): number {
    const lane = this.laneId(job.lane);
    const before = job.key === undefined ? undefined : this.before(lane, job.key);
    return this.insert(lane, { ...job, due: Math.max(job.due, Number(before?.due ?? 0)) });
  }

  /** Adds the job that an event means for a lane; born claimed where the lane has room for it and none of its key waits before it. */
  follow(event: RecordedEvent, { room, ...job }: NewJob & { key: number; room?: LanePlaces[] }): void {
    const lane = this.laneId(job.lane);
    const before = this.before(lane, job.key);
    const places = before?.claimed === 0 ? undefined : roomIn(room, job.lane);
    const claim = places !== undefined;
    const id = this.insert(lane, { ...job, event: event.seq, due: Math.max(job.due, Number(before?.due ?? 0)), claim });
    if (!claim) return;
    places.places -= 1;
    (event.claimed ??= []).push({ lane: job.lane, id, key: job.key });
  }

  /** Whether jobs of a key wait in a lane, so that a newcomer has to wait behind them. */
  hasWaiting(laneName: string, key: number): boolean {
    return this.before(this.laneId(laneName), key)?.claimed === 0;
  }

  /** Adds the job of an entry that is older than others of its key, and keeps its place among them. */
  putIn({ alone, ...job }: NewJob & { key: number; event: number; alone: boolean }): void {
    const id = this.insert(this.laneId(job.lane), job);
    if (alone) this.sql.isolate.write(id);
    this.keepOrder(id);
  }

  /** Hands out up to `limit` jobs, by their numbers. */
  claim(laneName: string, limit: number, now: number): Omit<Claim, 'jobs'> & { jobs: JobNumbers[] } {
    const lane = this.laneId(laneName);
    const rows = this.sql.due.all(lane, URGENT, now, limit + 1);
    if (rows.length <= limit) rows.push(...this.sql.due.all(lane, OTHERS, now, limit + 1 - rows.length));
    const more = rows.length > limit;
    if (more) rows.pop();
    const jobs = rows.map((row) => {
      this.sql.claim.write(row[0]!);
      return jobNumbers(row);
    });
    if (more) return { jobs, more };
    const nextDue = Math.min(...[URGENT, OTHERS].map((urgent) => Number(this.sql.nextDue.get(lane, urgent)?.due ?? NEVER)));
    if (nextDue !== NEVER) return { jobs, more, nextDue };
    this.quiet.set(lane, now);
    return { jobs, more };
  }

  /** Ends jobs; `relayedAt` is when CleverTap had what they were for. */
  done(ids: number[], relayedAt?: number): void {
    const list = JSON.stringify(ids);
    if (relayedAt !== undefined) this.sql.relayed.write(relayedAt, list);
    this.sql.removeAll.write(list);
  }

  /** Ends a job in another way: to be tried again, handed back, or as a dead letter. */
  finish(result: Exclude<JobResult, { kind: 'done' }>): void {
    switch (result.kind) {
      case 'retry':
        return this.retry(result.id, result.due, result.alone === true);
      case 'release':
        return this.release(result.id, result.due);
      case 'dead':
        this.sql.bury.write(result.letter, result.reason, result.at, result.id);
        this.sql.remove.write(result.id);
    }
  }

  remove(id: number): void {
    this.sql.remove.write(id);
  }

  /** Removes a job; false where it was gone. */
  take(id: number): boolean {
    return Number(this.sql.remove.run(id).changes) > 0;
  }

  release(id: number, due = 0): void {
    this.quiet.clear();
    this.sql.release.write(due, id);
    this.keepOrder(id);
  }

  retry(id: number, due: number, alone = false): void {
    this.quiet.clear();
    this.sql.retry.write(due, alone ? 1 : 0, id);
    this.keepOrder(id);
  }

  /** Where the machine's clock was set back since the last process, what waits goes by the new time, and does not wait for the old one to come round. */
  turnBackTo(now: number): void {
    const aheadMs = Number(this.sql.latest.get()?.at) - now;
    if (aheadMs <= 0) return;
    this.quiet.clear();
    this.sql.turnBack.write(aheadMs);
  }

  /** Puts claimed relay and listener jobs back: they may run twice. Dispatch jobs may not, and are returned instead. */
  recover(): WaitingDispatch[] {
    this.quiet.clear();
    this.sql.unclaim.write();
    return this.sql.claimedDispatches.all().map(waitingDispatch);
  }

  /** Leaves only the jobs claimed that are in hand. */
  resume(inHand: number[]): void {
    this.quiet.clear();
    this.lastId = Math.max(this.lastId, ...inHand);
    const ids = JSON.stringify(inHand);
    this.sql.unclaimOthers.write(ids);
    this.sql.claimAgain.write(ids);
  }

  /** Makes all jobs of a lane wait until a time. */
  waitOn(lane: string, until: number): void {
    this.sql.waitOn.write(until, lane);
  }

  /** Dispatch jobs whose time is over. */
  expired(now: number): WaitingDispatch[] {
    return this.sql.expired.all(now).map(waitingDispatch);
  }

  /** What waits for AiSensy, by account. */
  backlog(): LedgerState['backlog'] {
    const rows = this.sql.backlog.all();
    return Object.fromEntries(rows.map(({ account, messages, bytes }) => [String(account), { messages: Number(messages), bytes: Number(bytes) }]));
  }

  /** When the oldest message that waits for AiSensy was taken. */
  oldestMessageAt(): number | undefined {
    const oldest = this.sql.oldest.get()?.at;
    return typeof oldest === 'number' ? oldest : undefined;
  }

  counts(): Record<string, number> {
    return Object.fromEntries(this.sql.counts.all().map((row) => [String(row.name), Number(row.jobs)]));
  }

  /** Something was rolled back: forgets what is cached of the lanes. */
  lookAgain(): void {
    this.lanes.clear();
    this.quiet.clear();
  }

  private insert(lane: number, { key, message, event, due, claim = false, attempts = 0, expiresAt, urgent = false }: NewJob): number {
    this.lastId += 1;
    if (!claim) this.quiet.delete(lane);
    else if (key !== undefined && this.quiet.has(lane)) this.quiet.set(lane, due);
    this.sql.add.write(this.lastId, lane, key ?? null, message ?? null, event ?? null, due, claim ? 1 : 0, attempts, expiresAt ?? null, urgent ? URGENT : OTHERS);
    return this.lastId;
  }

  /** Keeps a key's order: a job that waits again, or was put in late, is due no earlier than those before it, and those after it no earlier than it. */
  private keepOrder(id: number): void {
    const job = this.sql.notBefore.get(id);
    if (job !== undefined) this.sql.pushLater.write(job.due!, job.key!, job.lane!, job.event!);
  }

  /** What a lane holds of a key: the latest time at which one of its jobs is due, and whether all are claimed. */
  private before(lane: number, key: number): SqlRow | undefined {
    const latest = this.quiet.get(lane);
    return latest === undefined ? this.sql.keyBefore.get(key, lane) : { due: latest, claimed: 1 };
  }

  private laneId(name: string): number {
    let id = this.lanes.get(name);
    if (id === undefined) {
      id = Number(this.sql.addLane.get(name)?.id);
      this.lanes.set(name, id);
    }
    return id;
  }
}

function jobNumbers([id, key, message, event, attempts, alone, expiresAt]: SqlValue[]): JobNumbers {
  return {
    id: Number(id), attempts: Number(attempts), alone: alone === 1, key: numberOf(key), expiresAt: numberOf(expiresAt), message: numberOf(message),
    event: numberOf(event),
  };
}

function numberOf(value: SqlValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function waitingDispatch(row: SqlRow): WaitingDispatch {
  return { id: Number(row.id), message: Number(row.message), attempts: Number(row.attempts) };
}
