import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, SetMetadata, ValidationPipe } from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, INestApplication, NestInterceptor, Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, Reflector } from '@nestjs/core';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { gzipSync } from 'node:zlib';
import { SENT_NAMES, sent, sentBytes } from '../../test/support/clevertap-fixtures.ts';
import { PLATFORMS, call, listen, testingHost } from '../../test/support/http-hosts.ts';
import type { Answer, Call } from '../../test/support/http-hosts.ts';
import { now } from '../clock.ts';
import { SUBMISSIONS } from '../dispatch/submission.ts';
import type { SubmissionAnswer, SubmissionPort } from '../dispatch/submission.ts';
import { BodyReader } from '../http/body-reader.ts';
import { KEY_GUESS_PROVIDERS } from '../http/key-guess-throttler.ts';
import type { OutboundMessage } from '../messages/outbound-message.ts';
import { Accounts } from '../options/accounts.ts';
import { RESOLVED_OPTIONS } from '../options/resolved-options.ts';
import type { Account } from '../options/resolved-options.ts';
import type { CleverTapOptions } from '../whatsapp-bridge.options.ts';
import { createCleverTapController } from './clevertap.controller.ts';
import { CleverTapGuard } from './clevertap.guard.ts';

const PATH = '/whatsapp/clevertap/messages';
const SHOP = '+918889500122';
const HELP = '+918889500123';
const BOTH = '+918889500124';
const SHOP_KEY = { 'X-Api-Key': 'shop-key', 'X-Tenant': 'shop' };
const ROTATED_KEY = { 'x-api-key': 'shop-key-2', 'x-tenant': 'shop' };
const HELP_KEY = { Authorization: `Basic ${Buffer.from('ct:päss:word').toString('base64')}` };

const SUCCESS = '{"status":"success"}';
const UNAUTHORIZED = '{"status":"failure","error":{"code":2000,"message":"Invalid credentials"}}';
const CANNOT_PROCESS = '{"status":"failure","error":{"message":"The message could not be stored and was not sent"}}';

const account = (nickname: string, mobileNumber: string, cleverTap: Partial<CleverTapOptions>, isDefault = false): Account =>
  ({ nickname, mobileNumber, isDefault, cleverTap }) as Account;

/** Accounts of three kinds: by headers with a key in rotation, by Basic, and by either. */
const accountsWith = (defaultNumber?: string): Account[] => [
  account('shop', SHOP, { headers: { 'X-Api-Key': ['shop-key', 'shop-key-2'], 'X-Tenant': 'shop' } }, defaultNumber === SHOP),
  account('help', HELP, { basic: { username: 'ct', password: 'päss:word' } }, defaultNumber === HELP),
  account('both', BOTH, { headers: { 'X-Both': 'both-key' }, basic: { username: 'both', password: 'b' } }, defaultNumber === BOTH),
];

/** Keeps what it is handed, and answers as it is told. */
class RecordingSubmissions implements SubmissionPort {
  readonly taken: { way: 'submit' | 'validate'; message: OutboundMessage; arrivedAt: number }[] = [];
  answer: () => Promise<SubmissionAnswer> = () => Promise.resolve({ kind: 'accepted' });

  submit(message: OutboundMessage, arrivedAt: number): Promise<SubmissionAnswer> {
    this.taken.push({ way: 'submit', message, arrivedAt });
    return this.answer();
  }

  validate(message: OutboundMessage, arrivedAt: number): Promise<SubmissionAnswer> {
    this.taken.push({ way: 'validate', message, arrivedAt });
    return this.answer();
  }
}

/** A host that wraps every answer, catches every error in a page of its own, and checks every body. */
class WrappingInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ wrapped: data })));
  }
}
class HtmlFilter {
  catch(_: unknown, host: { switchToHttp(): { getResponse(): { status(code: number): { send(body: string): void } } } }): void {
    host.switchToHttp().getResponse().status(418).send('<html>oops</html>');
  }
}
const STUBBORN_HOST: Provider[] = [
  { provide: APP_INTERCEPTOR, useClass: WrappingInterceptor },
  { provide: APP_FILTER, useClass: HtmlFilter },
  { provide: APP_PIPE, useFactory: () => new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }) },
];

@Injectable()
class OnlyPublicGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    return this.reflector.get('public', context.getClass()) === true;
  }
}

describe.each(PLATFORMS)('the provider endpoint on %s', (platform) => {
  let app: INestApplication;
  let base: string;
  let submissions: RecordingSubmissions;

  async function start(
    accounts = accountsWith(), providers: Provider[] = [], path = 'whatsapp', decorators: ClassDecorator[] = [],
  ): Promise<void> {
    await app?.close();
    submissions = new RecordingSubmissions();
    app = await testingHost(platform, {
      controllers: [createCleverTapController(path, decorators)],
      providers: [
        ...KEY_GUESS_PROVIDERS,
        BodyReader,
        CleverTapGuard,
        { provide: Accounts, useValue: new Accounts(accounts) },
        { provide: SUBMISSIONS, useValue: submissions },
        {
          provide: RESOLVED_OPTIONS,
          useValue: { path, accounts, throttle: { limit: 5, ttlMs: 60_000 }, bodyLimits: { messages: 262_144, callbacks: 262_144 } },
        },
        ...providers,
      ],
    });
    base = await listen(app);
  }

  beforeEach(() => start());
  afterEach(() => app.close());

  const post = (body: Call['body'], headers: Record<string, string> = SHOP_KEY, path = PATH): Promise<Answer> =>
    call(base, path, { headers: { 'Content-Type': 'application/json', ...headers }, body });
  const postTo = (wabaNumber: unknown, headers: Record<string, string>): Promise<Answer> =>
    post(JSON.stringify({ ...sent('freeform-text'), wabaNumber }), headers);

  function expectAnswer(answer: Answer, status: number, body: string): void {
    expect({ status: answer.status, body: answer.text, type: answer.headers['content-type'] })
      .toEqual({ status, body, type: 'application/json; charset=utf-8' });
  }

  it.each(SENT_NAMES)('takes %s, and hands its bytes in', async (name) => {
    const before = now();
    expectAnswer(await post(sentBytes(name)), 200, SUCCESS);
    const [{ way, message, arrivedAt }] = submissions.taken as [RecordingSubmissions['taken'][0]];
    expect(submissions.taken).toHaveLength(1);
    expect(way).toBe(name === 'validation' ? 'validate' : 'submit');
    expect(message).toEqual({
      msgId: sent(name)['msgId'], origin: 'clevertap', account: SHOP, to: '+919800000001', content: expect.anything(),
      wire: expect.anything(),
    });
    expect(message.wire).toBe(sentBytes(name).toString());
    expect(arrivedAt).toBeGreaterThanOrEqual(before);
    expect(arrivedAt).toBeLessThanOrEqual(now());
  });

  it('takes a message inside body, compressed, in parts, and under any content type', async () => {
    const bytes = sentBytes('template-carousel');
    expectAnswer(await post(JSON.stringify({ body: sent('validation') })), 200, SUCCESS);
    expectAnswer(await post(gzipSync(bytes), { ...SHOP_KEY, 'Content-Encoding': 'gzip' }), 200, SUCCESS);
    expectAnswer(await post([bytes.subarray(0, 100), bytes.subarray(100)]), 200, SUCCESS);
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'multipart/form-data', '*'];
    for (const type of types) {
      expectAnswer(await post(bytes, { ...SHOP_KEY, 'Content-Type': type }), 200, SUCCESS);
    }
    expectAnswer(await call(base, PATH, { headers: SHOP_KEY, body: bytes }), 200, SUCCESS);
    expect(submissions.taken[0]!.way).toBe('validate');
    for (const { message } of submissions.taken.slice(1)) expect(message.wire).toBe(bytes.toString());
    expect(submissions.taken).toHaveLength(9);
  });

  const NOT_JSON = '{"message":"The body is not JSON in UTF-8"}';
  const NO_OBJECT = '{"message":"The body is not a JSON object"}';
  const NO_CONTENT = '{"message":"The body holds neither a template nor a freeform message"}';
  const NO_NUMBER = '{"status":"failure","error":{"code":2002,"message":"Invalid phone number: '
    + 'to is not a phone number with its country code"}}';
  const change = (members: object): string => JSON.stringify({ ...sent('freeform-text'), ...members });
  it.each<[string, Call['body'], number, string]>([
    ['an empty body', '', 403, NOT_JSON],
    ['text', 'hello', 403, NOT_JSON],
    ['half an object', '{"msgId":"1', 403, NOT_JSON],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from('{"msgId":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]), 403, NOT_JSON],
    ['an array', '[]', 403, NO_OBJECT],
    ['a number', '5', 403, NO_OBJECT],
    ['a string', '"text"', 403, NO_OBJECT],
    ['null', 'null', 403, NO_OBJECT],
    ['an empty object', '{}', 403, '{"message":"msgId is missing"}'],
    ['a msgId without end', change({ msgId: 'm'.repeat(256) }), 403, '{"message":"msgId is longer than 255 characters"}'],
    ['a message without content', change({ text: undefined }), 403, NO_CONTENT],
    ['300 kB', change({ text: { body: 'x'.repeat(300_000) } }), 403, '{"message":"The body is too large"}'],
    ['deep nesting', '['.repeat(100_000), 403, NOT_JSON],
    ['a number that is none', change({ to: '12345' }), 200, NO_NUMBER],
    ['no number', change({ to: undefined }), 200, NO_NUMBER],
  ])('refuses %s', async (_, body, status, text) => {
    for (const type of ['application/json', 'text/plain']) {
      expectAnswer(await post(body, { ...SHOP_KEY, 'Content-Type': type }), status, text);
    }
    expect(submissions.taken).toEqual([]);
  });

  it('refuses what it cannot decompress', async () => {
    expectAnswer(await post('{}', { ...SHOP_KEY, 'Content-Encoding': 'gzip' }), 403, '{"message":"The body could not be read"}');
  });

  it('takes the right second key while it rotates, and Basic', async () => {
    expectAnswer(await postTo(SHOP, ROTATED_KEY), 200, SUCCESS);
    expectAnswer(await postTo(HELP, HELP_KEY), 200, SUCCESS);
    expectAnswer(await postTo(HELP, { Authorization: HELP_KEY.Authorization.replace('Basic', 'basic ') }), 200, SUCCESS);
    expectAnswer(await postTo(BOTH, { 'X-Both': 'both-key' }), 200, SUCCESS);
    expectAnswer(await postTo(BOTH, { Authorization: `Basic ${Buffer.from('both:b').toString('base64')}` }), 200, SUCCESS);
    expect(submissions.taken.map(({ message }) => message.account)).toEqual([SHOP, HELP, HELP, BOTH, BOTH]);
  });

  it.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['a wrong key', { ...SHOP_KEY, 'X-Api-Key': 'shop-key-3' }],
    ['a longer key', { ...SHOP_KEY, 'X-Api-Key': 'shop-key-22' }],
    ['both keys at once', { ...SHOP_KEY, 'X-Api-Key': 'shop-key, shop-key-2' }],
    ['half of the headers', { 'X-Api-Key': 'shop-key' }],
    ['an empty key', { 'X-Api-Key': '', 'X-Tenant': '' }],
    ['a wrong password', { Authorization: `Basic ${Buffer.from('ct:wrong').toString('base64')}` }],
    ['the password under another scheme', { Authorization: HELP_KEY.Authorization.replace('Basic', 'Bearer') }],
    ['no Basic at all', { Authorization: 'Basic' }],
    ['the empty Basic', { Authorization: `Basic ${Buffer.from(':').toString('base64')}` }],
  ])('refuses %s', async (_, headers) => {
    expectAnswer(await post(sentBytes('freeform-text'), headers), 401, UNAUTHORIZED);
    expect(submissions.taken).toEqual([]);
  });

  it('refuses the key of another account', async () => {
    expectAnswer(await postTo(HELP, SHOP_KEY), 401, UNAUTHORIZED);
    expectAnswer(await postTo(SHOP, HELP_KEY), 401, UNAUTHORIZED);
    expect(submissions.taken).toEqual([]);
  });

  it('takes either account where the request carries the keys of both', async () => {
    const keys = { ...SHOP_KEY, ...HELP_KEY };
    expectAnswer(await postTo(HELP, keys), 200, SUCCESS);
    expectAnswer(await postTo(SHOP.slice(1), keys), 200, SUCCESS);
    expect(submissions.taken.map(({ message }) => message.account)).toEqual([HELP, SHOP]);
  });

  it('refuses a number that no account has, where none is the default', async () => {
    const noAccount = '{"status":"failure","error":{"code":2004,"message":"No account has the wabaNumber of this message: '
      + 'add its number to the accounts of the bridge, or make one account the default"}}';
    for (const number of ['+918889500199', '', undefined, 'rubbish', { no: 1 }]) {
      expectAnswer(await postTo(number, SHOP_KEY), 200, noAccount);
    }
    expect(submissions.taken).toEqual([]);
  });

  it('takes a number that no account has for the default account, with that account\'s key', async () => {
    await start(accountsWith(SHOP));
    for (const number of ['+918889500199', undefined, 'rubbish']) expectAnswer(await postTo(number, SHOP_KEY), 200, SUCCESS);
    expectAnswer(await postTo('+918889500199', HELP_KEY), 401, UNAUTHORIZED);
    expectAnswer(await postTo(HELP, HELP_KEY), 200, SUCCESS);
    expect(submissions.taken.map(({ message }) => message.account)).toEqual([SHOP, SHOP, SHOP, HELP]);
  });

  it('slows a guesser down, and nobody else', async () => {
    const guess = (): Promise<Answer> => post(sentBytes('freeform-text'), { 'X-Api-Key': 'guess' });
    for (let i = 0; i < 5; i++) expectAnswer(await guess(), 401, UNAUTHORIZED);
    expectAnswer(await guess(), 429, '{"message":"Too many requests with wrong credentials"}');
    for (let i = 0; i < 20; i++) expectAnswer(await post(sentBytes('freeform-text')), 200, SUCCESS);
  });

  it.each<[SubmissionAnswer, number, string]>([
    [{ kind: 'refused', reason: { code: 1001, title: '132000: values' } }, 200,
      '{"status":"failure","error":{"code":2001,"message":"132000: values"}}'],
    [{ kind: 'refused', reason: { code: 1000, title: 'Bad key' } }, 200, '{"status":"failure","error":{"code":2000,"message":"Bad key"}}'],
    [{ kind: 'refused', reason: { code: 1009, title: 'Other' } }, 200, '{"status":"failure","error":{"code":2004,"message":"Other"}}'],
    [{ kind: 'conflict' }, 200,
      '{"status":"failure","error":{"code":2004,"message":"Conflict: this msgId came before with another message, '
        + 'and this one was not sent"}}'],
    [{ kind: 'overloaded' }, 429, '{"message":"Too many messages are waiting, this one was not taken"}'],
  ])('answers %j', async (answer, status, body) => {
    submissions.answer = () => Promise.resolve(answer);
    expectAnswer(await post(sentBytes('freeform-text')), status, body);
    expectAnswer(await post(sentBytes('validation')), status, body);
  });

  it('answers that it cannot process a message that could not be kept', async () => {
    for (const answer of [() => Promise.reject(new Error('disk full: secret')), () => { throw new Error('secret'); }]) {
      submissions.answer = answer;
      expectAnswer(await post(sentBytes('freeform-text')), 500, CANNOT_PROCESS);
    }
  });

  it('answers alike in a host that wraps answers, catches errors and checks bodies of its own', async () => {
    await start(accountsWith(), STUBBORN_HOST);
    expectAnswer(await post(sentBytes('template-carousel')), 200, SUCCESS);
    expectAnswer(await post('no'), 403, NOT_JSON);
    expectAnswer(await post(''), 403, NOT_JSON);
    expectAnswer(await post(sentBytes('freeform-text'), {}), 401, UNAUTHORIZED);
    submissions.answer = () => Promise.reject(new Error('no'));
    expectAnswer(await post(sentBytes('freeform-text')), 500, CANNOT_PROCESS);
    for (let i = 0; i < 4; i++) await post('', {});
    expectAnswer(await post('', {}), 429, '{"message":"Too many requests with wrong credentials"}');
  });

  it('answers in its own form what the host\'s code throws in front of it', async () => {
    class BreakingInterceptor { intercept(): never { throw new Error('secret'); } }
    await start(accountsWith(), [...STUBBORN_HOST, { provide: APP_INTERCEPTOR, useClass: BreakingInterceptor }]);
    expectAnswer(await post(sentBytes('freeform-text')), 500, CANNOT_PROCESS);
  });

  it('logs refusals without what they were about', async () => {
    const lines: string[] = [];
    const keep = (...parts: unknown[]): void => void lines.push(parts.join(' '));
    await start();
    app.useLogger({ log: keep, error: keep, warn: keep });
    await post(change({ to: '0000000042', text: { body: 'secret body' } }));
    await post(`{"secret body": 919800000001, "msgId": 1`);
    await postTo('+918889500199', SHOP_KEY);
    await postTo(HELP, SHOP_KEY);
    submissions.answer = () => Promise.reject(new Error('secret body'));
    await post(sentBytes('freeform-text'));
    submissions.answer = () => Promise.resolve({ kind: 'refused', reason: { code: 1002, title: '919800000001 is no number' } });
    await post(sentBytes('freeform-text'));
    app.useLogger(false);
    expect(lines.map((line) => line.replace(/ +WhatsAppBridge$/, ''))).toEqual([
      'to is not a phone number with its country code', 'The body is not JSON in UTF-8',
      'no account has its wabaNumber, and no account is the default',
      'it is for account help, and came with the credentials of another', 'it could not be kept (Error)', 'AiSensy refused it',
    ].map((kind) => `A message from CleverTap was not taken: ${kind}`));
  });

  it('bears the decorators of the host', async () => {
    const guarded = { provide: APP_GUARD, inject: [Reflector], useFactory: (reflector: Reflector) => new OnlyPublicGuard(reflector) };
    await start(accountsWith(), [guarded], 'whatsapp', [SetMetadata('public', true)]);
    expectAnswer(await post(sentBytes('freeform-text')), 200, SUCCESS);
    await start(accountsWith(), [guarded]);
    expect((await post(sentBytes('freeform-text'))).status).toBe(403);
  });

  it('answers under the path of each registration', async () => {
    const first = { app, base };
    app = undefined as unknown as INestApplication;
    await start(accountsWith(), [], 'hooks/wa');
    expectAnswer(await post(sentBytes('freeform-text'), SHOP_KEY, '/hooks/wa/clevertap/messages'), 200, SUCCESS);
    expectAnswer(await call(first.base, PATH, { headers: SHOP_KEY, body: sentBytes('freeform-text') }), 200, SUCCESS);
    expect((await post(sentBytes('freeform-text'))).status).toBe(404);
    await first.app.close();
  });
});
