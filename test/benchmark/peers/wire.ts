import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

// HTTP/1.1 as far as a peer on loopback needs it: whole messages with a length, one at a time on a connection. On a machine of
// two cores the peers share the processor with what they measure, and `node:http` and a client library would cost more of it
// than the fastest subject does.

const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CHUNKED = /\r\ntransfer-encoding: *chunked/i;

/** Puts the chunks of one connection together again. Bytes are read as latin1: what the peers look at is ASCII. */
export class MessageReader {
  private text = '';
  private headEnds = -1;
  private endsAt = -1;

  /** Calls back with each whole message: its first line and headers, and its body. */
  feed(chunk: Buffer, whole: (head: string, body: string) => void): void {
    this.text += chunk.toString('latin1');
    while (this.isWhole()) {
      const head = this.text.slice(0, this.headEnds);
      const body = this.text.slice(this.headEnds + 4, this.endsAt);
      this.text = this.text.slice(this.endsAt);
      this.headEnds = -1;
      this.endsAt = -1;
      whole(head, body);
    }
  }

  private isWhole(): boolean {
    if (this.headEnds < 0) {
      this.headEnds = this.text.indexOf('\r\n\r\n');
      if (this.headEnds < 0) return false;
      const length = LENGTH.exec(this.text.slice(0, this.headEnds))?.[1];
      if (length !== undefined) this.endsAt = this.headEnds + 4 + Number(length);
    }
    if (this.endsAt < 0) this.endsAt = this.endOfChunks();
    return this.endsAt >= 0 && this.text.length >= this.endsAt;
  }

  private endOfChunks(): number {
    if (!CHUNKED.test(this.text.slice(0, this.headEnds))) return this.headEnds + 4;
    const last = this.text.indexOf('\r\n0\r\n\r\n', this.headEnds);
    return last < 0 ? -1 : last + 7;
  }
}

/** Where requests go. */
export class Target {
  readonly host: string;
  readonly port: number;
  private readonly head: string;

  constructor(url: string, headers: Record<string, string> = {}) {
    const { hostname, port, pathname, search } = new URL(url);
    this.host = hostname;
    this.port = Number(port);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    this.head = `POST ${pathname}${search} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\n${lines}content-length: `;
  }

  /** The bytes of one POST; the body is ASCII. */
  request(body: string): string {
    return `${this.head}${body.length}\r\n\r\n${body}`;
  }
}

/** What came of a request: its HTTP status, 0 where no answer came, and how long it took in milliseconds. */
export type Answered = (status: number, ms: number) => void;

/** One connection that carries one request at a time, and is opened anew when the other side has closed it. */
export class Connection {
  private readonly target: Target;
  private socket: Socket | undefined;
  private reader = new MessageReader();
  private answered: Answered | undefined;
  private sentAt = 0;

  constructor(target: Target) {
    this.target = target;
  }

  /** Opens it without sending anything yet. */
  async open(): Promise<void> {
    const socket = this.connected();
    if (socket.connecting) await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  }

  post(body: string, answered: Answered): void {
    this.answered = answered;
    this.sentAt = performance.now();
    this.connected().write(this.target.request(body), 'latin1');
  }

  close(): void {
    this.socket?.destroy();
  }

  private connected(): Socket {
    if (this.socket !== undefined && !this.socket.destroyed) return this.socket;
    const { host, port } = this.target;
    const socket = connect({ host, port, noDelay: true });
    this.reader = new MessageReader();
    socket.on('data', (chunk) => this.reader.feed(chunk, (head) => this.settle(Number(head.slice(9, 12)))));
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      if (this.socket === socket) this.settle(0);
    });
    this.socket = socket;
    return socket;
  }

  private settle(status: number): void {
    const { answered } = this;
    this.answered = undefined;
    answered?.(status, performance.now() - this.sentAt);
  }
}

/** A server that hands each request's body to `take`, with a way to answer it. */
export async function listen(take: (body: string, answer: (bytes: string) => void) => void): Promise<{ server: Server; url: string }> {
  const server = createServer({ noDelay: true }, (socket) => {
    const reader = new MessageReader();
    const answer = (bytes: string): void => void socket.write(bytes, 'latin1');
    socket.on('data', (chunk) => reader.feed(chunk, (_head, body) => take(body, answer)));
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The bytes of a 200 with a body of JSON. */
export function okay(json: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`;
}
