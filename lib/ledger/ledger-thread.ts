import { Worker } from 'node:worker_threads';
import { LedgerError } from './ledger.errors.ts';
import type { Reply, Request, WorkerStart } from './worker-protocol.ts';

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Calls that travel together at the most: a turn of the event loop may take in hundreds, and the thread can begin with the first. */
const MOST_IN_ONE_POST = 16;

/** One life of the ledger's thread: every call travels to it, those of one turn of the event loop together. */
export class LedgerThread {
  private readonly worker: Worker;
  private readonly onLost: (error: LedgerError) => void;
  private readonly pending = new Map<number, Pending>();
  private outbox: Request[] = [];
  private lastId = 0;
  private lost: LedgerError | undefined;

  /** `onLost` is called once, when the thread has ended; what was in flight is rejected by then. */
  constructor(start: WorkerStart, onLost: (error: LedgerError) => void) {
    const entry = import.meta.url.endsWith('.ts') ? './ledger.worker.ts' : './ledger.worker.js';
    this.onLost = onLost;
    // No flags of the host's: a loader or an inspector of its own is nothing for this thread.
    this.worker = new Worker(new URL(entry, import.meta.url), { workerData: start, execArgv: [], name: 'whatsapp-bridge-ledger' });
    this.worker.on('message', (replies: Reply[]) => this.deliver(replies));
    this.worker.on('error', (error: Error) => this.lose(`The ledger's thread failed: ${error.message}`));
    this.worker.on('exit', () => this.lose("The ledger's thread has ended."));
  }

  call<T>(method: Request['method'], args: unknown[]): Promise<T> {
    if (this.lost !== undefined) return Promise.reject(this.lost);
    this.lastId += 1;
    const id = this.lastId;
    return new Promise<T>((resolve, reject) => {
      this.pending.set(id, { resolve: resolve, reject });
      this.outbox.push({ id, method, args } as Request);
      if (this.outbox.length === MOST_IN_ONE_POST) this.flush();
      else if (this.outbox.length === 1) setImmediate(() => this.flush());
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private flush(): void {
    if (this.outbox.length === 0) return;
    const { outbox } = this;
    this.outbox = [];
    this.worker.postMessage(outbox);
  }

  private deliver(replies: Reply[]): void {
    for (const reply of replies) {
      const pending = this.pending.get(reply.id);
      this.pending.delete(reply.id);
      if ('error' in reply) pending?.reject(new LedgerError(reply.error.code, reply.error.message));
      else pending?.resolve(reply.value);
    }
  }

  private lose(message: string): void {
    if (this.lost !== undefined) return;
    this.lost = new LedgerError('unavailable', message);
    const all = [...this.pending.values()];
    this.pending.clear();
    for (const pending of all) pending.reject(this.lost);
    this.onLost(this.lost);
  }
}
