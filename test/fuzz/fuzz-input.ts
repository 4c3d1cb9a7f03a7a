import { gzipSync, deflateSync, brotliCompressSync } from 'node:zlib';
import { createHmac } from 'node:crypto';
import { FIRST, SECOND } from './accounts.ts';
import { CANARY } from './canary.ts';
import { Chance } from './chance.ts';
import { CALLBACKS, MESSAGES, type Sample } from './corpus.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateTree } from './mutate-tree.ts';
import { longText } from './odd-values.ts';

/** One request to one of the bridge's routes. */
export interface FuzzInput {
  index: number;
  /** What it was made from. */
  sample: string;
  route: 'messages' | 'callback';
  method: 'GET' | 'POST';
  path: string;
  /** Names and values one after another, as they go out. */
  headers: string[];
  /** As it goes out, compressed or not. */
  body: Buffer;
  /** The body as the bridge should see it; none where it cannot be decompressed. */
  plain: Buffer | undefined;
  /** Whether right credentials of one of the accounts are on it. */
  authentic: boolean;
  /** Whether its body is one that has to be taken. */
  sound: boolean;
  /** Whether it goes out in several pieces. */
  inPieces: boolean;
}

const MESSAGES_PATH = '/whatsapp/clevertap/messages';
const CALLBACK_PATHS = ['/whatsapp/aisensy/delivery-reports', '/whatsapp/aisensy/inbound-messages', '/whatsapp/aisensy/webhook'];

/** So large a share of the messages repeats the msgId of another input. */
const REPEATED = 0.05;

/** The n-th input of a run. */
export function fuzzInput(seed: number, index: number): FuzzInput {
  const chance = Chance.of(seed, index);
  const route = chance.happens(0.45) ? 'messages' : 'callback';
  const sample = chance.one(route === 'messages' ? MESSAGES : CALLBACKS);
  const msgId = msgIdOf(route === 'messages' && chance.happens(REPEATED) ? chance.below(index + 1) : index);
  const value = route === 'messages' ? withOwnId(sample, msgId, chance) : aboutAnEarlier(sample, index, chance);
  const plain = bodyFrom(value, chance);
  const authentic = chance.happens(0.9);
  const sound = plain.equals(Buffer.from(JSON.stringify(value))) && (route === 'callback' || (msgId === msgIdOf(index) && !/[\0\ud83d]/.test(String(msgId))));
  const input: FuzzInput = {
    index, sample: sample.name, route, method: 'POST', path: route === 'messages' ? MESSAGES_PATH : chance.one(CALLBACK_PATHS), headers: [],
    body: plain, plain, authentic, sound, inPieces: chance.happens(0.1),
  };
  oddHeaders(input, chance);
  compress(input, chance);
  authenticate(input, chance);
  if (chance.happens(0.05)) oddAddress(input, chance);
  if (route === 'callback' && chance.happens(0.01)) Object.assign(input, { method: 'GET', body: Buffer.alloc(0), sound: false });
  return input;
}

function bodyFrom(value: unknown, chance: Chance): Buffer {
  const donor = chance.one([...MESSAGES, ...CALLBACKS]).value;
  const body = Buffer.from(JSON.stringify(chance.happens(0.85) ? mutateTree(value, chance, donor) : value) ?? '');
  return chance.happens(0.3) ? mutateBytes(body, chance) : body;
}

/** The sample under an id of its own, since the bridge refuses an id that came with another body. */
function withOwnId({ name, value }: Sample, msgId: string | number, chance: Chance): unknown {
  const message = value as Record<string, unknown>;
  if (message.msgId === '0|0|0|0' || name.endsWith('validation.json')) return message;
  const { msgId: _, msg_id: __, ...rest } = message;
  return { ...rest, wabaNumber: chance.happens(0.2) ? SECOND.mobileNumber : message.wabaNumber, msgId };
}

/** The sample about one of the inputs shortly before it, which may be a message that the bridge knows by now. */
function aboutAnEarlier({ value }: Sample, index: number, chance: Chance): unknown {
  const msgId = JSON.stringify(String(msgIdOf(Math.max(0, index - 1 - chance.below(60)))));
  return JSON.parse(JSON.stringify(value).replace(/"\d{8}(\|\d+){3}"|"wamid\.TEST0001"/g, () => msgId)) as unknown;
}

/** Some are odd: CleverTap promises four or five parts with pipes between them, and the bridge carries whatever comes. */
function msgIdOf(index: number): string | number {
  switch (index % 15) {
    case 0: return `${index}|\u0000|0|0`;
    case 1: return `${index}|\ud83d|0|0`;
    case 2: return `${index}|नमस्ते 👋|wzrk_default|-1`;
    case 3: return `${index}|`.padEnd(250, '9');
    case 4: return 7_000_000 + index;
    default: return `${index}|1790000000|20260922|${index}`;
  }
}

function authenticate(input: FuzzInput, chance: Chance): void {
  const second = chance.happens(0.2);
  if (!input.authentic) return impersonate(input, chance);
  if (input.route === 'messages') {
    // Both at once: whichever account the message is for.
    for (const header of Object.entries(FIRST.cleverTapHeaders)) input.headers.push(...header);
    input.headers.push('authorization', basic(SECOND.basic.username, SECOND.basic.password));
  } else if (!second) {
    input.path += `?token=${chance.one([encodeURIComponent, encodeURI])(FIRST.token)}`;
  } else if (chance.happens(0.5) && input.plain !== undefined) {
    input.headers.push('x-aisensy-signature', createHmac('sha256', SECOND.signingSecret).update(input.plain).digest('hex'));
  } else {
    for (const header of Object.entries(SECOND.callbackHeaders)) input.headers.push(...header);
  }
}

/** Credentials that are wrong in one way or another. */
function impersonate({ headers, ...input }: FuzzInput, chance: Chance): void {
  const odd = chance.one(['', ' ', CANARY, 'Basic', 'Basic ====', basic('clevertap', CANARY), 'Bearer null', `Digest ${CANARY}`, '\u00e9\u00ff', longText(chance).replace(/[^ -~]/g, 'x').slice(0, 6_000)]);
  headers.push(chance.one(['authorization', 'x-api-key', 'x-aisensy-signature', 'x-callback-key', 'x-tenant']), odd);
  if (input.route === 'messages') headers.push('x-api-key', chance.one([FIRST.cleverTapHeaders['x-api-key'], FIRST.cleverTapHeaders['x-api-key'].toUpperCase(), `${CANARY}, `]));
  else headers.push('x-aisensy-signature', chance.one(['0'.repeat(64), 'f'.repeat(63), createHmac('sha256', 'x').update(input.body).digest('hex'), CANARY]));
}

function oddHeaders({ headers }: FuzzInput, chance: Chance): void {
  const types = ['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded', `multipart/form-data; boundary=${CANARY}`, 'application/json; charset=utf-16', '*/*', ';', 'json'];
  if (chance.happens(0.95)) headers.push('content-type', chance.happens(0.6) ? types[0]! : chance.one(types));
  if (chance.happens(0.8)) return;
  headers.push(...chance.one([
    ['accept', 'text/html'], ['accept-encoding', '*;q=0'], ['x-forwarded-for', `${CANARY}, 10.0.0.1`], ['x-forwarded-for', '+919800000001'], ['cookie', `session=${CANARY}`],
    ['x-retry-count', '99999999999999999999'], ['x-aisensy-api-version', CANARY], ['x-aisensy-project-id', '__proto__'], ['user-agent', `${CANARY} +91 98000 00001`],
    ['if-none-match', '*'], ['range', 'bytes=0-1'], ['origin', `https://${CANARY}.example.com`], ['x-http-method-override', 'DELETE'], ['x-long', 'x'.repeat(chance.size(1, 7_000))],
    ['x-odd', '\u00e9\u00ff\t'], ['__proto__', 'x'], ['constructor', 'x'], ['host', `${CANARY}.example.com`], ['date', 'never'],
  ]));
}

function compress(input: FuzzInput, chance: Chance): void {
  if (chance.happens(0.94) || input.plain === undefined) return;
  const encodings: [string, (bytes: Buffer) => Buffer][] = [
    ['gzip', gzipSync], ['x-gzip', gzipSync], ['deflate', deflateSync], ['br', brotliCompressSync], [' GZip ', gzipSync], ['identity', (bytes) => bytes],
  ];
  const [name, encode] = chance.one(encodings);
  if (chance.happens(0.6)) {
    input.body = encode(input.plain);
    input.headers.push('content-encoding', name);
  } else {
    // A coding that the body does not have, or that nobody knows.
    input.headers.push('content-encoding', chance.one(['gzip', 'br', 'deflate', 'zstd', 'gzip, br', 'compress', CANARY]));
    input.plain = undefined;
    input.sound = false;
  }
}

/** Other spellings of the same address, and more of a query. */
function oddAddress(input: FuzzInput, chance: Chance): void {
  const [path, query = ''] = input.path.split('?') as [string, string?];
  const more = chance.one([
    `token=${CANARY}`, 'a=%zz', '%', '&&&', '__proto__[x]=1', 'a[b][c]=1', 'a=1&a=2', `x=${'y'.repeat(chance.size(1, 5_000))}`, 'token', '=%00', '?', 'phone=%2B919800000001', '%F0%9F%98%80=%ff',
  ]);
  // Only the first token counts.
  input.path = `${chance.happens(0.3) ? `${path}/` : path}?${query === '' ? '' : `${query}&`}${more}`;
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
