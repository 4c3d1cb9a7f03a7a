import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';

/** A forward proxy as companies have them: it opens tunnels, and knows where to. */
export class ForwardProxy {
  readonly tunnels: string[] = [];
  private readonly server = createServer().on('connect', (request, client, head) => this.tunnel(request, client, head));

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }

  private tunnel({ url = '' }: IncomingMessage, client: Duplex, head: Buffer): void {
    this.tunnels.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      pipeline(client, target, client, () => undefined);
    });
    target.on('error', () => client.destroy());
  }
}
