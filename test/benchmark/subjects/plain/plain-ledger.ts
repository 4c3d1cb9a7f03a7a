import { Worker } from 'node:worker_threads';

export interface WaitingMessage {
  seq: number;
  body: Uint8Array;
}

export type Operation =
  | { kind: 'accept'; msgId: string; to: string; body: Uint8Array }
  | { kind: 'claim'; messages: number[] }
  | { kind: 'settle'; message: number; state: 'dispatched' | 'rejected' | 'unknown' }
  | { kind: 'report'; msgId: string; status: string; at: string }
  | { kind: 'relayed'; reports: number[] }
  | { kind: 'waiting'; after: number; limit: number };

export type Outcome = number | WaitingMessage[] | undefined;

type Resolve = (outcome: Outcome) => void;

/** SQLite in a worker thread. What one turn of the event loop asks for travels together; every answer is durable. */
export class PlainLedger {
  private readonly worker: Worker;
  private readonly waiting: Resolve[] = [];
  private answered = 0;
  private outbox: Operation[] = [];

  constructor(file: string) {
    this.worker = new Worker(new URL('./plain-ledger.worker.js', import.meta.url), { workerData: file });
    this.worker.on('message', (outcomes: Outcome[]) => {
      for (const outcome of outcomes) this.waiting[this.answered++]!(outcome);
      if (this.answered < 4_096) return;
      this.waiting.splice(0, this.answered);
      this.answered = 0;
    });
  }

  /** Outcomes come in the order of the asking. */
  do(operation: Operation): Promise<Outcome> {
    if (this.outbox.push(operation) === 1) setImmediate(() => this.flush());
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private flush(): void {
    const { outbox } = this;
    this.outbox = [];
    this.worker.postMessage(outbox);
  }
}
