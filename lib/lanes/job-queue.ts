import type { ClaimedJob } from '../ledger/message-records.ts';
import type { SettledJob } from './lane-work.ts';

/**
 * Claimed jobs on their way into runs, in order. Jobs of one key never run side by side: a later one joins the batch that
 * is being filled, if its predecessor stands in it, or waits until its predecessor is done.
 */
export class JobQueue {
  private readonly batchSize: number;
  private readonly batches: ClaimedJob[][] = [];
  /** Keys that stand in a batch or run, with those that wait behind. */
  private readonly busy = new Map<number, ClaimedJob[]>();
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

  /** The next batch; one that others may still join only where `partial` says so. */
  next(partial: boolean): ClaimedJob[] | undefined {
    if (!partial && this.batches[0] === this.filling?.jobs) return undefined;
    const batch = this.batches.shift();
    if (batch === undefined) return undefined;
    if (batch === this.filling?.jobs) this.filling = undefined;
    this.held -= batch.length;
    return batch;
  }

  /**
   * Frees the keys of a run. Those waiting behind a job that is tried again are handed back, due with it, so that they do
   * not overtake it; the others move up.
   */
  done(settled: SettledJob[]): SettledJob[] {
    const handedBack: SettledJob[] = [];
    const keys = new Set<number>();
    const held = new Map<number, number>();
    for (const { job, outcome, due } of settled) {
      if (job.key === undefined) continue;
      keys.add(job.key);
      if (outcome.kind === 'retry') held.set(job.key, due!);
    }
    for (const key of keys) {
      const waiting = this.busy.get(key) ?? [];
      this.busy.delete(key);
      this.held -= waiting.length;
      const due = held.get(key);
      if (due === undefined) this.add(waiting);
      else handedBack.push(...waiting.map((job): SettledJob => ({ job, outcome: { kind: 'release' }, due })));
    }
    return handedBack;
  }

  /** Takes out all that has not been started. */
  clear(): ClaimedJob[] {
    const untried = this.batches.splice(0).flat();
    const unstarted = new Set(untried.map(({ key }) => key));
    for (const [key, waiting] of this.busy) {
      untried.push(...waiting.splice(0));
      if (unstarted.has(key)) this.busy.delete(key);
    }
    this.filling = undefined;
    this.held = 0;
    return untried;
  }

  private hasRoom(): boolean {
    return this.filling !== undefined && this.filling.jobs.length < this.batchSize;
  }

  private place(job: ClaimedJob): void {
    const { key } = job;
    const waiting = key === undefined ? undefined : this.busy.get(key);
    const joins = this.hasRoom() && !job.alone && (waiting === undefined || (this.filling!.keys.has(key!) && waiting.length === 0));
    if (waiting !== undefined && !joins) {
      waiting.push(job);
      return;
    }
    if (!joins) {
      const jobs = Array.of(job); // no literal: see message-records.ts
      this.batches.push(jobs);
      // A job that must be alone leaves its batch closed.
      this.filling = job.alone || this.batchSize === 1 ? undefined : { jobs, keys: new Set() };
    } else {
      this.filling!.jobs.push(job);
    }
    if (key === undefined) return;
    this.filling?.keys.add(key);
    if (waiting === undefined) this.busy.set(key, []);
  }
}
