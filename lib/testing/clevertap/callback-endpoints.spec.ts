import { afterEach, describe, expect, it } from '@jest/globals';
import { CleverTapPeers, inboundText as text, status as sent, SUCCESS } from '../../../test/support/clevertap-peers.ts';
import type { PostResult } from '../wire/http-client.ts';

const peers = new CleverTapPeers();
afterEach(() => peers.stop());

describe('the callback URLs', () => {
  it('hold the account in their query and count statuses, in order, duplicates known', async () => {
    const simulator = await peers.start({ accountId: 'A B' });
    const post = peers.client();
    expect(simulator.deliveryReportUrl).toContain('?accountId=A%20B&');
    expect(await post(simulator.deliveryReportUrl, sent('a'))).toMatchObject({ status: 200 });
    await post(simulator.deliveryReportUrl, sent('a', 'delivered'));
    await post(simulator.deliveryReportUrl, sent('a'));
    expect(simulator.statusesOf('a').map(({ status, duplicate }) => [status, duplicate]))
      .toEqual([['sent', false], ['delivered', false], ['sent', true]]);
    expect(simulator).toMatchObject({ statusCount: 3, duplicates: 1, rejected: [] });
    expect(simulator.statusesOf('b')).toEqual([]);
  });

  it('count inbound messages, and know whom a campaign has targeted', async () => {
    const simulator = await peers.startWith((exchange) => exchange.answer(200, SUCCESS));
    const post = peers.client();
    await simulator.send({ msgId: 'a', to: '+919800000001' });
    await post(simulator.inboundMessageUrl, { ...text, context: { id: 'a' } });
    await post(simulator.inboundMessageUrl, { ...text, context: { id: 'a' } });
    await post(simulator.inboundMessageUrl, { ...text, from: '919800000002' });
    expect(simulator.inbound.map(({ from, targeted, duplicate }) => [from, targeted, duplicate])).toEqual([
      ['919800000001', true, false], ['919800000001', true, true], ['919800000002', false, false],
    ]);
    expect(simulator.balance()).toMatchObject({ replied: 1, duplicates: 1 });
    expect(simulator.messageBalance('a')).toMatchObject({ replies: 2 });
  });

  it('take without a word what they do not count, and keep it with the reason', async () => {
    const simulator = await peers.start();
    const post = peers.client();
    const [withoutQuery] = simulator.deliveryReportUrl.split('?');
    const attempts: [string, unknown, Record<string, string>?][] = [
      [withoutQuery!, sent('a')],
      [simulator.deliveryReportUrl, sent('a'), { 'content-type': 'text/plain' }],
      [simulator.deliveryReportUrl, '{'],
      [simulator.deliveryReportUrl, { payloadVersion: '0.1', statuses: [{ msgId: 'a', status: 'SENT', timestamp: '1790000001' }] }],
      [simulator.inboundMessageUrl, { ...text, wabaNumber: '918889500123' }],
      [simulator.inboundMessageUrl, { ...text, type: 'sticker' }],
    ];
    for (const [url, body, headers] of attempts) expect(await post(url, body, headers)).toMatchObject({ status: 200 });
    expect(simulator.rejected.map(({ endpoint, reason }) => `${endpoint}: ${reason}`)).toEqual([
      'delivery-reports: the query of the callback URL is not the account\'s',
      'delivery-reports: the content type is not application/json',
      'delivery-reports: the body is no JSON',
      'delivery-reports: statuses[0].status is none of sent, delivered, read, failed, Clicked',
      'inbound-messages: wabaNumber is not the account\'s',
      'inbound-messages: type is none of text, image, video, voice, audio, file, location, button',
    ]);
    expect(simulator).toMatchObject({ statusCount: 0, inbound: [] });
    expect(await post(`${withoutQuery}/other`, sent('a'))).toMatchObject({ status: 404 });
  });

  it('fail as planned, one fault after the other', async () => {
    const simulator = await peers.start({
      callbackFaults: [{ kind: 'error', times: 2 }, { kind: 'error', status: 503, on: 'inbound-messages' }],
    });
    const post = peers.client(500);
    simulator.faultCallbacks({ kind: 'reset' }, { kind: 'drop-answer' }, { kind: 'hang' }, { kind: 'delay', delayMs: 40 });
    const results: PostResult[] = [];
    for (let n = 0; n < 7; n++) results.push(await post(simulator.deliveryReportUrl, sent(`m${n}`)));
    expect(results.map(({ status }) => status)).toEqual([500, 500, 0, 0, 0, 200, 200]);
    expect(results[4]!.error).toBe('gave up');
    expect(results[5]!.ms).toBeGreaterThanOrEqual(39);
    // Counted although the answer was dropped; the others only where they were answered.
    expect([...simulator.statuses.keys()]).toEqual(['m3', 'm5', 'm6']);
    expect(await post(simulator.inboundMessageUrl, text)).toMatchObject({ status: 503 });
    expect(await post(simulator.inboundMessageUrl, text)).toMatchObject({ status: 200 });
  });

  it('fail for a time, until told otherwise, or refuse connections', async () => {
    const simulator = await peers.start();
    const post = peers.client();
    const attempt = async (): Promise<number> => (await post(simulator.deliveryReportUrl, sent('a'))).status;
    simulator.faultCallbacks({ kind: 'error', forMs: 60 });
    const statuses: number[] = [];
    while (statuses.at(-1) !== 200) statuses.push(await attempt());
    expect(statuses[0]).toBe(500);
    simulator.faultCallbacks({ kind: 'error', times: 1_000 });
    expect(await attempt()).toBe(500);
    simulator.clearFaults();
    expect(await attempt()).toBe(200);
    await simulator.goDown();
    expect(await peers.client()(simulator.deliveryReportUrl, sent('a'))).toMatchObject({ error: 'ECONNREFUSED' });
    await simulator.comeUp();
    expect(await attempt()).toBe(200);
  });
});
