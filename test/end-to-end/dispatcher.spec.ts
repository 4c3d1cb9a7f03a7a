import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { pipeline } from 'node:stream';
import { ProxyAgent } from 'undici';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';

/** A forward proxy as companies have them: it opens tunnels, and knows where to. */
class Proxy {
  readonly tunnels: string[] = [];
  private readonly server: Server = createServer();

  async open(): Promise<string> {
    this.server.on('connect', ({ url = '' }, client, head) => {
      this.tunnels.push(url);
      const { hostname, port } = new URL(`http://${url}`);
      const target = connect(Number(port), hostname, () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        target.write(head);
        pipeline(client, target, client, () => undefined);
      });
      target.on('error', () => client.destroy());
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }
}

describe.each(PLATFORMS)('a dispatcher of the host\'s own on %s', (platform) => {
  const start = hostsOn(platform);
  const proxy = new Proxy();
  let dispatcher: ProxyAgent;

  beforeEach(async () => { dispatcher = new ProxyAgent(await proxy.open()); });
  afterEach(async () => {
    await dispatcher.destroy();
    proxy.close();
  });

  it('carries messages to AiSensy and statuses to CleverTap, and is left open', async () => {
    const host = await start({ options: { dispatcher } });
    const campaign = await host.cleverTap.runCampaign({ messages: 20, concurrency: 5 });
    expect(campaign).toMatchObject({ sent: 20, success: 20 });
    await host.cleverTap.waitForStatuses(60, { timeoutMs: 30_000 });
    expect(new Set(proxy.tunnels)).toEqual(new Set([host.aiSensy.endpoint, host.cleverTap.deliveryReportUrl].map((url) => new URL(url).host)));
    await host.app.close();
    const { statusCode, body } = await dispatcher.request({ origin: new URL(host.cleverTap.deliveryReportUrl).origin, path: '/', method: 'GET' });
    await body.dump();
    expect(statusCode).toBe(404);
  });

  it('is refused at boot where it is none', async () => {
    await expect(start({ options: { dispatcher: {} as ProxyAgent } })).rejects.toThrow(/dispatcher: must be a dispatcher of undici 7/);
  });
});
