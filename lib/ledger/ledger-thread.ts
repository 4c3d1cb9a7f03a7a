import { Worker } from 'node:worker_threads';
import { LedgerError } from './ledger.errors.ts';
import { type Answers, type Call, type Method, packCall, unpackResult, type WorkerStart } from './worker-protocol.ts';

interface Pending {
  method: Method;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** Calls that travel together at the most: a turn of the event loop may take in hundreds, and the thread can begin with the first. */
const MOST_IN_ONE_POST = 16;

/** One life of the ledger's thread: every call travels to it, those of one turn of the event loop together. */
export class LedgerThread {
  private readonly worker: Worker;
  private readonly onLost: (error: LedgerError) => void;
  /** Calls that were not answered yet, oldest first. */
  private pending: Pending[] = [];
  private outbox: Call[] = [];
  private lost: LedgerError | undefined;

  /** `onLost` is called once, when the thread has ended; what was in flight is rejected by then. */
  constructor(start: WorkerStart, onLost: (error: LedgerError) => void) {
    const entry = import.meta.url.endsWith('.ts') ? './ledger.worker.ts' : './ledger.worker.js';
    this.onLost = onLost;
    // No flags of the host's: a loader or an inspector of its own is nothing for this thread.
    this.worker = new Worker(new URL(entry, import.meta.url), { workerData: start, execArgv: [], name: 'whatsapp-bridge-ledger' });
    this.worker.on('message', (answers: Answers) => this.deliver(answers));
    this.worker.on('error', (error: Error) => this.lose(`The ledger's thread failed: ${error.message}`));
    this.worker.on('exit', () => this.lose("The ledger's thread has ended."));
  }

  call<T>(method: Method, args: unknown[]): Promise<T> {
    if (this.lost !== undefined) return Promise.reject(this.lost);
    return new Promise<T>((resolve, reject) => {
      this.outbox.push(packCall(method, args));
      this.pending.push({ method, resolve: (value) => resolve(value as T), reject });
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

  private deliver({ values, failures }: Answers): void {
    const answered = this.pending.splice(0, values.length);
    for (const [place, code, message] of failures) answered[place]!.reject(new LedgerError(code, message));
    const failed = new Set(failures.map(([place]) => place));
    answered.forEach(({ method, resolve }, place) => {
      if (!failed.has(place)) resolve(unpackResult(method, values[place]));
    });
  }

  private lose(message: string): void {
    if (this.lost !== undefined) return;
    this.lost = new LedgerError('unavailable', message);
    const { pending } = this;
    this.pending = [];
    for (const { reject } of pending) reject(this.lost);
    this.onLost(this.lost);
  }
}
