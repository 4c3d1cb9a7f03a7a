import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createHttpSender } from '../http/http-sender.ts';
import type { Verdict } from '../messages/verdict.ts';
import { CleverTapTransport } from './clevertap.transport.ts';
import type { TransportMessage } from './transport.ts';

interface Answer {
  status: number;
  body?: unknown;
  headers?: OutgoingHttpHeaders;
}

/** CleverTap's form of a refusal. */
function failure(code: unknown, message: string, status = 200): Answer {
  return { status, body: { status: 'failure', error: { code, message } } };
}

/** Meta's form of one. */
function meta(code: number, message?: string, status = 400): Answer {
  return { status, body: { error: { code, message } } };
}

/** AiSensy's own form of one. */
function words(status: number, message: string): Answer {
  return { status, body: { message } };
}

const KEY = 'Bearer ctk-77';
const MESSAGE: Omit<TransportMessage, 'content'> = { msgId: '1|2|3|4', to: '+919800000001', account: '+918889500122', wire: '{"a":1}' };

const received: { request: IncomingMessage; body: Buffer }[] = [];
let next: Answer | ((socket: Socket) => void) = { status: 200 };

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    received.push({ request, body: Buffer.concat(chunks) });
    if (typeof next === 'function') return next(request.socket);
    const { status, body = '', headers = {} } = next;
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
});

const open: CleverTapTransport[] = [];

interface Changes {
  origin?: string;
  path?: string;
  timeoutMs?: number;
  headers?: Record<string, string>;
}

function here(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function transport({ origin = here(), path = '/t1/messages', timeoutMs = 5_000, headers = { Authorization: KEY } }: Changes = {}) {
  const aiSensy = { transport: 'clevertap' as const, endpoint: origin + path, headers, timeoutMs, callbacks: {} };
  const made = new CleverTapTransport({ nickname: 'AiSensy_WA', aiSensy }, createHttpSender({ connections: 5 }));
  open.push(made);
  return made;
}

function send(answer: typeof next, message: Partial<TransportMessage> = {}): Promise<Verdict> {
  next = answer;
  return transport().send({ ...MESSAGE, ...message });
}

const debug = jest.fn();

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

beforeEach(() => {
  Logger.overrideLogger({ log: debug, error: debug, warn: debug, debug });
});

afterEach(async () => {
  received.length = 0;
  debug.mockClear();
  Logger.overrideLogger(['error', 'warn']);
  await Promise.all(open.splice(0).map((made) => made.close()));
});

afterAll(async () => {
  server.close();
  await once(server, 'close');
});

describe('CleverTapTransport', () => {
  it('forwards the bytes as they are, with the account\'s headers', async () => {
    const wire = await readFile(new URL('../../test/fixtures/clevertap/send/template-carousel.json', import.meta.url));
    const pasted = { 'content-type': 'text/plain', 'Content-Length': '3', Connection: 'close', Host: 'elsewhere', 'Accept-Encoding': 'gzip, br' };
    const headers = { Authorization: KEY, 'X-Other': 'two', ...pasted };
    await transport({ headers, path: '/clever-tap/t1/messages?x=%7c|' }).send({ ...MESSAGE, wire: wire.toString() });
    const [{ request, body }] = received as [(typeof received)[0]];
    expect(body.equals(wire)).toBe(true);
    expect(request.method).toBe('POST');
    expect(request.url).toBe('/clever-tap/t1/messages?x=%7c|');
    expect(request.headers).toMatchObject({ authorization: KEY, 'x-other': 'two' });
    expect(request.headers).toMatchObject({ 'content-type': 'application/json', connection: 'keep-alive', 'accept-encoding': 'identity' });
    expect(request.headers.host).toMatch(/^127\.0\.0\.1/);
  });

  it.each<[string, Answer, string[]]>([
    ['success', { status: 200, body: { status: 'success' } }, []],
    ['success in other letters, with a code', { status: 202, body: { status: 'SUCCESS', error: null } }, []],
    ['submitted_message_id', { status: 200, body: { success: 'true', submitted_message_id: 's-1' } }, ['s-1']],
    ['messageId and id, and a number', { status: 200, body: { status: 'success', messageId: 'm-1', id: 7 } }, ['m-1', '7']],
    ['the same id twice', { status: 200, body: { messageId: 'm-1', id: 'm-1' } }, ['m-1']],
    ['Meta\'s form', { status: 200, body: { messages: [{ id: 'wamid.1' }] } }, ['wamid.1']],
    ['ids under data', { status: 200, body: { data: { messageId: 'm-2', messages: [{ id: 'wamid.2' }] } } }, ['m-2', 'wamid.2']],
    ['our own id only', { status: 200, body: { status: 'success', messageId: '1|2|3|4', id: ' ' } }, []],
    ['an empty error', { status: 200, body: { error: {} } }, []],
    ['no body', { status: 200 }, []],
    ['no content', { status: 204 }, []],
    ['no JSON', { status: 200, body: '<html>OK' }, []],
    ['no object', { status: 200, body: '[1]' }, []],
    ['half of a JSON', { status: 200, body: '{"status":"fail' }, []],
  ])('takes %s as taken', async (_name, answer, names) => {
    expect(await send(answer)).toEqual({ kind: 'taken', names });
  });

  it.each<[string, Answer, number, string]>([
    ['2001', failure(2001, 'Wrong parameters'), 1001, '2001: Wrong parameters'],
    ['2002', failure('2002', 'Bad number'), 1002, '2002: Bad number'],
    ['2003', failure(2003, 'Not subscribed', 400), 1006, '2003: Not subscribed'],
    ['2004', failure(2004, 'Something'), 1009, '2004: Something'],
    ['2004 with words', failure(2004, 'Invalid Number'), 1002, '2004: Invalid Number'],
    ['2004 where no endpoint is', failure(2004, 'No such template', 404), 1009, '2004: No such template'],
    ['2001 where no credential is', failure(2001, 'Bad request', 403), 1001, '2001: Bad request'],
    ['words only', { status: 200, body: { status: 'failure', error: 'Campaign is Not Live' } }, 1001, 'Campaign is Not Live'],
    ['a phone number where a code belongs', failure('919800000001', 'Not on WhatsApp'), 1009, 'Not on WhatsApp'],
    ['success: false', { status: 200, body: { success: false, message: 'No' } }, 1009, 'No'],
    ['success: "false"', { status: 200, body: { success: 'false' } }, 1009, 'AiSensy refused the message (HTTP 200)'],
    ['status: false', { status: 200, body: { status: false, message: 'No' } }, 1009, 'No'],
    ['an error object', meta(131026, 'Message undeliverable', 200), 1005, '131026: Message undeliverable'],
    ['errorMessage', { status: 200, body: { errorMessage: 'Media URL Missing' } }, 1001, 'Media URL Missing'],
    ['Meta\'s code in front', meta(131049, '131049: healthy ecosystem'), 1010, '131049: healthy ecosystem'],
    ['Meta\'s code in the words', words(400, '(#131030) Recipient not in allowed list'), 1002, '131030: Recipient not in allowed list'],
    ['parameters', words(400, 'Template params does not match the campaign'), 1001, 'Template params does not match the campaign'],
    ['no campaign', words(404, 'Campaign does not exist.'), 1001, 'Campaign does not exist.'],
    ['a bad number', { status: 400, body: { errorMessage: 'Invalid Number', errorCode: 400 } }, 1002, 'Invalid Number'],
    ['words behind 403', words(403, 'Media URL Missing'), 1001, 'Media URL Missing'],
    ['other words', words(400, 'Nope'), 1009, 'Nope'],
    ['no words', { status: 422 }, 1009, 'AiSensy refused the message (HTTP 422)'],
    ['a page', { status: 413, body: '<html>' }, 1009, 'AiSensy refused the message (HTTP 413)'],
    ['what the message holds', words(400, 'No WhatsApp on +91 98000 00001, key ctk-77'), 1009, 'No WhatsApp on …, key …'],
    ['a failed medium that may not be tried again', meta(131053, 'Media upload error'), 1001, '131053: Media upload error'],
  ])('refuses one message for %s', async (_name, answer, code, title) => {
    expect(await send(answer)).toEqual({ kind: 'refused', reason: { code, title } });
  });

  it.each<[string, Answer, number, string]>([
    ['2000', failure(2000, 'Invalid key ctk-77'), 1000, '2000: Invalid key …'],
    ['no plan, by 2004', failure(2004, 'No Plan active on assistant!'), 1009, '2004: No Plan active on assistant!'],
    ['no plan, by 2001', failure(2001, 'No Plan active'), 1009, '2001: No Plan active'],
    ['no plan', { status: 400, body: { message: 'No Plan active', name: 'ERR400', errorCode: 400 } }, 1009, 'No Plan active'],
    ['401', words(401, 'Invalid number of segments'), 1000, 'Invalid number of segments'],
    ['403', meta(403, 'Forbidden', 403), 1000, 'Forbidden'],
    ['403 without words', { status: 403 }, 1000, 'AiSensy refused the message (HTTP 403)'],
    ['422 Invalid Token!', words(422, 'Invalid Token!'), 1000, 'Invalid Token!'],
    ['402', words(402, 'Insufficient WhatsApp Conversation Credits (WCC)!'), 1009, 'Insufficient WhatsApp Conversation Credits (WCC)!'],
    ['402 without words', { status: 402 }, 1009, 'AiSensy refused the message (HTTP 402)'],
    ['404', { status: 404, body: 'Cannot POST /' }, 1009, 'AiSensy\'s endpoint answered 404: check the account\'s endpoint'],
    ['405', words(405, 'Method Not Allowed'), 1009, 'AiSensy\'s endpoint answered 405: check the account\'s endpoint'],
    ['301', { status: 301, headers: { Location: '/elsewhere' } }, 1009, 'AiSensy\'s endpoint answered 301: check the account\'s endpoint'],
    ['a blocked number', meta(131031, 'Account locked'), 1010, '131031: Account locked'],
  ])('refuses all of the account\'s for %s', async (_name, answer, code, title) => {
    expect(await send(answer)).toEqual({ kind: 'refused', scope: 'account', reason: { code, title } });
    expect(received).toHaveLength(1);
  });

  it.each<[string, Answer, Partial<TransportMessage>, Omit<Extract<Verdict, { kind: 'retryable' }>, 'kind' | 'reason'>, number]>([
    ['429', words(429, 'Slow down'), {}, { scope: 'account' }, 1004],
    ['429 with seconds', { status: 429, headers: { 'Retry-After': '3' } }, {}, { scope: 'account', retryAfterMs: 3_000 }, 1004],
    ['130429', meta(130429, 'Rate limit hit'), {}, { scope: 'account' }, 1004],
    ['130429 in a 200', meta(130429, 'Rate limit hit', 200), {}, { scope: 'account' }, 1004],
    ['131056, one person', meta(131056, 'Pair rate', 429), {}, { retryAfterMs: 6_000 }, 1004],
    ['131056, told to wait longer', { ...meta(131056), headers: { 'retry-after': '10' } }, {}, { retryAfterMs: 10_000 }, 1004],
    ['131016', meta(131016, 'Service overloaded'), {}, {}, 1009],
    ['134101', meta(134101, 'Template is being synced'), {}, { retryAfterMs: 600_000 }, 1001],
    ['132069', meta(132069, 'Later'), {}, { retryAfterMs: 600_000 }, 1009],
    ['131053 at its first attempt', meta(131053, 'Media'), { attempts: 0 }, {}, 1001],
  ])('may be tried again after %s', async (_name, answer, message, rest, code) => {
    expect(await send(answer, message)).toEqual({ kind: 'retryable', reason: { code, title: expect.any(String) }, ...rest });
  });

  it('reads a date in Retry-After', async () => {
    const verdict = await send({ status: 429, headers: { 'Retry-After': new Date(Date.now() + 60_000).toUTCString() } });
    expect(verdict).toMatchObject({ kind: 'retryable', retryAfterMs: expect.any(Number) });
    const { retryAfterMs = 0 } = verdict as Extract<Verdict, { kind: 'retryable' }>;
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  it('does not try a failed medium a second time', async () => {
    const verdict = await send(meta(131053, 'Media'), { attempts: 1 });
    expect(verdict).toMatchObject({ kind: 'refused', reason: { code: 1001 } });
  });

  it('tells a freeform message\'s own reason', async () => {
    const answer = meta(131009, 'Parameter value is not valid');
    expect(await send(answer)).toMatchObject({ kind: 'refused', reason: { code: 1001 } });
    expect(await send(answer, { freeform: true })).toMatchObject({ kind: 'refused', reason: { code: 1009 } });
  });

  it.each([500, 502, 503, 504, 408])('does not know what %d means for the message', async (status) => {
    const answer = { status, headers: { 'Retry-After': '3' }, body: { status: 'failure', error: { message: 'cannot process' } } };
    const title = `AiSensy answered ${status}: the message may have been sent`;
    expect(await send(answer)).toEqual({ kind: 'unknown', reason: { code: 1009, title } });
  });

  it.each<[string, (socket: Socket) => void, string]>([
    ['a reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET: connection reset'],
    ['a closed connection', (socket) => socket.end(), 'UND_ERR_SOCKET: connection closed'],
    ['half an answer', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{'), 'UND_ERR_SOCKET: connection closed'],
  ])('does not know what became of a message after %s', async (_name, breakOff, error) => {
    const title = `No whole answer from AiSensy (${error}): the message may have been sent`;
    expect(await send(breakOff)).toEqual({ kind: 'unknown', reason: { code: 1009, title } });
  });

  it('does not know what became of a message that was not answered in time', async () => {
    next = () => undefined;
    const title = 'No whole answer from AiSensy (no answer within 40 ms): the message may have been sent';
    expect(await transport({ timeoutMs: 40 }).send(MESSAGE)).toEqual({ kind: 'unknown', reason: { code: 1009, title } });
  });

  it('may try again what never left', async () => {
    const aborted = transport();
    expect(await aborted.send(MESSAGE, AbortSignal.abort())).toEqual({
      kind: 'retryable', scope: 'account', reason: { code: 1009, title: 'AiSensy could not be reached (aborted)' },
    });
    const closed = transport();
    await closed.close();
    expect(await closed.send(MESSAGE)).toMatchObject({ kind: 'retryable', reason: { code: 1009 } });
    expect(received).toEqual([]);
  });

  it('may try again where nobody listens', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    other.close();
    await once(other, 'close');
    expect(await transport({ origin: `http://127.0.0.1:${port}` }).send(MESSAGE)).toEqual({
      kind: 'retryable', scope: 'account', reason: { code: 1009, title: 'AiSensy could not be reached (ECONNREFUSED: connection refused)' },
    });
  });

  it('leaves AiSensy\'s trace id in the debug log, and nothing else', async () => {
    await send({ status: 400, body: { message: 'No WhatsApp on +919800000001', aisTraceId: 'tr-42' } });
    expect(debug.mock.calls).toEqual([['Account AiSensy_WA: AiSensy answered 400, its trace id is tr-42', 'WhatsAppBridge']]);
    debug.mockClear();
    const repeated = ['t-919800000001', '98000-00001', '918889500122', 'x-ctk-77'];
    for (const aisTraceId of [`${KEY}\nforged`, ...repeated]) await send({ status: 400, body: { aisTraceId } });
    expect(debug).not.toHaveBeenCalled();
  });
});
