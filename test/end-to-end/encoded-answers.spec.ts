import { afterEach, describe, expect, it } from '@jest/globals';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { encodedAnswer } from '../support/encoded-answer.ts';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';
import { SenderBench } from '../support/raw-peer.ts';

const REFUSAL = JSON.stringify({ status: 'failure', error: { code: 2001, message: 'Parameters missing' } });

describe.each(PLATFORMS)('an answer in a coding that nobody asked for, on %s,', (platform) => {
  const start = hostsOn(platform);
  const bench = new SenderBench();
  afterEach(() => bench.close());

  it.each([
    ['gzip', gzipSync(REFUSAL)], ['deflate', deflateSync(REFUSAL)], ['br', brotliCompressSync(REFUSAL)],
  ])('is read, and its refusal is no success: %s', async (coding, body) => {
    const peer = await bench.peer((socket) => void socket.write(encodedAnswer(coding, body)));
    const host = await start({ account: { aiSensy: { endpoint: `http://${peer.host}/messages` } } });
    const sent = message();
    expect(await host.cleverTap.send(sent)).toMatchObject({ outcome: 'refused', code: 2001 });
    expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'rejected' });
    expect(peer.requests.map((text) => text.match(/^accept-encoding:.*$/gim))).toEqual([[expect.stringMatching(/: identity$/)]]);
  });

  it('leaves the outcome open where it cannot be read, and nothing is sent twice', async () => {
    const peer = await bench.peer((socket) => void socket.write(encodedAnswer('zstd', Buffer.from(REFUSAL))));
    const host = await start({ account: { aiSensy: { endpoint: `http://${peer.host}/messages` } } });
    const sent = message();
    expect(await host.cleverTap.send(sent)).toMatchObject({ outcome: 'success' });
    await eventually(async () => expect(await host.bridge.message(sent.msgId)).toMatchObject({
      state: 'unknown', steps: [{ step: 'accepted' }, { step: 'unknown', reason: { title: expect.stringContaining('in a coding that cannot be read') } }],
    }));
    expect(peer.requests).toHaveLength(1);
  });

  it("of CleverTap's counts by its status, read or not, and no report goes out twice", async () => {
    const peer = await bench.peer((socket) => void socket.write(encodedAnswer('zstd', Buffer.from('{}'))));
    const url = `http://${peer.host}/dr?account=secret`;
    const host = await start({ account: { cleverTap: { deliveryReportUrl: url } }, aiSensy: { reports: { statuses: ['sent'] } } });
    const sent = message();
    await host.cleverTap.send(sent);
    await eventually(async () => expect((await host.bridge.message(sent.msgId))!.steps.at(-1)).toMatchObject({ step: 'sent', relayedAt: expect.anything() }));
    expect(peer.requests).toHaveLength(1);
  });
});
