import { Pool, type Dispatcher } from 'undici';
import { Queue } from '../../peers/queue.ts';
import type { PlainLedger, WaitingMessage } from './plain-ledger.ts';

/** Bodies held in memory; what waits beyond is read from the ledger again. */
const IN_MEMORY = 10_000;

/** Hands messages to AiSensy through one pool, so many at once, and writes every verdict down. */
export class PlainDispatch {
  private readonly waiting = new Queue<WaitingMessage>();
  private readonly pool: Pool;
  private readonly path: string;
  private readonly ledger: PlainLedger;
  private readonly concurrency: number;
  private inFlight = 0;
  private onDisk = 0;
  private reading = false;
  private lastSeq = 0;

  constructor(endpoint: string, concurrency: number, ledger: PlainLedger) {
    const { origin, pathname } = new URL(endpoint);
    this.pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
    this.path = pathname;
    this.ledger = ledger;
    this.concurrency = concurrency;
  }

  take(message: WaitingMessage): void {
    if (this.onDisk > 0 || this.waiting.size >= IN_MEMORY) this.onDisk += 1;
    else this.hold(message);
    this.pump();
  }

  private hold(message: WaitingMessage): void {
    this.waiting.push(message);
    this.lastSeq = message.seq;
  }

  private pump(): void {
    while (this.inFlight < this.concurrency) {
      const message = this.waiting.shift();
      if (message === undefined) break;
      this.send(message);
    }
    if (this.waiting.size === 0 && this.onDisk > 0 && !this.reading) void this.read();
  }

  private async read(): Promise<void> {
    this.reading = true;
    const messages = (await this.ledger.do({ kind: 'waiting', after: this.lastSeq, limit: IN_MEMORY / 2 })) as WaitingMessage[];
    this.reading = false;
    this.onDisk = messages.length === 0 ? 0 : this.onDisk - messages.length;
    for (const message of messages) this.hold(message);
    this.pump();
  }

  private send({ seq, body }: WaitingMessage): void {
    this.inFlight += 1;
    const headers = { 'content-type': 'application/json', authorization: 'Bearer benchmark' };
    this.pool.dispatch({ path: this.path, method: 'POST', headers, body, headersTimeout: 15_000 }, new Verdict((state) => {
      this.inFlight -= 1;
      void this.ledger.do({ kind: 'settle', message: seq, state });
      this.pump();
    }));
  }
}

type State = 'dispatched' | 'rejected' | 'unknown';

class Verdict implements Dispatcher.DispatchHandler {
  private readonly settle: (state: State) => void;
  private status = 0;
  private body = '';

  constructor(settle: (state: State) => void) {
    this.settle = settle;
  }

  onRequestStart(): void {
    this.body = '';
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.body += chunk.toString();
  }

  onResponseEnd(): void {
    const taken = this.status === 200 && (JSON.parse(this.body) as { status?: string }).status === 'success';
    this.settle(taken ? 'dispatched' : 'rejected');
  }

  onResponseError(): void {
    this.settle('unknown');
  }
}
