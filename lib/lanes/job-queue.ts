import type { ClaimedJob } from '../ledger/message-records.ts';
import type { SettledJob } from './lane-work.ts';

/** A key with jobs in hand: in a batch or a run, on their way back to the ledger, or waiting behind those. */
class Hold {
  /** Whether a batch or a run has jobs of the key. */
  standing = true;
  /** Handed back, and not in the ledger yet. */
  leaving: Set<ClaimedJob> | undefined;
  readonly waiting: ClaimedJob[] = [];
}

/**
 * Claimed jobs on their way into runs, in order. Jobs of one key never run side by side: a later one joins the batch that
 * is being filled, if its predecessor is in it, or waits until its predecessor is done. Where the predecessor goes back to the
 * ledger, the later one goes back after it, so that the ledger hands them out again in order.
 */
export class JobQueue {
  private readonly batchSize: number;
  private readonly batches: ClaimedJob[][] = [];
  private readonly holds = new Map<number, Hold>();
  private filling: { jobs: ClaimedJob[]; keys: Set<number> } | undefined;
  private held = 0;

  constructor(batchSize: number) {
    this.batchSize = batchSize;
  }

  add(jobs: ClaimedJob[]): void {
    this.held += jobs.length;
    for (const job of jobs) this.place(job);
  }

  /** Jobs that have not been started. */
  get size(): number {
    return this.held;
  }

  /** Whether a batch waits for more jobs to join it. */
  get isFilling(): boolean {
    return this.filling !== undefined;
  }

  readyBatches(): number {
    return this.batches.length;
  }

  /** The next batch; with `partial` also the one that is still being filled. */
  next(partial: boolean): ClaimedJob[] | undefined {
    if (!partial && this.batches[0] === this.filling?.jobs) return undefined;
    const batch = this.batches.shift();
    if (batch === undefined) return undefined;
    if (batch === this.filling?.jobs) this.filling = undefined;
    this.held -= batch.length;
    return batch;
  }

  /**
   * To be called when the ledger has the outcomes of a run, or jobs that were handed back. Returns the jobs that waited behind one
   * that is tried again, to be handed back too; the others move up.
   */
  done(settled: SettledJob[]): SettledJob[] {
    const touched = new Map<number, boolean>();
    for (const { job, outcome: { kind } } of settled) {
      const { key } = job;
      if (key === undefined) continue;
      const hold = this.holds.get(key)!;
      if (hold.leaving?.delete(job) !== true) hold.standing = false;
      touched.set(key, touched.get(key) === true || kind === 'retry' || kind === 'release');
    }
    const handedBack: SettledJob[] = [];
    for (const [key, goesAgain] of touched) {
      const hold = this.holds.get(key)!;
      if (goesAgain) this.sendBack(hold, hold.waiting.splice(0), handedBack);
      if (hold.standing || (hold.leaving !== undefined && hold.leaving.size > 0)) continue;
      this.holds.delete(key);
      this.held -= hold.waiting.length;
      this.add(hold.waiting);
    }
    return handedBack;
  }

  /** Hands back all that has not been started. */
  clear(): SettledJob[] {
    const handedBack: SettledJob[] = [];
    for (const job of this.batches.splice(0).flat()) {
      const hold = job.key === undefined ? undefined : this.holds.get(job.key)!;
      if (hold !== undefined) hold.standing = false;
      this.sendBack(hold, [job], handedBack);
    }
    for (const hold of this.holds.values()) this.sendBack(hold, hold.waiting.splice(0), handedBack);
    this.filling = undefined;
    return handedBack;
  }

  private sendBack(hold: Hold | undefined, jobs: ClaimedJob[], handedBack: SettledJob[]): void {
    this.held -= jobs.length;
    for (const job of jobs) {
      if (hold !== undefined) (hold.leaving ??= new Set()).add(job);
      handedBack.push({ job, outcome: { kind: 'release' } });
    }
  }

  private hasRoom(): boolean {
    return this.filling !== undefined && this.filling.jobs.length < this.batchSize;
  }

  private place(job: ClaimedJob): void {
    const { key } = job;
    const hold = key === undefined ? undefined : this.holds.get(key);
    const joins = this.hasRoom() && !job.alone && (hold === undefined || (this.filling!.keys.has(key!) && hold.waiting.length === 0));
    if (hold !== undefined && !joins) {
      hold.waiting.push(job);
      return;
    }
    if (!joins) {
      const jobs = Array.of(job); // no literal: see message-records.ts
      this.batches.push(jobs);
      // No other job may join one that must be alone.
      this.filling = job.alone || this.batchSize === 1 ? undefined : { jobs, keys: new Set() };
    } else {
      this.filling!.jobs.push(job);
    }
    if (key === undefined) return;
    this.filling?.keys.add(key);
    if (hold === undefined) this.holds.set(key, new Hold());
  }
}
