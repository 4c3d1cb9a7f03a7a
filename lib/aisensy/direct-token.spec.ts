import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AddressFence } from '../http/address-fence.ts';
import { ColdHttp } from '../http/cold-http.ts';
import { DirectToken } from './direct-token.ts';

const LOGIN = { username: 'user', password: 'pass:word', projectId: '66f0000000000000000000d1' };
const asked: { request: IncomingMessage; body: string }[] = [];
let answer: (index: number) => { status: number; body: unknown } | undefined;
/** Answers wait for it. */
let gate: Promise<void> = Promise.resolve();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    asked.push({ request, body: Buffer.concat(chunks).toString() });
    const given = answer(asked.length);
    void gate.then(() => (given === undefined ? request.socket.destroy() : response.writeHead(given.status).end(JSON.stringify(given.body))));
  });
});
const http = new ColdHttp(new AddressFence(), {});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  answer = (index) => ({ status: 200, body: { users: [{ token: `token-${index}` }] } });
});
afterEach(() => {
  asked.length = 0;
  gate = Promise.resolve();
});
afterAll(async () => {
  http.onApplicationShutdown();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const withToken = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

function tokenFor(credentials: object = LOGIN): DirectToken {
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/direct-apis/t1/messages`;
  return new DirectToken({ credentials: credentials as typeof LOGIN, endpoint, timeoutMs: 5_000 }, http);
}

describe("the Direct API's token", () => {
  it('is fetched as AiSensy asks for it', async () => {
    expect(await tokenFor().current()).toBe('token-1');
    const [{ request, body }] = asked as [(typeof asked)[0]];
    expect([request.method, request.url]).toEqual(['POST', '/direct-apis/t1/users/regenrate-token']);
    expect(request.headers.authorization).toBe('Bearer dXNlcjpwYXNzOndvcmQ6NjZmMDAwMDAwMDAwMDAwMDAwMDAwMGQx');
    expect(JSON.parse(body)).toEqual({ direct_api: true });
  });

  it('is fetched once for everybody, and kept', async () => {
    const token = tokenFor();
    expect(await Promise.all(Array.from({ length: 50 }, () => token.current()))).toEqual(Array.from({ length: 50 }, () => 'token-1'));
    expect(await token.headers()).toEqual({ Authorization: 'Bearer token-1' });
    expect(asked).toHaveLength(1);
  });

  it('is not fetched where one was given, with or without its Bearer', async () => {
    expect(await tokenFor({ token: 'given' }).headers()).toEqual({ Authorization: 'Bearer given' });
    expect(await tokenFor({ ...LOGIN, token: 'Bearer given' }).current()).toBe('given');
    expect(asked).toEqual([]);
  });

  it('is renewed once for everybody whom AiSensy refused', async () => {
    const token = tokenFor({ ...LOGIN, token: 'old' });
    expect(await Promise.all(Array.from({ length: 50 }, () => token.renew(withToken('old'))))).toEqual(Array.from({ length: 50 }, () => true));
    expect(await token.current()).toBe('token-1');
    // Somebody whose answer came late finds it renewed.
    expect(await token.renew(withToken('old'))).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('is waited for while it is renewed', async () => {
    const token = tokenFor({ ...LOGIN, token: 'old' });
    let open!: () => void;
    gate = new Promise((resolve) => { open = resolve; });
    const renewed = token.renew(withToken('old'));
    const current = token.current();
    open();
    expect(await Promise.all([renewed, current])).toEqual([true, 'token-1']);
  });

  it('is renewed a moment later too, but not for ever: where three were refused, the fourth would be as well', async () => {
    const token = tokenFor();
    expect(await token.current()).toBe('token-1');
    expect(await token.renew(withToken('token-1'))).toBe(true);
    expect(await token.renew(withToken('token-2'))).toBe(true);
    expect(await token.renew(withToken('token-3'))).toBe(false);
    expect(asked).toHaveLength(3);
  });

  it('cannot be renewed without a login', async () => {
    expect(await tokenFor({ token: 'given' }).renew(withToken('given'))).toBe(false);
    expect(asked).toEqual([]);
  });

  it.each<[string, { status: number; body: unknown } | undefined, boolean, RegExp]>([
    ['a wrong login', { status: 401, body: { message: 'pass:word is wrong' } }, true, /^AiSensy answered 401 when asked for a token: check username/],
    ['an unknown login', { status: 422, body: {} }, true, /^AiSensy answered 422/],
    ['a moved address', { status: 302, body: {} }, false, /^AiSensy gave no token \(it answered 302\)$/],
    ['too many', { status: 429, body: {} }, false, /it answered 429/],
    ['a fault of AiSensy\'s', { status: 500, body: {} }, false, /it answered 500/],
    ['an answer without a token', { status: 200, body: { users: [] } }, false, /it answered 200/],
    ['no answer', undefined, false, /^AiSensy gave no token \(E?/],
  ])('is not there after %s, and is asked for again', async (_name, given, refused, message) => {
    answer = () => given;
    const token = tokenFor();
    await expect(token.current()).rejects.toMatchObject({ name: 'DirectTokenError', refused, message: expect.stringMatching(message) });
    answer = () => ({ status: 200, body: { users: [{ token: 'at last' }] } });
    expect(await token.current()).toBe('at last');
    expect(token.secrets).toEqual(['pass:word', 'at last']);
  });
});
