import { mkdtempSync, appendFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpClient } from './http-client.ts';
import { HttpServer, type Exchange } from './http-server.ts';
import { latencyOf } from './latency.ts';
import { readWireLog, WireLog } from './wire-log.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function pair(handle: (exchange: Exchange) => unknown, giveUpMs = 5_000): Promise<{ server: HttpServer; client: HttpClient }> {
  const server = new HttpServer(handle);
  const client = new HttpClient({ connections: 4, giveUpMs });
  stops.push(() => server.stop(), () => client.stop());
  await server.start();
  return { server, client };
}

describe('HttpClient and HttpServer', () => {
  it('carry path, query, headers and bytes there, and the answer back', async () => {
    const bytes = Buffer.from([0x7b, 0xf0, 0x9f, 0x99, 0x82, 0x7d]);
    let seen: Exchange | undefined;
    const { server, client } = await pair((exchange) => {
      seen = exchange;
      exchange.answer(201, '{"ok":"🙂"}', { 'x-answer': 'yes' });
    });
    const result = await client.post(`${server.origin}/a/b?c=d%20e`, bytes, { 'x-key': 'K' });
    const headers = { 'x-answer': 'yes', 'content-type': 'application/json' };
    expect(result).toMatchObject({ status: 201, text: '{"ok":"🙂"}', headers });
    expect(seen).toMatchObject({ method: 'POST', path: '/a/b', query: 'c=d%20e' });
    expect(seen?.headers['x-key']).toBe('K');
    expect(seen?.body.equals(bytes)).toBe(true);
  });

  it('keep at most so many connections', async () => {
    const waiting: Exchange[] = [];
    const { server, client } = await pair((exchange) => {
      waiting.push(exchange);
      if (waiting.length >= 4) for (const each of waiting.splice(0)) each.answer(200, '{}');
    });
    const results = await Promise.all(Array.from({ length: 12 }, () => client.post(server.origin, '{}', {})));
    expect(results.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(server.maxOpen).toBe(4);
  });

  it('say why there was no answer', async () => {
    const { server, client } = await pair((exchange) => exchange.reset());
    const reset = await client.post(server.origin, '{}', {});
    expect(reset).toMatchObject({ status: 0, error: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) });
    await server.stop();
    expect(await client.post(server.origin, '{}', {})).toMatchObject({ status: 0, error: 'ECONNREFUSED', ms: 0 });
  });

  it('give up on a request that is never answered', async () => {
    const { server, client } = await pair(() => undefined, 30);
    const result = await client.post(server.origin, '{}', {});
    expect(result).toMatchObject({ status: 0, error: 'gave up' });
    expect(result.ms).toBeGreaterThanOrEqual(29);
  });

  it('end at once when stopped, with requests on their way', async () => {
    const { server, client } = await pair(() => setImmediate(() => void server.stop()));
    expect(await client.post(server.origin, '{}', {})).toMatchObject({ status: 0 });
  });

  it('come back on the same port', async () => {
    const { server, client } = await pair((exchange) => exchange.answer(200, '{}'));
    const { origin } = server;
    await server.stop();
    await server.start();
    expect(server.origin).toBe(origin);
    expect(await client.post(origin, '{}', {})).toMatchObject({ status: 200 });
  });

  it('have no address before the start', () => {
    expect(() => new HttpServer(() => undefined).origin).toThrow('await start() first');
  });
});

describe('latencyOf', () => {
  it('takes the value below which the share lies', () => {
    const durations = Array.from({ length: 100 }, (_, index) => index + 1).reverse();
    expect(latencyOf(durations)).toEqual({ count: 100, p50: 50, p90: 90, p99: 99, max: 100 });
    expect(latencyOf([7.26])).toEqual({ count: 1, p50: 7.3, p90: 7.3, p99: 7.3, max: 7.3 });
    expect(latencyOf([])).toEqual({ count: 0, p50: 0, p90: 0, p99: 0, max: 0 });
  });
});

describe('WireLog', () => {
  it('appends a line for each event and reads them back, a torn last line apart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wire-log-'));
    stops.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'wire.jsonl');
    for (const msgId of ['1', '2']) {
      const log = new WireLog(file);
      log.write('send', { msgId });
      log.close();
      log.write('send', { msgId: 'never' });
    }
    appendFileSync(file, '{"event":"se');
    expect(readWireLog(file)).toEqual([
      { event: 'send', at: expect.any(Number), msgId: '1' }, { event: 'send', at: expect.any(Number), msgId: '2' },
    ]);
  });
});
