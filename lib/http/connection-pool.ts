import type { LookupFunction } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { Fifo } from './fifo.ts';
import type { HttpCall } from './http-sender-call.ts';

export interface ConnectionPoolOptions {
  /** Connections at the most, hence calls at once. */
  connections: number;
  /** Milliseconds to reach the other side, TLS included. */
  connectTimeoutMs: number;
  /** Milliseconds that an idle connection is kept. */
  keepAliveMs: number;
  lookup: LookupFunction;
}

interface Waiting {
  request: Dispatcher.DispatchOptions;
  call: HttpCall;
}

/**
 * The connections to one origin, each of which carries one call at a time. undici's own `Pool` looks for a free one through all of
 * them at each call, which with a thousand of them is a sixth of what a call costs.
 */
export class ConnectionPool {
  /** undici's client is one connection, opened at its first call and again at whichever call finds it closed. */
  private readonly clients = new Set<Client>();
  /** A stack: the one used last is used next, so that surplus connections stay idle until they close. */
  private readonly idle: Client[] = [];
  /** Their call ended in this turn of the event loop; they are free in the next. */
  private readonly resting: Client[] = [];
  private readonly waiting = new Fifo<Waiting>();
  private readonly connect: buildConnector.connector;

  constructor(private readonly origin: string, private readonly options: ConnectionPoolOptions) {
    // One for all, because it remembers TLS sessions.
    this.connect = buildConnector({ timeout: options.connectTimeoutMs, lookup: options.lookup });
  }

  /** Begins a call on a free connection, or lets it wait for the next that comes free; the longest waiting goes first. */
  dispatch(request: Dispatcher.DispatchOptions, call: HttpCall): void {
    const client = this.resting.length > this.waiting.size ? undefined : this.idle.pop() ?? this.open();
    if (client) this.begin(client, request, call);
    else this.waiting.push({ request, call });
  }

  /** Breaks off every connection, and drops what waits. The pool cannot be used again. */
  async destroy(): Promise<void> {
    this.waiting.clear();
    await Promise.all(Array.from(this.clients, (client) => client.destroy()));
  }

  private open(): Client | undefined {
    if (this.clients.size >= this.options.connections) return undefined;
    const { keepAliveMs } = this.options;
    // A server's `Keep-Alive: timeout` may shorten the time, never lengthen it: a proxy between may know nothing of it.
    const client = new Client(this.origin, { pipelining: 1, keepAliveTimeout: keepAliveMs, keepAliveMaxTimeout: keepAliveMs, connect: this.connect });
    this.clients.add(client);
    return client;
  }

  private begin(client: Client, request: Dispatcher.DispatchOptions, call: HttpCall): void {
    call.onRelease = (answered) => {
      call.onRelease = undefined; // once, whatever undici may tell of it later
      if (answered) this.rest(client);
      // undici reports a failure before it is done with it; until then the client takes no call.
      else queueMicrotask(() => this.reuseOrReplace(client));
    };
    client.dispatch(request, call);
  }

  /**
   * Frees a connection in the turn after its answer. Some servers close a connection right after an answer without saying so, and a call
   * that is written meanwhile is lost. undici watches for that close during one turn of the event loop, unless the next call comes in
   * the turn of the answer. This `setImmediate` runs before undici's own, so the call is there before undici puts the connection aside.
   */
  private rest(client: Client): void {
    if (this.resting.push(client) > 1) return;
    setImmediate(() => this.resting.splice(0).forEach((rested) => this.reuse(rested)));
  }

  private reuse(client: Client): void {
    const next = this.nextWaiting();
    if (next) this.begin(client, next.request, next.call);
    else this.idle.push(client);
  }

  /**
   * A call that was never written, such as one whose time was over when its connection opened, leaves the connection as it was. Where
   * the connection broke, the client is replaced, as in undici's own pool (nodejs/undici#3895): it would connect again for an aborted
   * call, and after a certificate of another host it carries no further call.
   */
  private reuseOrReplace(client: Client): void {
    if (client.stats.connected) return this.reuse(client);
    this.clients.delete(client);
    void client.destroy();
    const next = this.nextWaiting();
    if (next) this.dispatch(next.request, next.call);
  }

  private nextWaiting(): Waiting | undefined {
    let next = this.waiting.shift();
    while (next?.call.isOver) next = this.waiting.shift();
    return next;
  }
}
