import { FIRST } from './accounts.ts';
import { Chance } from './chance.ts';
import { ANSWERS } from './corpus.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateTree } from './mutate-tree.ts';

/** What AiSensy does to one request. */
export interface AnswerInput {
  index: number;
  /** The bytes that it writes. */
  bytes: Buffer;
  /** Whether it closes the connection behind them, or resets it, or leaves it open. */
  end: 'open' | 'close' | 'reset';
  /** The HTTP status where the bytes are one whole answer; none where no whole answer came. */
  status?: number;
  body: Buffer;
  /** Whether the answer claims a coding that its body does not have. */
  miscoded?: boolean;
}

/** The message that all requests carry. */
export const TO = '+919800000001';

const KEY = FIRST.aiSensyHeaders.authorization.slice('Bearer '.length);

const STATUSES = [
  200, 200, 200, 200, 201, 202, 203, 204, 206, 226, 299, 300, 301, 302, 303, 304, 307, 308, 400, 400, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413,
  415, 418, 421, 422, 422, 425, 428, 429, 429, 431, 451, 498, 499, 500, 501, 502, 503, 504, 508, 511, 520, 522, 524, 529, 530, 599, 600, 700, 999,
];

const RETRY_AFTER = [
  '0', '1', '-1', '3.5', '1e3', '9'.repeat(30), '9'.repeat(400), 'Infinity', 'NaN', '', ' 5 ', '0x10', 'soon', 'Wed, 21 Oct 2015 07:28:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT',
  '2030-01-01', '1,2', '٣',
];

const CODED = 'Content-Encoding: gzip';

/** The n-th answer of a run. */
export function answerInput(seed: number, index: number): AnswerInput {
  const chance = Chance.of(seed ^ 0x5eed, index);
  const status = chance.one(STATUSES);
  const bare = status === 204 || status === 304;
  const body = bare ? Buffer.alloc(0) : bodyFrom(chance);
  const chunked = !bare && chance.happens(0.3);
  const head = Buffer.from(headOf(status, body, chunked, chance), 'latin1');
  const bytes = Buffer.concat([head, chunked ? inChunks(body, chance) : body]);
  const whole: AnswerInput = { index, bytes, end: chance.one(['open', 'open', 'open', 'close']), status, body, miscoded: body.length > 0 && head.includes(CODED) };
  return chance.happens(0.2) ? broken(whole, head.length, chance) : whole;
}

function bodyFrom(chance: Chance): Buffer {
  const sample = chance.one(ANSWERS);
  const value = chance.happens(0.7) ? mutateTree(sample, chance, chance.one(ANSWERS)) : sample;
  let text = JSON.stringify(value) ?? '';
  // AiSensy may repeat what it was sent.
  if (chance.happens(0.3)) text = text.replace(/(?<=:")[^"]*(?=")/, () => chance.one([KEY, `Invalid key ${KEY}`, `x-${KEY}`, TO, TO.slice(1), '98000 00001, +91 98000-00001', FIRST.aiSensyHeaders.authorization]));
  if (chance.happens(0.05)) text = text.replace(/"code":\d+/, `"code":${chance.one([TO.slice(1), `"${TO}"`, '9800000001', '-131030', '1e3', '131030.5'])}`);
  const body = Buffer.from(text);
  return chance.happens(0.25) ? mutateBytes(body, chance) : body;
}

function headOf(status: number, body: Buffer, chunked: boolean, chance: Chance): string {
  const lines = [`HTTP/1.1 ${status} ${chance.one(['OK', '', 'No\u00e9', 'x'.repeat(300)])}`];
  if (chance.happens(0.8)) lines.push(`Content-Type: ${chance.one(['application/json', 'text/html', 'application/json; charset=utf-16', ';'])}`);
  if (chance.happens(0.3)) lines.push(`Retry-After: ${chance.one(RETRY_AFTER).replace(/[^ -~]/g, '?')}`);
  if (chance.happens(0.1)) lines.push(`Retry-After: ${chance.one(['1', '99'])}`);
  if (chance.happens(0.1)) lines.push(chance.one([CODED, 'Set-Cookie: a=b', 'Location: http://127.0.0.1:1/', '__proto__: x', 'X: \u00ff', `X-Long: ${'y'.repeat(chance.size(1, 8_000))}`, 'Keep-Alive: timeout=99999999']));
  if (status !== 204 && status !== 304) lines.push(chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function inChunks(body: Buffer, chance: Chance): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const chunk = body.subarray(at, at + 1 + chance.below(Math.ceil(body.length / 3)));
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
    at += chunk.length;
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}

/** The answer broken off, or no HTTP at all: nobody can know what it would have said. */
function broken({ index, bytes, body }: AnswerInput, headLength: number, chance: Chance): AnswerInput {
  const end = chance.one(['close', 'reset'] as const);
  const none = Buffer.alloc(0);
  switch (chance.below(4)) {
    case 0: return { index, end, body: none, bytes: bytes.subarray(0, chance.below(headLength)) };
    case 1: return { index, end, body, bytes: bytes.subarray(0, bytes.length - 1 - (body.length > 0 ? chance.below(body.length) : headLength - 1)) };
    case 2: return { index, end, body: none, bytes: Buffer.concat([Buffer.from(chance.one(['HTP/1.1 200 OK\r\n\r\n', '\u0000', '<html>', '{"status":"success"}', 'HTTP/9.9 200\r\n\r\n', 'HTTP/1.1 2000 OK\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'])), chance.bytes(20)]) };
    default: return { index, end, body: none, bytes: none };
  }
}
