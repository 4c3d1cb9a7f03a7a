import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Get, Injectable, Logger, UseGuards, VersioningType } from '@nestjs/common';
import type { CallHandler, CanActivate, ExceptionFilter, ExecutionContext, INestApplication, NestInterceptor, Type } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { CapturedLogs } from '../../test/support/captured-logs.ts';
import { fixtureText } from '../../test/support/fixtures.ts';
import { PLATFORMS, call, factoryHost, listen, testingHost } from '../../test/support/http-hosts.ts';
import type { Answer, Call, Platform } from '../../test/support/http-hosts.ts';
import type { Callback } from '../messages/callback.ts';
import { CALLBACKS } from '../callbacks/callbacks.ts';
import type { CallbacksPort } from '../callbacks/callbacks.ts';
import { Arrivals } from '../http/arrivals.ts';
import { BodyReader } from '../http/body-reader.ts';
import { KEY_GUESS_PROVIDERS } from '../http/key-guess-throttler.ts';
import { LedgerError } from '../ledger/ledger.errors.ts';
import { RESOLVED_OPTIONS } from '../options/resolved-options.ts';
import type { Account } from '../options/resolved-options.ts';
import type { AiSensyCallbackOptions } from '../whatsapp-bridge.options.ts';
import { createAiSensyController } from './aisensy.controller.ts';
import { FailureReasons } from './failure-reasons.ts';
import { AiSensyGuard } from './aisensy.guard.ts';

class RecordingCallbacks implements CallbacksPort {
  readonly taken: { callback: Callback; accounts: string[]; receivedAt: number }[] = [];
  fails: boolean | Error = false;

  take(callback: Callback, accounts: Account[], receivedAt: number): Promise<void> {
    if (this.fails) return Promise.reject(this.fails === true ? new Error('the disk is full, said +919800000001') : this.fails);
    this.taken.push({ callback, accounts: accounts.map(({ nickname }) => nickname), receivedAt });
    return Promise.resolve();
  }
}

class Wrapping implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ wrapped: data })));
  }
}

class HostsFilter implements ExceptionFilter {
  catch(): never {
    throw new Error('the filter of the host was asked');
  }
}

const account = (nickname: string, callbacks: AiSensyCallbackOptions): Account => ({ nickname, aiSensy: { callbacks } }) as Account;
const ACCOUNTS = [
  account('one', { token: ['t-old', 't-new'], signingSecret: 'test-shared-secret' }),
  account('two', { headers: { 'X-Key': ['old', 'new'], 'X-Other': 'o' }, token: 't+2/=' }),
  account('three', { headers: { 'X-Key': 'new', 'X-Other': 'o' }, signingSecret: ['other-secret', 'third-secret'] }),
];
const signature = (secret: string, body: string): string => createHmac('sha256', secret).update(body).digest('hex');
const ROUTES = ['delivery-reports', 'inbound-messages', 'webhook'];
const REPORTS = fixtureText('clevertap/callbacks/delivery-reports.json');
const FORMS: [string, string, number, number][] = [
  ["CleverTap's statuses", REPORTS, 3, 0],
  ["CleverTap's message", fixtureText('clevertap/callbacks/inbound-button.json'), 0, 1],
  ["the project webhook's status", fixtureText('aisensy/webhook/status-read.json'), 1, 0],
  ["the project webhook's message", fixtureText('aisensy/webhook/inbound-text.json'), 0, 1],
  ["Meta's statuses", fixtureText('meta/webhook/statuses.json'), 3, 0],
  ["Meta's message", fixtureText('meta/webhook/inbound-audio.json'), 0, 1],
];
const PING = fixtureText('aisensy/webhook/test-ping.json');
const OK = { status: 200, text: '{"status":"ok"}' };
const UNAUTHORIZED = { status: 401, text: '{"message":"Unauthorized"}' };
const TOO_MANY = { status: 429, text: '{"message":"Too many requests with wrong credentials"}' };
const NOT_JSON = { status: 400, text: '{"message":"The body is not JSON"}' };
const TOO_LARGE = { status: 413, text: '{"message":"The body is too large"}' };

describe.each(PLATFORMS)("AiSensy's routes on %s", (platform: Platform) => {
  let app: INestApplication | undefined;
  let callbacks: RecordingCallbacks;

  async function start(prepare?: (app: INestApplication) => void, path = 'whatsapp', guard?: Type<CanActivate>): Promise<string> {
    callbacks = new RecordingCallbacks();
    app = await factoryHost(platform, {
      imports: [ThrottlerModule.forRoot([{ limit: 1, ttl: 60_000 }])],
      controllers: [createAiSensyController(path, guard ? [UseGuards(guard)] : [])],
      providers: [
        ...KEY_GUESS_PROVIDERS, Arrivals, BodyReader, AiSensyGuard,
        { provide: APP_GUARD, useClass: ThrottlerGuard },
        { provide: CALLBACKS, useValue: callbacks },
        { provide: FailureReasons, useValue: new FailureReasons() },
        {
          provide: RESOLVED_OPTIONS,
          useValue: { path, accounts: ACCOUNTS, bodyLimits: { messages: 10, callbacks: 2_000_000 }, throttle: { limit: 4, ttlMs: 60_000 } },
        },
      ],
    });
    prepare?.(app);
    return listen(app);
  }

  const post = (base: string, body: Call['body'], query = '?token=t-new', headers: Record<string, string> = {}): Promise<Answer> =>
    call(base, `/whatsapp/aisensy/webhook${query}`, { headers: { 'Content-Type': 'application/json', ...headers }, body });

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  it.each(FORMS)('all take %s', async (_name, body, reports, inbound) => {
    const base = await start();
    for (const route of ROUTES) {
      expect(await call(base, `/whatsapp/aisensy/${route}?token=t-old`, { body })).toMatchObject(OK);
      const { callback, accounts, receivedAt } = callbacks.taken.pop()!;
      expect([callback.reports.length, callback.inbound.length, callback.unreadable.length]).toEqual([reports, inbound, 0]);
      expect(accounts).toEqual(['one']);
      expect(Math.abs(Date.now() - receivedAt)).toBeLessThan(10_000);
    }
  });

  it('answer in JSON, without an ETag', async () => {
    const { headers } = await post(await start(), REPORTS);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['etag']).toBeUndefined();
  });

  it('know every account by any of its credentials', async () => {
    const base = await start();
    const signed = (secret: string): Record<string, string> => ({ 'X-AiSensy-Signature': signature(secret, REPORTS) });
    const both = { 'x-key': 'new', 'X-OTHER': 'o' };
    const calls: [string, Record<string, string>, string[]][] = [
      ['?token=t-old', {}, ['one']],
      ['?a=b&token=t-new', {}, ['one']],
      ['?token=t%2B2%2F%3D', {}, ['two']],
      ['?token=t+2/=', {}, ['two']],
      ['', signed('test-shared-secret'), ['one']],
      ['', signed('third-secret'), ['three']],
      ['', both, ['two', 'three']],
      ['', { ...both, 'x-key': 'old' }, ['two']],
      ['?token=t-old', { ...both, ...signed('third-secret') }, ['one', 'two', 'three']],
    ];
    for (const [query, headers, expected] of calls) {
      expect(await post(base, REPORTS, query, headers)).toMatchObject(OK);
      expect(callbacks.taken.pop()?.accounts).toEqual(expected);
    }
  });

  it.each<[string, string, Record<string, string>]>([
    ['nothing', '', {}],
    ['an empty token', '?token=', {}],
    ['a wrong token', '?token=t-ne', {}],
    ["another parameter's value", '?key=t-new', {}],
    ['one header of two', '', { 'X-Key': 'new' }],
    ['a signature of another body', '', { 'X-AiSensy-Signature': signature('test-shared-secret', '{}') }],
    ['a token in a header', '', { token: 't-new' }],
  ])('answer 401 to %s, then 429, and still let the right token in', async (_name, query, headers) => {
    const base = await start();
    for (let i = 0; i < 4; i++) expect(await post(base, REPORTS, query, headers)).toMatchObject(UNAUTHORIZED);
    expect(await post(base, REPORTS, query, headers)).toMatchObject(TOO_MANY);
    expect(callbacks.taken).toEqual([]);
    expect(await post(base, REPORTS)).toMatchObject(OK);
    expect(callbacks.taken).toHaveLength(1);
  });

  it('answer the GET before saving, and the test ping, to anybody, and keep nothing of it', async () => {
    const base = await start();
    for (const route of ROUTES) expect(await call(base, `/whatsapp/aisensy/${route}`, { method: 'GET' })).toMatchObject(OK);
    for (let i = 0; i < 6; i++) expect(await post(base, PING, '')).toMatchObject(OK);
    expect(await post(base, PING)).toMatchObject(OK);
    expect(callbacks.taken).toEqual([]);
    for (const body of ['{"event":"test.webhook","data":{"message":{}}}', '{"event":"test.webhook","statuses":[]}', `[${PING}]`]) {
      expect(await post(base, body, '')).toMatchObject(UNAUTHORIZED);
    }
  });

  it('take topics of no use without storing them', async () => {
    expect(await post(await start(), '{"topic":"contact.created","data":{}}')).toMatchObject(OK);
    expect(callbacks.taken).toEqual([]);
  });

  it('take and keep JSON of an unknown form', async () => {
    const base = await start();
    for (const body of ['{"hello":1}', 'null', '[1]', '"x"', '{"topic":"message.created"}']) {
      expect(await post(base, body)).toMatchObject(OK);
      expect(callbacks.taken.pop()?.callback).toMatchObject({ reports: [], inbound: [], unreadable: [{}] });
    }
  });

  it('refuse what is no JSON, and what is too large, in JSON', async () => {
    const base = await start();
    for (const body of ['', '{"a":', 'a=b', '<xml/>', '['.repeat(200_000), `${'['.repeat(5_000)}${']'.repeat(5_000)}`]) {
      expect(await post(base, body)).toMatchObject(NOT_JSON);
    }
    expect(await post(base, REPORTS, '?token=t-new', { 'Content-Encoding': 'gzip' })).toMatchObject(NOT_JSON);
    expect(await post(base, ' '.repeat(2_000_001))).toMatchObject(TOO_LARGE);
    expect(await post(base, gzipSync(' '.repeat(2_000_001)), '?token=t-new', { 'Content-Encoding': 'gzip' })).toMatchObject(TOO_LARGE);
    expect(callbacks.taken).toEqual([]);
  });

  it('take JSON whatever its content type, coding and length', async () => {
    const base = await start();
    const status = { status: 'sent', timestamp: '1790000001', note: 'x'.repeat(40) };
    const statuses = Array.from({ length: 15_000 }, (_, i) => ({ msgId: `1|2|3|${i}`, ...status }));
    const long = JSON.stringify({ statuses });
    expect(long.length).toBeGreaterThan(1_500_000);
    expect(await post(base, long)).toMatchObject(OK);
    expect(await post(base, REPORTS, '?token=t-new', { 'Content-Type': 'text/plain' })).toMatchObject(OK);
    expect(await call(base, '/whatsapp/aisensy/webhook?token=t-new', { body: REPORTS })).toMatchObject(OK);
    expect(await post(base, gzipSync(REPORTS), '?token=t-new', { 'Content-Encoding': 'gzip' })).toMatchObject(OK);
    expect(await post(base, [REPORTS.slice(0, 50), REPORTS.slice(50)])).toMatchObject(OK);
    expect(await post(base, `\uFEFF${REPORTS}`)).toMatchObject(OK);
    expect(callbacks.taken.map(({ callback }) => callback.reports.length)).toEqual([15_000, 3, 3, 3, 3, 3]);
  });

  it('ask AiSensy to come again where the callback could not be stored', async () => {
    const base = await start();
    callbacks.fails = true;
    expect(await post(base, REPORTS)).toMatchObject({
      status: 503, text: '{"message":"The callback could not be stored, please send it again"}',
    });
    callbacks.fails = false;
    expect(await post(base, REPORTS)).toMatchObject(OK);
  });

  it('log that once for many, with the accounts, why, what to do, and nothing of what was to be stored', async () => {
    const base = await start();
    const logs = new CapturedLogs();
    const logger = jest.spyOn(Logger.prototype, 'error').mockImplementation((line: string, stack?: string) => logs.error(line, stack ?? ''));
    callbacks.fails = new LedgerError('full', 'the disk is full, said +919800000001');
    for (let i = 0; i < 20; i += 1) expect(await post(base, REPORTS)).toMatchObject({ status: 503 });
    callbacks.fails = true;
    expect(await post(base, REPORTS)).toMatchObject({ status: 503 });
    logger.mockRestore();
    const line = 'error Account one: a callback could not be stored and was answered 503, so that AiSensy sends it once more in five minutes, since';
    expect(logs.lines).toEqual([
      `${line} the ledger's disk is full: make room on it. `, expect.stringMatching(new RegExp(`^${line} the bridge itself failed \\(Error\\)\\. +at `)),
    ]);
    expect(logs.lines.join()).not.toContain('98000');
  });

  it("live under a prefix and a version of the host's, beside its interceptors and filters", async () => {
    const base = await start((host) => {
      host.setGlobalPrefix('api');
      host.enableVersioning({ type: VersioningType.URI, defaultVersion: '3' });
      host.useGlobalInterceptors(new Wrapping());
      host.useGlobalFilters(new HostsFilter());
    });
    expect(await call(base, '/api/whatsapp/aisensy/webhook?token=t-new', { body: REPORTS })).toMatchObject(OK);
    expect(await call(base, '/api/whatsapp/aisensy/webhook', { body: REPORTS })).toMatchObject(UNAUTHORIZED);
    expect(await call(base, '/api/whatsapp/aisensy/webhook', { method: 'GET' })).toMatchObject(OK);
    expect(callbacks.taken).toHaveLength(1);
  });

  it('store nothing of a request that was broken off', async () => {
    const base = await start();
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    const head = ['POST /whatsapp/aisensy/webhook?token=t-new HTTP/1.1', 'Host: x', `Content-Length: ${REPORTS.length + 1}`];
    socket.write(`${head.join('\r\n')}\r\n\r\n${REPORTS}`);
    socket.end();
    socket.resume();
    await once(socket, 'close');
    expect(await post(base, '{"topic":"contact.created"}')).toMatchObject(OK);
    expect(callbacks.taken).toEqual([]);
  });

  it('carry the decorators of the registration, and stand beside those of another path', async () => {
    @Injectable()
    class Closed implements CanActivate {
      canActivate(): boolean {
        return false;
      }
    }
    const closed = await start(undefined, 'hooks/wa', Closed);
    expect(await call(closed, '/hooks/wa/aisensy/webhook?token=t-new', { body: REPORTS })).toMatchObject({ status: 403 });
    await app?.close();
    const open = await start(undefined, 'other');
    expect(await call(open, '/other/aisensy/webhook?token=t-new', { body: REPORTS })).toMatchObject(OK);
    expect((await call(open, '/hooks/wa/aisensy/webhook', { method: 'GET' })).status).toBe(404);
  });
});

describe('AiSensyGuard', () => {
  it("can be put on a host's own route, with its own way to find the token", async () => {
    @Injectable()
    class HeaderTokenGuard extends AiSensyGuard {
      protected override tokens({ headers }: { headers: Record<string, unknown> }): string[] {
        return [String(headers['x-token'])];
      }
    }
    @Controller('mine')
    class MineController {
      @Get()
      @UseGuards(HeaderTokenGuard)
      get(): string {
        return 'mine';
      }
    }
    const app = await testingHost('Express', {
      controllers: [MineController],
      providers: [
        ...KEY_GUESS_PROVIDERS, HeaderTokenGuard,
        { provide: RESOLVED_OPTIONS, useValue: { accounts: ACCOUNTS, throttle: { limit: 4, ttlMs: 60_000 } } },
      ],
    });
    try {
      const base = await listen(app);
      expect(await call(base, '/mine', { method: 'GET', headers: { 'X-Token': 't-new' } })).toMatchObject({ status: 200, text: 'mine' });
      expect((await call(base, '/mine?token=t-new', { method: 'GET' })).status).toBe(401);
    } finally {
      await app.close();
    }
  });
});
