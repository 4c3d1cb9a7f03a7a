import type { JobQueue } from './job-queue.ts';
import type { LaneWork, SettledJob } from './lane-work.ts';

/** How long is waited after the ledger failed, in milliseconds. */
export const LEDGER_RETRY_MS = 500;

/** Writes down what became of a lane's jobs, and hands back what must follow them into the ledger so that each key keeps its order. */
export class OutcomeWriter {
  private readonly work: LaneWork;
  private readonly queue: JobQueue;
  private readonly signal: AbortSignal;
  private underWay = 0;
  /** Of these, after how many jobs of a key will wait in the ledger. */
  private goingBack = 0;

  /** `signal` ends the lane: what the ledger has not taken by then is given up. */
  constructor(work: LaneWork, queue: JobQueue, signal: AbortSignal) {
    this.work = work;
    this.queue = queue;
    this.signal = signal;
  }

  /** Writings under way: what they are about holds no slot any more, but there may not be ever more of them. */
  get writing(): number {
    return this.underWay;
  }

  /** Whether jobs of a key are on their way back: asked for more meanwhile, the ledger would give out later ones of the same key. */
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

  /** An outcome that is not written down would be worked out twice: it is held until the ledger takes it. */
  private async record(settled: SettledJob[]): Promise<void> {
    for (let isFirst = true; ; isFirst = false) {
      try {
        await this.work.record(settled);
        return;
      } catch (error) {
        if (this.signal.aborted) return;
        if (isFirst) this.work.unrecorded?.(error instanceof Error ? error : new Error(String(error)));
        await new Promise((resolve) => setTimeout(resolve, LEDGER_RETRY_MS));
      }
    }
  }
}

function goesBack({ job, outcome: { kind } }: SettledJob): boolean {
  return job.key !== undefined && (kind === 'retry' || kind === 'release');
}
