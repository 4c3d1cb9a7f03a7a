import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';

/** Knows the threads that are started while it watches, so that a test can end the ledger's as a native fault would. */
export class LedgerThreads {
  private readonly threads: Worker[] = [];
  private readonly note = (message: unknown): void => { this.threads.push((message as { worker: Worker }).worker); };

  constructor() {
    subscribe('worker_threads', this.note);
  }

  get count(): number {
    return this.threads.length;
  }

  /** Ends the newest. */
  async kill(): Promise<void> {
    await this.threads.at(-1)!.terminate();
  }

  stop(): void {
    unsubscribe('worker_threads', this.note);
  }
}
