import { Pool, type Dispatcher } from 'undici';
import { Queue } from '../../peers/queue.ts';
import type { PlainLedger, WaitingMessage } from './plain-ledger.ts';

/** Bodies held in memory; what waits beyond is read from the ledger again. */
const IN_MEMORY = 10_000;

/** Messages that share a claim. */
const CLAIMED_TOGETHER = 64;

/** Hands messages to AiSensy through one pool, so many at once, and writes every verdict down. */
export class PlainDispatch {
  private readonly waiting = new Queue<WaitingMessage>();
  private readonly pool: Pool;
  private readonly path: string;
  private readonly ledger: PlainLedger;
  private readonly concurrency: number;
  private readonly claims: boolean;
  private claiming = false;
  private inFlight = 0;
  private onDisk = 0;
  private reading = false;
  private lastSeq = 0;

  /** With `claims` it is written down of each message that it is about to be sent, so that none is sent twice when the process dies meanwhile. */
  constructor(endpoint: string, concurrency: number, ledger: PlainLedger, claims: boolean) {
    const { origin, pathname } = new URL(endpoint);
    this.pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
    this.path = pathname;
    this.ledger = ledger;
    this.concurrency = concurrency;
    this.claims = claims;
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
    if (!this.claims) for (const message of this.next(this.concurrency)) this.send(message);
    else if (!this.claiming) void this.claim(this.next(CLAIMED_TOGETHER));
    if (this.waiting.size === 0 && this.onDisk > 0 && !this.reading) void this.read();
  }

  /** Takes out what has a free slot, up to so many. */
  private next(limit: number): WaitingMessage[] {
    const messages: WaitingMessage[] = [];
    while (this.inFlight < this.concurrency && messages.length < limit && this.waiting.size > 0) {
      this.inFlight += 1;
      messages.push(this.waiting.shift()!);
    }
    return messages;
  }

  private async claim(messages: WaitingMessage[]): Promise<void> {
    if (messages.length === 0) return;
    this.claiming = true;
    await this.ledger.do({ kind: 'claim', messages: messages.map(({ seq }) => seq) });
    this.claiming = false;
    for (const message of messages) this.send(message);
    this.pump();
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
