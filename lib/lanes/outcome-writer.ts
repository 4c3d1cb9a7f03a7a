import { LedgerFaults } from '../logging/ledger-faults.ts';
import type { JobQueue } from './job-queue.ts';
import type { LaneWork, SettledJob } from './lane-work.ts';

/** How long is waited after the ledger failed, in milliseconds. */
export const LEDGER_RETRY_MS = 500;

/** Writes down what became of a lane's jobs. Where one of them goes back to the ledger, later jobs of its key go back after it, to keep their order. */
export class OutcomeWriter {
  private readonly work: LaneWork;
  private readonly queue: JobQueue;
  private readonly signal: AbortSignal;
  private readonly faults = new LedgerFaults();
  /** Writes under way. */
  private underWay = 0;
  /** How many of them put keyed jobs back into the ledger. */
  private goingBack = 0;

  /** `signal` ends the lane: what the ledger has not taken by then is given up. */
  constructor(work: LaneWork, queue: JobQueue, signal: AbortSignal) {
    this.work = work;
    this.queue = queue;
    this.signal = signal;
  }

  /** Writes under way. Their jobs hold no slot any more, so the lane limits these writes by themselves. */
  get writing(): number {
    return this.underWay;
  }

  /** Whether keyed jobs are on their way back. A claim meanwhile could hand out later jobs of the same key. */
  get isHandingBack(): boolean {
    return this.goingBack > 0;
  }

  /** `mayStart` tells whether what is left in the queue may still be started; else it is handed back too. */
  async write(settled: SettledJob[], mayStart: () => boolean): Promise<void> {
    this.underWay += 1;
    for (let next = settled; next.length > 0;) {
      const back = next.some(goesBack);
      if (back) this.goingBack += 1;
      await this.record(next);
      if (back) this.goingBack -= 1;
      next = this.queue.done(next);
      if (!mayStart()) next.push(...this.queue.clear());
    }
    this.underWay -= 1;
  }

  /** Holds the outcomes until the ledger takes them: without its outcome a job would be run again. */
  private async record(settled: SettledJob[]): Promise<void> {
    for (let isFirst = true; ; isFirst = false) {
      try {
        await this.work.record(settled);
        return;
      } catch (error) {
        if (this.signal.aborted) return;
        if (isFirst) this.tell(error);
        await new Promise((resolve) => setTimeout(resolve, LEDGER_RETRY_MS));
      }
    }
  }

  private tell(error: unknown): void {
    const fault = this.faults.next(error);
    if (fault !== undefined) this.work.unrecorded?.(fault.why, fault.stack);
  }
}

function goesBack({ job, outcome: { kind } }: SettledJob): boolean {
  return job.key !== undefined && (kind === 'retry' || kind === 'release');
}
