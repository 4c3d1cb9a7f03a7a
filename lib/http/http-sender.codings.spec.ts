import { afterEach, describe, expect, it } from '@jest/globals';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { encodedAnswer } from '../../test/support/encoded-answer.ts';
import { answer, OK, requestTo, SenderBench } from '../../test/support/raw-peer.ts';

const REFUSAL = '{"status":"failure","error":{"code":2001}}';

const bench = new SenderBench();

afterEach(() => bench.close());

describe('createHttpSender', () => {
  it('asks for answers without a coding, of every call', async () => {
    const { host, requests } = await bench.peer((socket) => socket.write(OK));
    const sender = bench.sender();
    const headers = { 'X-Key': 'k1' };
    for (const given of [headers, headers, { 'X-Key': 'k2' }]) await sender.post(requestTo(host, { headers: given }));
    expect(requests.map((text) => text.match(/^accept-encoding: .*$/gim))).toEqual(Array(3).fill([expect.stringMatching(/^accept-encoding: identity$/i)]));
    expect(requests.map((text) => /X-Key: (\w+)/.exec(text)?.[1])).toEqual(['k1', 'k1', 'k2']);
    expect(headers).toEqual({ 'X-Key': 'k1' });
  });

  describe('an answer in a coding all the same', () => {
    it.each([
      ['gzip', gzipSync(REFUSAL)], ['GZIP ', gzipSync(REFUSAL)], ['x-gzip', gzipSync(REFUSAL)], ['deflate', deflateSync(REFUSAL)],
      ['deflate', deflateRawSync(REFUSAL)], ['br', brotliCompressSync(REFUSAL)], ['identity', Buffer.from(REFUSAL)], ['', Buffer.from(REFUSAL)],
    ])('is decoded: %s', async (coding, body) => {
      const { host } = await bench.peer((socket) => socket.write(encodedAnswer(coding, body)));
      const result = await bench.sender().post(requestTo(host));
      expect(result).toMatchObject({ kind: 'answered', status: 200, body: REFUSAL, headers: { 'x-id': '7' } });
      expect(result).not.toHaveProperty('headers.content-encoding');
    });

    it.each([
      ['is unknown', 'zstd', Buffer.from(REFUSAL)],
      ['is one of two', 'gzip, br', gzipSync(REFUSAL)],
      ['is not what it says', 'gzip', Buffer.from(REFUSAL)],
      ['breaks off', 'gzip', gzipSync(REFUSAL).subarray(0, -12)],
      ['is longer than is read', 'gzip', gzipSync(Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7919 + at ** 3) % 251)))],
      ['grows longer than is read', 'br', brotliCompressSync(Buffer.alloc(10_000_000))],
    ])('stays in the headers, and gives no body, where it %s', async (_why, coding, body) => {
      const { host } = await bench.peer((socket) => socket.write(encodedAnswer(coding, body)));
      expect(await bench.sender().post(requestTo(host))).toMatchObject({ kind: 'answered', status: 200, headers: { 'content-encoding': coding }, body: '' });
    });

    it('may have no body to decode', async () => {
      const { host } = await bench.peer((socket) => socket.write(answer(['200 OK', 'Content-Encoding: gzip'])));
      const result = await bench.sender().post(requestTo(host));
      expect(result).toMatchObject({ kind: 'answered', status: 200, body: '' });
      expect(result).not.toHaveProperty('headers.content-encoding');
    });

    it('leaves the connection as good as it was', async () => {
      const { host, sockets } = await bench.peer((socket) => socket.write(encodedAnswer('gzip', gzipSync(REFUSAL))));
      const sender = bench.sender();
      for (let call = 0; call < 3; call += 1) expect(await sender.post(requestTo(host))).toMatchObject({ body: REFUSAL });
      expect(sockets).toHaveLength(1);
    });
  });
});
