import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Dispatcher, ProxyAgent } from 'undici';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { ForwardProxy } from '../support/forward-proxy.ts';
import { call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';

describe.each(PLATFORMS)('a dispatcher of the host\'s own on %s', (platform) => {
  const start = hostsOn(platform);
  const proxy = new ForwardProxy();
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

  it('carries the calls for a token and for the templates as well', async () => {
    const calls: string[] = [];
    const counting: Pick<Dispatcher, 'dispatch'> = {
      dispatch: (options, handler) => {
        calls.push(`${options.method} ${options.path.split('?')[0]}`);
        return dispatcher.dispatch(options, handler);
      },
    };
    const host = await start({ transport: 'direct', account: { preflight: false }, aiSensy: { templates: [] }, options: { dispatcher: counting } });
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'success' });
    const { status } = await call(`${host.url}/`, 'clevertap/templates', { method: 'GET', headers: host.sides[0]!.key });
    expect(status).toBe(200);
    expect(host.aiSensy.tokensFetched).toBe(1);
    await host.cleverTap.waitForStatuses(3);
    expect(calls).toEqual(expect.arrayContaining([
      expect.stringMatching(/^POST .*\/regenrate-token$/), expect.stringMatching(/^POST .*\/messages$/), expect.stringMatching(/^GET .*templates$/),
    ]));
  });

  it('is refused at boot where it is none', async () => {
    await expect(start({ options: { dispatcher: {} as ProxyAgent } })).rejects.toThrow(/dispatcher: must be a dispatcher of undici 7/);
  });
});
