import { Worker } from 'node:worker_threads';
import { LedgerError } from './ledger.errors.ts';
import { ValueReader, type Values } from './packed-values.ts';
import { type Call, type CallForm, formOf, type Method, putCall, takeAnswer } from './worker-protocol.ts';

class PendingCall implements Call {
  readonly form: CallForm;
  readonly asked: unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  /** Gets the result before the caller does. */
  readonly seen: ((value: never) => void) | undefined;

  constructor(form: CallForm, asked: unknown, resolve: (value: never) => void, reject: (error: Error) => void, seen?: (value: never) => void) {
    this.form = form;
    this.asked = asked;
    this.resolve = resolve as (value: unknown) => void;
    this.reject = reject;
    this.seen = seen;
  }
}

/** The most calls in one post: a turn of the event loop may bring hundreds, and the thread should begin with the first of them. */
const MOST_IN_ONE_POST = 16;

/** One life of the ledger's thread: every call travels to it, those of one turn of the event loop together. */
export class LedgerThread {
  private readonly worker: Worker;
  private readonly onLost: (error: LedgerError) => void;
  /** Calls that were not answered yet, oldest first. */
  private pending: PendingCall[] = [];
  private outbox: Values = [];
  private inOutbox = 0;
  private lost: LedgerError | undefined;

  /** `onLost` is called once, when the thread has ended; what was in flight is rejected by then. */
  constructor(file: string, onLost: (error: LedgerError) => void) {
    const entry = import.meta.url.endsWith('.ts') ? './ledger.worker.ts' : './ledger.worker.js';
    this.onLost = onLost;
    // Without the host's flags: a loader or an inspector of the host's must not run in this thread.
    this.worker = new Worker(new URL(entry, import.meta.url), { workerData: file, execArgv: [], name: 'whatsapp-bridge-ledger' });
    this.worker.on('message', (answers: Values) => this.deliver(answers));
    this.worker.on('error', (error: Error) => this.lose(`The ledger's thread failed: ${error.message}${remedyFor(error)}`));
    this.worker.on('exit', () => this.lose("The ledger's thread has ended."));
  }

  /** `asked` is the method's record, where its form has one; else its arguments. */
  call<T>(method: Method, asked: unknown, seen?: (value: T) => void): Promise<T> {
    if (this.lost !== undefined) return Promise.reject(this.lost);
    return new Promise<T>((resolve, reject) => {
      const call = new PendingCall(formOf(method), asked, resolve, reject, seen);
      putCall(call, this.outbox);
      this.pending.push(call);
      this.inOutbox += 1;
      if (this.inOutbox === MOST_IN_ONE_POST) this.flush();
      else if (this.inOutbox === 1) setImmediate(() => this.flush());
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private flush(): void {
    if (this.inOutbox === 0) return;
    const { outbox } = this;
    this.outbox = [];
    this.inOutbox = 0;
    this.worker.postMessage(outbox);
  }

  private deliver(answers: Values): void {
    const from = new ValueReader(answers);
    let place = 0;
    while (!from.isAtEnd) {
      const call = this.pending[place]!;
      place += 1;
      const answer = takeAnswer(from, call);
      if ('error' in answer) {
        call.reject(answer.error);
        continue;
      }
      call.seen?.(answer.value as never);
      call.resolve(answer.value);
    }
    this.pending.splice(0, place);
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

/** The thread's code is a file of its own beside this one, which a bundle does not hold. */
function remedyFor(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  const isMissing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
  return isMissing ? '. A bundler must leave nestjs-whatsapp-bridge out of its bundle (`external`), and it must be installed beside it.' : '';
}
