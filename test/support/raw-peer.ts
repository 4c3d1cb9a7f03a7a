import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createHttpSender, type HttpSender, type HttpSenderOptions } from '../../lib/http/http-sender.ts';
import type { OutgoingCall } from '../../lib/http/outgoing-call.ts';

/** A whole answer, for `socket.write`; `head` are its status line and headers, but for the length. */
export function answer(head: string[], body = ''): string {
  return `HTTP/1.1 ${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

export const OK = answer(['200 OK'], 'ok');

/** A peer on a real socket that plays HTTP by hand, so that it can break off wherever a test wants. */
export class RawPeer {
  readonly requests: string[] = [];
  readonly sockets: Socket[] = [];
  private readonly server: Server;

  /** `play` is told of each whole request; without it the peer never answers. */
  constructor(play: (socket: Socket, request: string) => void = () => undefined, onConnect?: (socket: Socket) => void) {
    this.server = createServer((socket) => {
      this.sockets.push(socket);
      socket.on('error', () => undefined);
      onConnect?.(socket);
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        const length = /content-length: (\d+)/i.exec(received);
        const end = received.indexOf('\r\n\r\n') + 4 + Number(length?.[1] ?? 0);
        if (!length || received.length < end) return;
        const request = received.slice(0, end);
        received = received.slice(end);
        this.requests.push(request);
        play(socket, request);
      });
    });
  }

  async listen(port = 0): Promise<this> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Waits, turn by turn of the event loop, until something is so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** The peers and senders of one spec file, closed after each test. */
export class SenderBench {
  private readonly peers: RawPeer[] = [];
  private readonly senders: HttpSender[] = [];

  async peer(...behaviour: ConstructorParameters<typeof RawPeer>): Promise<RawPeer> {
    const peer = new RawPeer(...behaviour);
    this.peers.push(peer);
    return peer.listen();
  }

  /** A host on which nobody listens. */
  async closedHost(): Promise<string> {
    const peer = await new RawPeer().listen();
    const { host } = peer;
    await peer.close();
    return host;
  }

  sender(options: Partial<HttpSenderOptions> = {}): HttpSender {
    const sender = createHttpSender({ connections: 10, ...options });
    this.senders.push(sender);
    return sender;
  }

  async close(): Promise<void> {
    await Promise.all(this.senders.splice(0).map((sender) => sender.close()));
    await Promise.all(this.peers.splice(0).map((peer) => peer.close()));
  }
}

/** A request to a peer, with whatever a test changes of it. */
export function requestTo(host: string, rest: Partial<OutgoingCall> = {}): OutgoingCall {
  return { url: `http://${host}/t1/messages`, headers: { 'content-type': 'application/json' }, body: '{"a":1}', timeoutMs: 5_000, ...rest };
}
