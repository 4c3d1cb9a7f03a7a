import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** CleverTap opens up to 1,500 connections at once; Node's own queue of waiting connections holds 511. */
const BACKLOG = 4096;

/** One request that a simulator received whole, and the way to answer it, or not. */
export class Exchange {
  readonly method: string;
  /** The URL without its query. */
  readonly path: string;
  /** The query without its question mark, empty where there is none. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** The very bytes that came. */
  readonly body: Buffer;
  /** When the last byte came, in milliseconds since 1970. */
  readonly at: number;
  private readonly response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse, body: Buffer) {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    this.method = request.method ?? '';
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.query = mark < 0 ? '' : url.slice(mark + 1);
    this.headers = request.headers;
    this.body = body;
    this.at = Date.now();
    this.response = response;
  }

  /** Answers with JSON, given as text, or with the bytes of what the headers say. Returns false, and does nothing, once the caller has hung up. */
  answer(status: number, body: string | Buffer, headers?: Record<string, string>): boolean {
    if (this.response.destroyed || this.response.headersSent) return false;
    this.response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers });
    this.response.end(body);
    return true;
  }

  /** Drops the connection with a TCP reset instead of an answer. */
  reset(): void {
    this.response.socket?.resetAndDestroy();
  }
}

/** A plain HTTP server on a loopback port, which can vanish and come back on the same port. */
export class HttpServer {
  /** Requests begun and not yet answered, now and at the most. */
  open = 0;
  maxOpen = 0;
  private readonly handle: (exchange: Exchange) => unknown;
  private server: Server | undefined;
  private port = 0;

  constructor(handle: (exchange: Exchange) => unknown) {
    this.handle = handle;
  }

  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  get origin(): string {
    if (this.port === 0) throw new Error('The simulator has no address yet: await start() first.');
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens on the port, 0 for any free one, or on the port of the last time. */
  async start(port = this.port): Promise<void> {
    if (this.server) return;
    const server = createServer({ noDelay: true }, (request, response) => this.receive(request, response));
    server.keepAliveTimeout = 60_000;
    server.requestTimeout = 0;
    this.server = server;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', BACKLOG, resolve);
      });
    } catch (error) {
      this.server = undefined;
      throw error;
    }
    this.port = (server.address() as AddressInfo).port;
  }

  /** Stops listening and closes every connection at once, answered or not. */
  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    this.open += 1;
    if (this.open > this.maxOpen) this.maxOpen = this.open;
    response.once('close', () => {
      this.open -= 1;
    });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.handle(new Exchange(request, response, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    });
    // A caller that hangs up half-way has sent no request: nothing to answer, nothing to count.
    request.on('error', () => undefined);
  }
}
