import { Pool, type Dispatcher } from 'undici';

/** What one POST showed. */
export interface PostResult {
  /** The HTTP status; 0 where no whole answer came. */
  status: number;
  /** The answer's headers, names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  /** The answer's body as text. */
  text: string;
  /** From the moment the request was written until the answer's last byte, in milliseconds. */
  ms: number;
  /** Why no whole answer came, such as `ECONNRESET`, or `gave up`. */
  error?: string;
}

export interface HttpClientOptions {
  /** Connections at once to one origin; more requests than that wait for one. */
  connections: number;
  /** How long a request may take before the connection is dropped, in milliseconds. */
  giveUpMs: number;
}

interface Target {
  pool: Pool;
  origin: string;
  path: string;
}

/** Posts through one undici pool for each origin, never twice: a request that fails stays failed. */
export class HttpClient {
  private readonly options: HttpClientOptions;
  private readonly pools = new Map<string, Pool>();
  private readonly targets = new Map<string, Target>();

  constructor(options: HttpClientOptions) {
    this.options = options;
  }

  /** Never rejects but for a URL that is none: what went wrong on the way stands in the result. */
  post(url: string, body: string | Uint8Array, headers: Record<string, string>): Promise<PostResult> {
    const { pool, origin, path } = this.target(url);
    return new Promise((resolve) => {
      const handler = new PostHandler(this.options.giveUpMs, resolve);
      pool.dispatch({ origin, path, method: 'POST', headers, body, idempotent: false }, handler);
    });
  }

  /** Drops every connection; requests on their way end with an error. */
  async stop(): Promise<void> {
    const pools = [...this.pools.values()];
    this.pools.clear();
    this.targets.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  private target(url: string): Target {
    const known = this.targets.get(url);
    if (known) return known;
    const { origin, pathname, search } = new URL(url);
    let pool = this.pools.get(origin);
    if (!pool) {
      const { connections, giveUpMs } = this.options;
      // Undici's own time-outs tick by the second and cannot tell a late answer from none: this client counts by itself.
      pool = new Pool(origin, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: giveUpMs } });
      this.pools.set(origin, pool);
    }
    const target = { pool, origin, path: pathname + search };
    this.targets.set(url, target);
    return target;
  }
}

class PostHandler implements Dispatcher.DispatchHandler {
  private readonly giveUpMs: number;
  private readonly done: (result: PostResult) => void;
  private startedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private status = 0;
  private headers: PostResult['headers'] = {};
  private readonly chunks: Buffer[] = [];

  constructor(giveUpMs: number, done: (result: PostResult) => void) {
    this.giveUpMs = giveUpMs;
    this.done = done;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.startedAt = performance.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => controller.abort(new Error('gave up')), this.giveUpMs);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: PostResult['headers']): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.end({ status: this.status, headers: this.headers, text: body.toString(), ms: this.elapsed() });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error & { code?: string }): void {
    this.end({ status: 0, headers: {}, text: '', ms: this.elapsed(), error: error.code ?? error.message });
  }

  private elapsed(): number {
    return this.startedAt === 0 ? 0 : performance.now() - this.startedAt;
  }

  private end(result: PostResult): void {
    clearTimeout(this.timer);
    this.done(result);
  }
}
