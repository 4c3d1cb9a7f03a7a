import { Worker } from 'node:worker_threads';
import type { DeadLetterFilter, KeptDeadLetter } from './dead-letter.ts';
import type { Ledger } from './ledger.ts';
import type {
  AcceptResult, CallbackRecord, Claim, DispatchRecord, DispatchResult, Forgotten, JobResult, LedgerCounts, LedgerState, NewMessage, RecordedEvent, Recovery, Replay, ReplayOutcome, Settlement, SettlementResult, Sweep, SweepResult, UnknownMessage, Waiting,
} from './ledger-records.ts';
import { LedgerError } from './ledger.errors.ts';
import type { MessageHistory } from './message-history.ts';
import type { SqliteEngineName } from './sqlite/driver.ts';
import type { Reply, Request, WorkerStart } from './worker-protocol.ts';

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The ledger as the event loop sees it: every call travels to the worker thread, those of one turn together. */
export class SqliteLedger implements Ledger {
  private readonly start: WorkerStart;
  private readonly pending = new Map<number, Pending>();
  private worker: Worker | undefined;
  private outbox: Request[] = [];
  private transfers: ArrayBuffer[] = [];
  private lastId = 0;
  private closing: Promise<void> | undefined;

  /** `file` may be `:memory:`. The engine is chosen by the running Node unless one is named. */
  constructor(file: string, engine?: SqliteEngineName) {
    this.start = { file, ...(engine && { engine }) };
  }

  async open(): Promise<LedgerState> {
    const entry = import.meta.url.endsWith('.ts') ? './ledger.worker.ts' : './ledger.worker.js';
    // No flags of the host's: a loader or an inspector of its own is nothing for this thread.
    this.worker = new Worker(new URL(entry, import.meta.url), { workerData: this.start, execArgv: [], name: 'whatsapp-bridge-ledger' });
    this.worker.on('message', (replies: Reply[]) => this.deliver(replies));
    this.worker.on('error', (error: Error) => this.failAll(`The ledger's thread failed: ${error.message}`));
    this.worker.on('exit', () => this.failAll("The ledger's thread has ended."));
    try {
      return await this.call<LedgerState>('open', []);
    } catch (error) {
      await this.worker.terminate();
      throw error;
    }
  }

  recover(recovery: Recovery): Promise<RecordedEvent[]> {
    return this.call('recover', [recovery]);
  }

  accept(message: NewMessage): Promise<AcceptResult> {
    // A copy of its own to give away: the caller still needs the bytes, and a slice of a pool would drag the whole pool along.
    const wire = new Uint8Array(message.wire);
    this.transfers.push(wire.buffer);
    return this.call('accept', [{ ...message, wire }]);
  }

  claim(lane: string, limit: number, now: number): Promise<Claim> {
    return this.call('claim', [lane, limit, now]);
  }

  recordDispatch(record: DispatchRecord): Promise<DispatchResult> {
    return this.call('recordDispatch', [record]);
  }

  recordCallback(record: CallbackRecord): Promise<RecordedEvent[]> {
    return this.call('recordCallback', [record]);
  }

  settle(settlement: Settlement): Promise<SettlementResult> {
    return this.call('settle', [settlement]);
  }

  unknown(limit: number): Promise<UnknownMessage[]> {
    return this.call('unknown', [limit]);
  }

  sweep(sweep: Sweep): Promise<SweepResult> {
    return this.call('sweep', [sweep]);
  }

  prune(before: number, limit: number): Promise<number> {
    return this.call('prune', [before, limit]);
  }

  forget(phoneNumber: string, next?: number): Promise<Forgotten> {
    return this.call('forget', [phoneNumber, next]);
  }

  finish(results: JobResult[]): Promise<void> {
    return this.call('finish', [results]);
  }

  message(account: string, msgId: string): Promise<MessageHistory | undefined> {
    return this.call('message', [account, msgId]);
  }

  deadLetters(filter: DeadLetterFilter): Promise<KeptDeadLetter[]> {
    return this.call('deadLetters', [filter]);
  }

  replay(replay: Replay): Promise<ReplayOutcome> {
    return this.call('replay', [replay]);
  }

  discard(ids: number[]): Promise<number> {
    return this.call('discard', [ids]);
  }

  probe(): Promise<void> {
    return this.call('probe', []);
  }

  waiting(): Promise<Waiting> {
    return this.call('waiting', []);
  }

  counts(): Promise<LedgerCounts> {
    return this.call('counts', []);
  }

  close(): Promise<void> {
    this.closing ??= this.shut();
    return this.closing;
  }

  private async shut(): Promise<void> {
    if (this.worker === undefined) return;
    try {
      await this.call('close', []);
    } finally {
      await this.worker.terminate();
    }
  }

  private call<T>(method: Request['method'], args: unknown[]): Promise<T> {
    const { worker } = this;
    if (worker === undefined || (this.closing !== undefined && method !== 'close')) {
      return Promise.reject(new LedgerError('closed', 'The ledger is closed.'));
    }
    this.lastId += 1;
    const id = this.lastId;
    return new Promise<T>((resolve, reject) => {
      this.pending.set(id, { resolve: resolve, reject });
      this.outbox.push({ id, method, args } as Request);
      if (this.outbox.length === 1) setImmediate(() => this.flush(worker));
    });
  }

  private flush(worker: Worker): void {
    const { outbox, transfers } = this;
    this.outbox = [];
    this.transfers = [];
    worker.postMessage(outbox, transfers);
  }

  private deliver(replies: Reply[]): void {
    for (const reply of replies) {
      const pending = this.pending.get(reply.id);
      this.pending.delete(reply.id);
      if ('error' in reply) pending?.reject(new LedgerError(reply.error.code, reply.error.message));
      else pending?.resolve(reply.value);
    }
  }

  private failAll(message: string): void {
    this.worker = undefined;
    const all = [...this.pending.values()];
    this.pending.clear();
    for (const pending of all) pending.reject(new LedgerError('unavailable', message));
  }
}
