import type { Dispatcher } from 'undici';
import { AddressFence, PrivateAddressError } from './address-fence.ts';
import { CallsUnderWay } from './calls-under-way.ts';
import { ConnectionPool } from './connection-pool.ts';
import { HttpCall } from './http-sender-call.ts';
import { NO_CODING } from './http-sender-coding.ts';
import { describeError } from './http-sender-error.ts';
import { type HttpTarget, targetOf } from './http-sender-target.ts';
import type { OutgoingCall, OutgoingResult } from './outgoing-call.ts';

/**
 * The one way out of the bridge for hot traffic. It asks for answers without a coding, and decodes one that has one all the same; where it
 * cannot, `content-encoding` is still in the answer's headers, and its body is empty. Errors hold a code and short words: no address, no query, no header.
 */
export interface HttpSender {
  /** Never rejects and never tries again. */
  post(request: OutgoingCall): Promise<OutgoingResult>;
  /** Takes no more calls, gives up those in flight and closes the connections: whoever would wait for a call has done so before. May be called again. */
  close(): Promise<void>;
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

interface FencedTarget extends HttpTarget {
  /** Whether its host is a private address that must not be reached. */
  isPrivate: boolean;
}

class PooledHttpSender implements HttpSender {
  private readonly pools = new Map<string, ConnectionPool>();
  private readonly underWay = new CallsUnderWay();
  /** One listener for all calls that hang on a signal, since a lane has one signal for all of its calls. */
  private readonly heeded = new WeakSet<AbortSignal>();
  private last: { url: string; target: FencedTarget } | undefined;
  /** The headers that were given last, and what goes out for them: nearly always the same. */
  private given: OutgoingCall['headers'] | undefined;
  private sent: OutgoingCall['headers'] = {};
  private closing?: Promise<void>;
  private readonly fence: AddressFence;

  constructor(private readonly options: HttpSenderOptions) {
    this.fence = options.fence ?? new AddressFence();
  }

  post(request: OutgoingCall): Promise<OutgoingResult> {
    const { signal } = request;
    if (this.closing) return Promise.resolve({ kind: 'not-sent', error: 'closed' });
    if (signal?.aborted) return Promise.resolve({ kind: 'not-sent', error: 'aborted' });
    if (signal) this.heed(signal);
    const call = new HttpCall(request, this.options.maxBodyBytes ?? MAX_BODY_BYTES, this.over);
    this.underWay.add(call);
    this.dispatch(request, call);
    return call.result;
  }

  close(): Promise<void> {
    return (this.closing ??= this.giveUp());
  }

  private dispatch({ url, headers, body }: OutgoingCall, call: HttpCall): void {
    try {
      const { origin, path, isPrivate } = this.targetOf(url);
      if (isPrivate) return call.cancel(describeError(new PrivateAddressError()));
      const request: Dispatcher.DispatchOptions = { origin, path, method: 'POST', headers: this.withNoCoding(headers), body, headersTimeout: 0, bodyTimeout: 0 };
      if (this.options.dispatcher) this.options.dispatcher.dispatch(request, call);
      else this.poolFor(origin).dispatch(request, call);
    } catch {
      call.cancel('the address is not valid');
    }
  }

  private withNoCoding(headers: OutgoingCall['headers']): OutgoingCall['headers'] {
    if (this.given !== headers) {
      this.sent = { ...headers, ...NO_CODING };
      this.given = headers;
    }
    return this.sent;
  }

  private readonly over = (call: HttpCall): void => this.underWay.delete(call);

  private heed(signal: AbortSignal): void {
    if (this.heeded.has(signal)) return;
    this.heeded.add(signal);
    signal.addEventListener('abort', () => {
      for (const call of this.underWay.all()) if (call.signal === signal) call.cancel('aborted');
    }, { once: true });
  }

  /** Nearly every call of an account goes to one address. */
  private targetOf(url: string | URL): FencedTarget {
    if (this.last?.url === url) return this.last.target;
    const target = targetOf(url);
    const fenced = { ...target, isPrivate: this.fence.refusesHost(target.hostname) };
    if (typeof url === 'string') this.last = { url, target: fenced };
    return fenced;
  }

  private poolFor(origin: string): ConnectionPool {
    let pool = this.pools.get(origin);
    if (!pool) {
      const { connections, connectTimeoutMs = CONNECT_TIMEOUT_MS, keepAliveMs = KEEP_ALIVE_MS } = this.options;
      pool = new ConnectionPool(origin, { connections, connectTimeoutMs, keepAliveMs, lookup: this.fence.lookup });
      this.pools.set(origin, pool);
    }
    return pool;
  }

  private async giveUp(): Promise<void> {
    // One by one, so that each call learns why: a pool only drops what waits in it, and a host's own dispatcher stays open.
    for (const call of this.underWay.all()) call.cancel('closed');
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }
}
