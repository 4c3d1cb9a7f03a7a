import { setTimeout as delay } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import { AddressFence, PrivateAddressError } from './address-fence.ts';
import { HttpCall } from './http-sender-call.ts';
import { describeError } from './http-sender-error.ts';
import { type HttpTarget, targetOf } from './http-sender-target.ts';
import type { OutgoingCall, SendResult } from './outgoing-call.ts';

/** The one way out of the bridge for hot traffic. Errors hold a code and short words: no address, no query, no header. */
export interface HttpSender {
  /** Never rejects and never tries again. */
  post(request: OutgoingCall): Promise<SendResult>;
  /** Takes no more calls, waits up to `withinMs` (5,000) for those in flight, then gives them up. May be called again. */
  close(withinMs?: number): Promise<void>;
}

/** What makes calls: any dispatcher of undici 7, such as its `ProxyAgent` or its `MockAgent`. */
export type HttpDispatcher = Pick<Dispatcher, 'dispatch'>;

export interface HttpSenderOptions {
  /** Connections to one origin at the most, hence calls at once; more calls wait for a free one. */
  connections: number;
  /** Milliseconds to reach the other side, TLS included; 5,000. */
  connectTimeoutMs?: number;
  /** Milliseconds that an idle connection is kept; 4,000. */
  keepAliveMs?: number;
  /** The most that is read of an answer's body; 65,536. What is longer is cut, and its connection dropped. */
  maxBodyBytes?: number;
  /** Which addresses it may connect to; none that is private. */
  fence?: AddressFence;
  /** Makes the calls in place of the sender's own pools, and is not the sender's to close. */
  dispatcher?: HttpDispatcher;
}

const CLOSE_WITHIN_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
const MAX_BODY_BYTES = 65_536;

/**
 * A request that meets the other side's closing of an idle connection is `lost`, and a lost message waits for ten minutes
 * and perhaps for a person; a new connection costs some milliseconds. So an idle connection is left before the other side
 * would: Node servers and uvicorn close after 5 s, load balancers and nginx after 60 s and more.
 */
const KEEP_ALIVE_MS = 4_000;

/** A sender with a pool of its own for each origin. Each owner makes its own, so that accounts do not starve each other. */
export function createHttpSender(options: HttpSenderOptions): HttpSender {
  return new PooledHttpSender(options);
}

class PooledHttpSender implements HttpSender {
  private readonly pools = new Map<string, Pool>();
  private readonly inFlight = new Set<HttpCall>();
  /** The calls that hang on a signal: one listener for all of them, since a lane has one signal for all of its calls. */
  private readonly bySignal = new WeakMap<AbortSignal, Set<HttpCall>>();
  private lastTarget: { url: string; target: HttpTarget } | undefined;
  private closing?: Promise<void>;
  private readonly fence: AddressFence;

  constructor(private readonly options: HttpSenderOptions) {
    this.fence = options.fence ?? new AddressFence();
  }

  async post(request: OutgoingCall): Promise<SendResult> {
    if (this.closing) return { kind: 'not-sent', error: 'closed' };
    if (request.signal?.aborted) return { kind: 'not-sent', error: 'aborted' };
    const call = new HttpCall(request, this.options.maxBodyBytes ?? MAX_BODY_BYTES);
    const bound = request.signal && this.callsOf(request.signal);
    this.inFlight.add(call);
    bound?.add(call);
    try {
      this.dispatch(request, call);
      return await call.result;
    } finally {
      this.inFlight.delete(call);
      bound?.delete(call);
    }
  }

  close(withinMs = CLOSE_WITHIN_MS): Promise<void> {
    return (this.closing ??= this.drain(withinMs));
  }

  private dispatch({ url, headers, body }: OutgoingCall, call: HttpCall): void {
    try {
      const { origin, hostname, path } = this.targetOf(url);
      if (this.fence.refusesHost(hostname)) return call.cancel(describeError(new PrivateAddressError()));
      const dispatcher = this.options.dispatcher ?? this.poolFor(origin);
      dispatcher.dispatch({ origin, path, method: 'POST', headers, body, headersTimeout: 0, bodyTimeout: 0 }, call);
    } catch {
      call.cancel('the address is not valid');
    }
  }

  private callsOf(signal: AbortSignal): Set<HttpCall> {
    let calls = this.bySignal.get(signal);
    if (!calls) {
      const bound = new Set<HttpCall>();
      signal.addEventListener('abort', () => bound.forEach((call) => call.cancel('aborted')), { once: true });
      this.bySignal.set(signal, (calls = bound));
    }
    return calls;
  }

  /** Nearly every call of an account goes to one address. */
  private targetOf(url: string | URL): HttpTarget {
    if (typeof url !== 'string') return targetOf(url);
    if (this.lastTarget?.url !== url) this.lastTarget = { url, target: targetOf(url) };
    return this.lastTarget.target;
  }

  private poolFor(origin: string): Pool {
    let pool = this.pools.get(origin);
    if (!pool) {
      const keepAliveTimeout = this.options.keepAliveMs ?? KEEP_ALIVE_MS;
      pool = new Pool(origin, {
        connections: this.options.connections,
        pipelining: 1,
        keepAliveTimeout,
        // A server's `Keep-Alive: timeout` may shorten the time, never lengthen it: a proxy between may know nothing of it.
        keepAliveMaxTimeout: keepAliveTimeout,
        connect: { timeout: this.options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, lookup: this.fence.lookup },
      });
      this.pools.set(origin, pool);
    }
    return pool;
  }

  private async drain(withinMs: number): Promise<void> {
    const deadline = new AbortController();
    const overdue = delay(withinMs, undefined, { signal: deadline.signal }).catch(() => undefined);
    await Promise.race([Promise.all([...this.inFlight].map((call) => call.result)), overdue]);
    deadline.abort();
    // A pool forgets a connection that failed to open, though it may carry a later call: so calls are given up one by one.
    for (const call of this.inFlight) call.cancel('closed');
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }
}
