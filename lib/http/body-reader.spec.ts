import { afterEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post, Req, Res } from '@nestjs/common';
import type {
  CallHandler, ExecutionContext, INestApplication, ModuleMetadata, NestApplicationOptions, NestInterceptor,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { AsyncLocalStorage } from 'node:async_hooks';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { EventEmitter } from 'node:events';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { PLATFORMS, call, factoryHost, listen, testingHost } from '../../test/support/http-hosts.ts';
import type { Platform } from '../../test/support/http-hosts.ts';
import { RESOLVED_OPTIONS } from '../options/resolved-options.ts';
import { writeJson } from './answer.ts';
import { Arrivals } from './arrivals.ts';
import { BodyReader } from './body-reader.ts';
import type { HttpRequest, HttpResponse } from './http-exchange.ts';
import { readBody } from './request-body.ts';

const LIMITS = { messages: 2_000, callbacks: 3_000_000 };
const ROUTES = ['clevertap/messages', 'aisensy/delivery-reports', 'aisensy/inbound-messages', 'aisensy/webhook'];

const seen: { contentType: string | undefined; body: unknown }[] = [];
const problems: unknown[] = [];
const ofTheHost = new AsyncLocalStorage<string>();

@Controller('whatsapp')
class EdgeController {
  @Post(ROUTES)
  take(@Req() request: HttpRequest, @Res() response: HttpResponse): void {
    const body = readBody(request);
    seen.push({ contentType: request.headers['content-type'], body: request.body });
    if ('problem' in body) problems.push(body.problem);
    writeJson(response, 200, JSON.stringify('bytes' in body ? { text: body.bytes.toString() } : body));
  }
}

@Controller()
class HostController {
  @Post('echo')
  echo(@Body() body: unknown): unknown {
    return { echo: body };
  }

  @Post('other/whatsapp/aisensy/webhook')
  context(): unknown {
    return { context: ofTheHost.getStore() };
  }

  @Get('whatsapp/aisensy/webhook')
  get(): unknown {
    return { got: true };
  }
}

class Wrapping implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ wrapped: data })));
  }
}

const metadata: ModuleMetadata = {
  controllers: [EdgeController, HostController],
  providers: [Arrivals, BodyReader, { provide: RESOLVED_OPTIONS, useValue: { path: 'whatsapp', bodyLimits: LIMITS } }],
};
const json = { 'Content-Type': 'application/json' };

describe.each(PLATFORMS)('BodyReader on %s', (platform: Platform) => {
  let app: INestApplication | undefined;

  async function start(make = testingHost, options?: NestApplicationOptions, prepare?: (app: INestApplication) => void): Promise<string> {
    app = await make(platform, metadata, options);
    prepare?.(app);
    return listen(app);
  }

  afterEach(async () => {
    await app?.close();
    app = undefined;
    seen.length = 0;
    problems.length = 0;
  });

  const hosts: [string, typeof testingHost, NestApplicationOptions][] = [
    ['a testing module', testingHost, {}],
    ['NestFactory', factoryHost, {}],
    ['NestFactory and rawBody', factoryHost, { rawBody: true }],
    ['NestFactory and no body parser', factoryHost, { bodyParser: false }],
  ];
  it.each(hosts)('gives the bytes as they came, on every route, with %s', async (_name, make, options) => {
    const base = await start(make, options);
    for (const route of ROUTES) {
      const body = '{ "a" : 1.0, "ü": "\\u00fc" }';
      expect(await call(base, `/whatsapp/${route}?token=x`, { headers: json, body })).toMatchObject({
        status: 200, text: JSON.stringify({ text: body }),
      });
    }
  });

  it.each([
    undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream', 'nonsense',
    'application/json; charset=latin1',
  ])('does not care about the content type %s, and leaves it on the request', async (contentType) => {
    const base = await start();
    const headers: Record<string, string> = contentType === undefined ? {} : { 'Content-Type': contentType };
    const answer = await call(base, '/whatsapp/clevertap/messages', { headers, body: '{"a":1}' });
    expect(JSON.parse(answer.text)).toEqual({ text: '{"a":1}' });
    expect(seen).toEqual([{ contentType, body: {} }]);
  });

  it('gives bytes that are no JSON, and none at all', async () => {
    const base = await start();
    expect((await call(base, '/whatsapp/aisensy/webhook', { headers: json, body: '{"a":' })).text).toBe('{"text":"{\\"a\\":"}');
    expect((await call(base, '/whatsapp/aisensy/webhook', { headers: json })).text).toBe('{"text":""}');
    expect((await call(base, '/whatsapp/aisensy/webhook')).text).toBe('{"text":""}');
  });

  it('joins the parts of a chunked body', async () => {
    const base = await start();
    const body = ['{"a":', Buffer.from('"ü"').subarray(0, 2), Buffer.from('"ü"').subarray(2), '}'];
    expect((await call(base, '/whatsapp/aisensy/webhook', { body })).text).toBe('{"text":"{\\"a\\":\\"ü\\"}"}');
  });

  it("takes a body beyond the host's limits, and stops at its own", async () => {
    const base = await start();
    const large = 'x'.repeat(LIMITS.callbacks);
    expect((await call(base, '/whatsapp/aisensy/webhook', { headers: json, body: large })).text).toBe(JSON.stringify({ text: large }));
    for (const body of [`${large}x`, [large, 'x'], 'x'.repeat(3 * LIMITS.callbacks)]) {
      expect((await call(base, '/whatsapp/aisensy/webhook', { headers: json, body })).text).toBe('{"problem":"too-large"}');
    }
    expect((await call(base, '/whatsapp/clevertap/messages', { body: 'x'.repeat(2_000) })).text).toContain('xxx');
    expect((await call(base, '/whatsapp/clevertap/messages', { body: 'x'.repeat(2_001) })).text).toBe('{"problem":"too-large"}');
  });

  it('decompresses, within the same limit', async () => {
    const base = await start();
    const post = async (encoding: string, body: Buffer): Promise<string> =>
      (await call(base, '/whatsapp/clevertap/messages', { headers: { ...json, 'Content-Encoding': encoding }, body })).text;
    const body = Buffer.from('{"a":1}');
    expect(await post('gzip', gzipSync(body))).toBe('{"text":"{\\"a\\":1}"}');
    expect(await post('GZIP', gzipSync(body))).toBe('{"text":"{\\"a\\":1}"}');
    expect(await post('deflate', deflateSync(body))).toBe('{"text":"{\\"a\\":1}"}');
    expect(await post('br', brotliCompressSync(body))).toBe('{"text":"{\\"a\\":1}"}');
    expect(await post('identity', body)).toBe('{"text":"{\\"a\\":1}"}');
    expect(await post('gzip', gzipSync('x'.repeat(2_001)))).toBe('{"problem":"too-large"}');
    expect(await post('gzip', body)).toBe('{"problem":"unreadable"}');
    expect(await post('zstd', body)).toBe('{"problem":"unreadable"}');
  });

  it("stands behind a prefix and before the host's own middleware, and no interceptor reshapes the answer", async () => {
    const base = await start(factoryHost, {}, (host) => {
      host.setGlobalPrefix('api/v2');
      host.useGlobalInterceptors(new Wrapping());
    });
    expect((await call(base, '/api/v2/whatsapp/clevertap/messages', { body: '{}' })).text).toBe('{"text":"{}"}');
    expect((await call(base, '/api/v2/echo', { headers: json, body: '{}' })).text).toBe('{"wrapped":{"echo":{}}}');
  });

  it('goes on with what the host keeps for a request, where the body comes later than its head', async () => {
    const base = await start(factoryHost, {}, (host) => {
      const server = host.getHttpServer() as EventEmitter;
      const emit = server.emit.bind(server);
      server.emit = (name, ...about: unknown[]) => name === 'request' ? ofTheHost.run('kept', () => emit(name, ...about)) : emit(name, ...about);
    });
    const headCame = once(app!.getHttpServer() as EventEmitter, 'request');
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    socket.write('POST /other/whatsapp/aisensy/webhook HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n');
    await headCame;
    socket.write('{}');
    expect(await text(socket)).toContain('{"context":"kept"}');
  });

  it("leaves the host's own routes to the host's parsers", async () => {
    const base = await start();
    expect(await call(base, '/echo', { headers: json, body: '{"a":1}' })).toMatchObject({ status: 201, text: '{"echo":{"a":1}}' });
    expect((await call(base, '/echo', { headers: json, body: '{"a":' })).status).toBe(400);
    expect((await call(base, '/echo', { headers: json, body: `"${'x'.repeat(2_000_000)}"` })).status).toBe(413);
    expect(await call(base, '/whatsapp/aisensy/webhook', { method: 'GET' })).toMatchObject({ status: 200, text: '{"got":true}' });
  });

  it('ends the reading of a request that its client gave up', async () => {
    const base = await start();
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    socket.write('POST /whatsapp/clevertap/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a":');
    socket.end();
    socket.resume();
    await once(socket, 'close');
    expect((await call(base, '/whatsapp/clevertap/messages', { body: '{}' })).text).toBe('{"text":"{}"}');
    expect(problems).toEqual(['unreadable']);
  });
});

describe('BodyReader elsewhere', () => {
  it('has nothing to do in an application context', async () => {
    @Module({ providers: metadata.providers ?? [] })
    class ContextModule {}
    const context = await NestFactory.createApplicationContext(ContextModule, { logger: false });
    await context.close();
  });

  it('takes what a parser in front of an Express app left', async () => {
    const app = await testingHost('Express', metadata);
    await app.init();
    const front = new ExpressAdapter();
    front.initHttpServer({});
    front.useBodyParser('json', false, {});
    front.use(app.getHttpAdapter().getInstance());
    const server = front.getHttpServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      expect((await call(base, '/whatsapp/clevertap/messages', { headers: json, body: '{ "a":1 }' })).text).toBe('{"text":"{\\"a\\":1}"}');
    } finally {
      server.close();
      await app.close();
    }
  });

  it("works with Fastify's inject(), which no socket stands behind", async () => {
    const app = await testingHost('Fastify', metadata);
    try {
      await app.init();
      const fastify = app.getHttpAdapter().getInstance() as { inject(call: object): Promise<{ payload: string }> };
      const answer = await fastify.inject({ method: 'POST', url: '/whatsapp/clevertap/messages', payload: { a: 1 } });
      expect(answer.payload).toBe('{"text":"{\\"a\\":1}"}');
    } finally {
      await app.close();
    }
  });

  it('refuses its own content type on other routes of a Fastify app', async () => {
    const app = await testingHost('Fastify', metadata);
    try {
      const headers = { 'Content-Type': 'application/x-nestjs-whatsapp-bridge' };
      expect((await call(await listen(app), '/echo', { headers, body: '{}' })).status).toBe(415);
    } finally {
      await app.close();
    }
  });
});
