import { afterEach, describe, expect, it } from '@jest/globals';
import type { TransportName } from 'nestjs-whatsapp-bridge';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';
import { answer, OK, type RawPeer, SenderBench } from '../support/raw-peer.ts';

const TRANSPORTS = ['clevertap', 'direct', 'project', 'campaign'] as const satisfies TransportName[];
const REDIRECTS = ['301 Moved Permanently', '302 Found', '303 See Other', '307 Temporary Redirect', '308 Permanent Redirect'];
const PATH = '/66f0000000000000000000c1/messages';

describe.each(PLATFORMS)("the bridge's own calls on %s", (platform) => {
  const start = hostsOn(platform);
  const bench = new SenderBench();
  afterEach(() => bench.close());

  /** A peer that sends every caller elsewhere, in another way each time, and the peer that it sends them to. */
  async function redirecting(): Promise<[from: RawPeer, to: RawPeer]> {
    const to = await bench.peer((socket) => void socket.write(OK));
    let turn = 0;
    const from = await bench.peer((socket) => void socket.write(answer([REDIRECTS[turn++ % REDIRECTS.length]!, `Location: http://${to.host}/elsewhere`])));
    return [from, to];
  }

  /** A host whose way to AiSensy leads to this address. */
  const startTo = (transport: TransportName, endpoint: string, more: object = {}): Promise<BridgeHost> => start({
    transport, transportOptions: { endpoint }, account: { preflight: false, aiSensy: { endpoint } }, options: { answerWithinMs: 0 }, ...more,
  });

  it.each(TRANSPORTS)('to AiSensy follow no redirect, and the account waits for somebody to look: %s', async (transport) => {
    const [from, to] = await redirecting();
    const host = await startTo(transport, `http://${from.host}${PATH}`);
    const sent = message();
    await host.cleverTap.send(sent);
    // The Direct API is asked for a token first, which a redirect does not give either.
    await eventually(async () => expect((await host.bridge.message(sent.msgId))!.steps.filter(({ step }) => step === 'retry').length).toBeGreaterThan(2));
    expect(from.requests.length).toBeGreaterThan(2);
    expect(to.requests).toEqual([]);
    expect(host.cleverTap.statusesOf(sent.msgId)).toEqual([]);
  });

  it('to CleverTap follow no redirect, and what they carry is kept', async () => {
    const [from, to] = await redirecting();
    const url = `http://${from.host}/callbacks?account=secret`;
    const host = await start({ account: { cleverTap: { deliveryReportUrl: url, inboundMessageUrl: url } } });
    await host.cleverTap.send(message());
    await host.aiSensy.personSends({ type: 'text', text: 'Hi', from: '919800000001' });
    await eventually(() => expect(from.requests.length).toBeGreaterThan(4));
    expect(to.requests).toEqual([]);
    const { jobs } = await host.bridge.counts();
    expect(Object.entries(jobs).filter(([lane, count]) => lane.startsWith('relay') && Number(count) > 0)).not.toEqual([]);
  });

  it.each(TRANSPORTS)('reach no private address: %s', async (transport) => {
    const host = await startTo(transport, `https://10.255.255.1${PATH}`);
    const sent = message();
    await host.cleverTap.send(sent);
    await eventually(async () => expect((await host.bridge.message(sent.msgId))!.steps).toEqual(expect.arrayContaining([
      expect.objectContaining({ step: 'retry', reason: { code: 1009, title: expect.stringContaining('ERR_PRIVATE_ADDRESS') } }),
    ])));
    expect(JSON.stringify(await host.bridge.message(sent.msgId))).not.toContain('10.255');
  });

  it("name a callback URL that is not CleverTap's in a warning at the start, and nothing of its secret", async () => {
    const logger = new CapturedLogs();
    await start({ logger, account: { cleverTap: { deliveryReportUrl: 'https://reports.example.com/dr?account=very-secret', inboundMessageUrl: 'https://eu1.wzrkt.com/in?account=very-secret' } } });
    const warnings = logger.lines.filter((line) => line.startsWith('warn') && line.includes('wzrkt.com'));
    expect(warnings).toEqual([expect.stringContaining("cleverTap.deliveryReportUrl leads to reports.example.com, which is not CleverTap's (wzrkt.com)")]);
    expect(logger.lines.join('\n')).not.toContain('very-secret');
  });
});
