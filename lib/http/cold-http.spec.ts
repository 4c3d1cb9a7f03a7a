import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import type { lookup, LookupAddress } from 'node:dns';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Exchange, HttpServer } from '../testing/wire/http-server.ts';
import { Agent, ProxyAgent } from 'undici';
import { ForwardProxy } from '../../test/support/forward-proxy.ts';
import { AddressFence } from './address-fence.ts';
import { ColdHttp, type ColdRequest } from './cold-http.ts';
import { loadPeer, MissingPeerError } from './optional-peer.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const serve = async (handle: (exchange: Exchange) => unknown): Promise<HttpServer> => {
  const server = new HttpServer(handle);
  await server.start();
  stops.push(() => server.stop());
  return server;
};

const to = (server: HttpServer, rest: Partial<ColdRequest> = {}): ColdRequest => ({ method: 'GET', url: `${server.origin}/list?a=1`, headers: {}, timeoutMs: 5_000, ...rest });

const agent = new Agent();
afterAll(() => agent.destroy());

describe.each([['', {}], [' through a dispatcher', { dispatcher: agent }]])('ColdHttp%s', (_, options) => {
  const http = new ColdHttp(new AddressFence(), options);

  it('answers with status, headers and body, whatever the status', async () => {
    const seen: Exchange[] = [];
    const server = await serve((exchange) => {
      seen.push(exchange);
      exchange.answer(422, '{"message":"Invalid Token!"}', { 'x-trace': 't-1' });
    });
    const answer = await http.request(to(server, { method: 'POST', headers: { Authorization: 'Bearer t' }, body: '{"id":"1"}' }));
    expect(answer).toMatchObject({ status: 422, headers: { 'x-trace': 't-1' }, body: '{"message":"Invalid Token!"}' });
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/list', query: 'a=1', headers: { authorization: 'Bearer t', 'content-type': 'application/json' } });
    expect(seen[0]!.body.toString()).toBe('{"id":"1"}');
  });

  it('reads an answer that was compressed without having been asked', async () => {
    const server = await serve((exchange) => void exchange.answer(200, gzipSync('{"a":1}'), { 'content-encoding': 'gzip' }));
    expect(await http.request(to(server))).toMatchObject({ status: 200, body: '{"a":1}' });
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect: %i', async (status) => {
    let asked = 0;
    const server = await serve((exchange) => {
      asked += 1;
      exchange.answer(status, '{}', { location: '/elsewhere' });
    });
    for (const method of ['GET', 'POST'] as const) expect(await http.request(to(server, { method }))).toMatchObject({ status });
    const { status: streamed, body } = await http.stream(to(server));
    body.destroy();
    expect([streamed, asked]).toEqual([status, 3]);
  });

  it('gives up after its time, and where nobody listens, in words without an address', async () => {
    const silent = await serve(() => undefined);
    await expect(http.request(to(silent, { timeoutMs: 30 }))).rejects.toMatchObject({ name: 'ColdHttpError', message: 'no answer within 30 ms' });
    const request = to(silent);
    await silent.stop();
    await expect(http.request(request)).rejects.toThrow('ECONNREFUSED: connection refused');
  });

  it('takes no more of an answer than it may', async () => {
    const server = await serve((exchange) => void exchange.answer(200, 'x'.repeat(5_000)));
    await expect(http.request(to(server, { maxBytes: 4_999 }))).rejects.toMatchObject({ name: 'ColdHttpError' });
    expect((await http.request(to(server, { maxBytes: 5_000 }))).body).toHaveLength(5_000);
    const { body } = await http.stream(to(server, { maxBytes: 10 }));
    expect(await text(body)).toHaveLength(5_000);
  });

  it('shows nothing to what the host has put on axios', async () => {
    const server = await serve((exchange) => void exchange.answer(200, '{}'));
    const shown: unknown[] = [];
    const interceptor = axios.interceptors.request.use((config) => {
      shown.push(config.headers);
      return config;
    });
    stops.push(() => axios.interceptors.request.eject(interceptor));
    expect(await new ColdHttp(new AddressFence(), options).request(to(server))).toMatchObject({ status: 200 });
    expect(shown).toEqual([]);
  });

  it('breaks off when the app ends', async () => {
    const asked: Exchange[] = [];
    const silent = await serve((exchange) => asked.push(exchange));
    const ending = new ColdHttp(new AddressFence(), options);
    const answer = ending.request(to(silent));
    const broken = expect(answer).rejects.toThrow('the app is stopping');
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    ending.onApplicationShutdown();
    await broken;
  });
});

describe('ColdHttp and the network around it', () => {
  it('reaches no private address, whatever a name resolves to', async () => {
    const asked: string[] = [];
    const server = await serve((exchange) => void exchange.answer(200, '{}'));
    const answers = ['127.0.0.1', '192.168.9.9'];
    const resolve = ((name: string, _options: object, done: (error: null, found: LookupAddress[]) => void) => {
      asked.push(name);
      done(null, [{ address: answers[asked.length - 1]!, family: 4 }]);
    }) as unknown as typeof lookup;
    const fenced = new ColdHttp(new AddressFence({ resolve }), {});
    const named = to(server, { url: `${server.origin.replace('127.0.0.1', 'apis.example.com')}/` });
    expect(await fenced.request(named)).toMatchObject({ status: 200 });
    await expect(fenced.request(named)).rejects.toThrow(/^ERR_PRIVATE_ADDRESS: /);
    await expect(fenced.stream(to(server, { url: 'http://10.0.0.1:9/' }))).rejects.toThrow(/^ERR_PRIVATE_ADDRESS: /);
    expect(asked).toEqual(['apis.example.com', 'apis.example.com']);
  });

  it('goes by the host\'s proxy, and still to no private address that is spelt out', async () => {
    const server = await serve((exchange) => void exchange.answer(200, '{"a":1}'));
    const proxy = new ForwardProxy();
    const dispatcher = new ProxyAgent(await proxy.open());
    stops.push(() => proxy.close(), () => dispatcher.destroy());
    const proxied = new ColdHttp(new AddressFence(), { dispatcher });
    expect(await proxied.request(to(server))).toMatchObject({ status: 200, body: '{"a":1}' });
    await expect(proxied.request(to(server, { url: 'http://10.0.0.1:9/' }))).rejects.toThrow(/^ERR_PRIVATE_ADDRESS: /);
    expect(proxy.tunnels).toEqual([new URL(server.origin).host]);
  });
});

describe('loadPeer', () => {
  const missing = (): Promise<never> => import(['no-such', 'package'].join('-')) as Promise<never>;

  it('names the command that installs what is missing', async () => {
    const loading = loadPeer(missing, 'Templates', '@nestjs/axios axios');
    await expect(loading).rejects.toBeInstanceOf(MissingPeerError);
    await expect(loading).rejects.toMatchObject({
      message: 'Templates need packages that are not installed: npm install @nestjs/axios axios',
    });
  });

  it('hands on any other error, and what is there', async () => {
    await expect(loadPeer(() => Promise.reject(new Error('broken')), 'Templates', 'x')).rejects.toThrow('broken');
    expect(await loadPeer(() => Promise.resolve(7), 'Seven', 'x')).toBe(7);
  });
});
