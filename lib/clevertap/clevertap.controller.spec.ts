import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { SENT_NAMES, sent, sentBytes } from '../../test/support/clevertap-fixtures.ts';
import { PLATFORMS, call } from '../../test/support/http-hosts.ts';
import type { Call } from '../../test/support/http-hosts.ts';
import {
  CANNOT_PROCESS, HELP, NOT_JSON, PATH, ProviderEndpoint, SHOP, SHOP_KEY, SUCCESS, expectAnswer,
} from '../../test/support/provider-endpoint.ts';
import type { RecordingSubmissions } from '../../test/support/provider-endpoint.ts';
import { now } from '../clock.ts';
import type { SubmissionAnswer } from '../dispatch/submission.ts';
import { LedgerError } from '../ledger/ledger.errors.ts';

const change = (members: object): string => JSON.stringify({ ...sent('freeform-text'), ...members });

describe.each(PLATFORMS)('the provider endpoint on %s', (platform) => {
  let endpoint: ProviderEndpoint;

  beforeEach(async () => { endpoint = await ProviderEndpoint.start(platform); });
  afterEach(() => endpoint.close());

  it.each(SENT_NAMES)('takes %s, and hands its bytes in', async (name) => {
    const before = now();
    expectAnswer(await endpoint.post(sentBytes(name)), 200, SUCCESS);
    const [{ way, message, arrivedAt }] = endpoint.submissions.taken as [RecordingSubmissions['taken'][0]];
    expect(endpoint.submissions.taken).toHaveLength(1);
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
    expectAnswer(await endpoint.post(JSON.stringify({ body: sent('validation') })), 200, SUCCESS);
    expectAnswer(await endpoint.post(gzipSync(bytes), { ...SHOP_KEY, 'Content-Encoding': 'gzip' }), 200, SUCCESS);
    expectAnswer(await endpoint.post([bytes.subarray(0, 100), bytes.subarray(100)]), 200, SUCCESS);
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'multipart/form-data', '*'];
    for (const type of types) {
      expectAnswer(await endpoint.post(bytes, { ...SHOP_KEY, 'Content-Type': type }), 200, SUCCESS);
    }
    expectAnswer(await call(endpoint.base, PATH, { headers: SHOP_KEY, body: bytes }), 200, SUCCESS);
    expect(endpoint.submissions.taken[0]!.way).toBe('validate');
    for (const { message } of endpoint.submissions.taken.slice(1)) expect(message.wire).toBe(bytes.toString());
    expect(endpoint.submissions.taken).toHaveLength(9);
  });

  const NO_OBJECT = '{"message":"The body is not a JSON object"}';
  const NO_CONTENT = '{"message":"The body holds neither a template nor a freeform message"}';
  const NO_NUMBER = '{"status":"failure","error":{"code":2002,"message":"Invalid phone number: '
    + 'to is not a phone number with its country code"}}';
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
      expectAnswer(await endpoint.post(body, { ...SHOP_KEY, 'Content-Type': type }), status, text);
    }
    expect(endpoint.submissions.taken).toEqual([]);
  });

  it('refuses what it cannot decompress', async () => {
    expectAnswer(await endpoint.post('{}', { ...SHOP_KEY, 'Content-Encoding': 'gzip' }), 403, '{"message":"The body could not be read"}');
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
    endpoint.submissions.answer = () => Promise.resolve(answer);
    expectAnswer(await endpoint.post(sentBytes('freeform-text')), status, body);
    expectAnswer(await endpoint.post(sentBytes('validation')), status, body);
  });

  it('answers that it cannot process a message that could not be kept', async () => {
    for (const answer of [() => Promise.reject(new Error('disk full: secret')), () => { throw new Error('secret'); }]) {
      endpoint.submissions.answer = answer;
      expectAnswer(await endpoint.post(sentBytes('freeform-text')), 500, CANNOT_PROCESS);
    }
  });

  it('logs refusals without what they were about', async () => {
    const lines: string[] = [];
    const keep = (...parts: unknown[]): void => void lines.push(parts.join(' '));
    endpoint.app.useLogger({ log: keep, error: keep, warn: keep });
    await endpoint.post(change({ to: '0000000042', text: { body: 'secret body' } }));
    await endpoint.post(`{"secret body": 919800000001, "msgId": 1`);
    await endpoint.postTo('+918889500199', SHOP_KEY);
    await endpoint.postTo(HELP, SHOP_KEY);
    endpoint.submissions.answer = () => Promise.reject(new Error('secret body'));
    await endpoint.post(sentBytes('freeform-text'));
    endpoint.submissions.answer = () => Promise.resolve({ kind: 'refused', reason: { code: 1002, title: '919800000001 is no number' } });
    await endpoint.post(sentBytes('freeform-text'));
    endpoint.submissions.answer = () => Promise.resolve({ kind: 'refused', reason: { code: 1005, title: '131026: not to 919800000001' } });
    await endpoint.post(sentBytes('freeform-text'));
    endpoint.submissions.answer = () => Promise.reject(new LedgerError('full', 'database or disk is full'));
    await endpoint.post(sentBytes('freeform-text'));
    endpoint.submissions.answer = () => Promise.resolve({ kind: 'overloaded' });
    await endpoint.post(sentBytes('freeform-text'));
    for (const free of [100, 101, 102]) {
      endpoint.submissions.shortage = { reason: 'disk', what: 'too little disk is free', numbers: `${free} bytes are left` };
      await endpoint.post(sentBytes('freeform-text'));
    }
    endpoint.app.useLogger(false);
    expect(lines.map((line) => line.replace(/ +WhatsAppBridge$/, ''))).toEqual([
      'to is not a phone number with its country code', 'The body is not JSON in UTF-8',
      'no account has its wabaNumber, and no account is the default',
      'it is for account help, and came with the credentials of another', "it, or AiSensy's refusal of it, could not be recorded (account shop), since the bridge itself failed (Error)", 'AiSensy refused it (account shop: 1002, invalid phone number)',
      'AiSensy refused it (account shop: 1005, unavailable or not on WhatsApp; original code 131026)', "it, or AiSensy's refusal of it, could not be recorded (account shop), since the ledger's disk is full: make room on it",
      'the backlog is full (account shop)', 'too little disk is free (account shop): 100 bytes are left',
    ].map((kind) => `A message from CleverTap was not taken: ${kind}`));
  });
});
