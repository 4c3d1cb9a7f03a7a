import { afterEach, describe, expect, it } from '@jest/globals';
import { buffer } from 'node:stream/consumers';
import { account, options } from '../../test/support/options.ts';
import { metaRow } from '../../test/support/templates.ts';
import { AddressFence } from '../http/address-fence.ts';
import { ColdHttp } from '../http/cold-http.ts';
import { resolveOptions } from '../options/resolve-options.ts';
import { type Exchange, HttpServer } from '../testing/wire/http-server.ts';
import type { AiSensyOptions } from '../whatsapp-bridge.options.ts';
import { createAccountApis, mediaSources, templateSources } from './account-apis.ts';

const ACCOUNT = '+918889500122';
const PROJECT_ID = '66f0000000000000000000c1';
const callbacks = { token: 'token-secret' };

const servers: HttpServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

/** AiSensy at a loopback address, and an account's way to it. */
const startWith = async (aiSensy: (origin: string) => AiSensyOptions, handle: (exchange: Exchange) => unknown) => {
  const asked: Exchange[] = [];
  const server = new HttpServer((exchange) => {
    asked.push(exchange);
    handle(exchange);
  });
  await server.start();
  servers.push(server);
  const { accounts } = resolveOptions(options({ accounts: [account({ aiSensy: aiSensy(server.origin) })] }));
  const apis = createAccountApis(accounts, new ColdHttp(new AddressFence(), {}));
  return { asked, apis, templates: templateSources(apis).get(ACCOUNT), media: mediaSources(apis).get(ACCOUNT) };
};

const json = (exchange: Exchange, value: unknown, status = 200): boolean => exchange.answer(status, JSON.stringify(value));
const direct = (origin: string): AiSensyOptions => ({ transport: 'direct', token: 'jwt', endpoint: `${origin}/direct-apis/t1/messages`, callbacks });
const project = (origin: string): AiSensyOptions => ({
  transport: 'project', projectId: PROJECT_ID, password: 'pwd', endpoint: `${origin}/project-apis/v1/project/{projectId}/messages`, callbacks,
});
const addOn = (templates?: object) => (): AiSensyOptions => ({ templates, callbacks }) as AiSensyOptions;
const projectRow = (place: number, change: object = {}): object => ({
  id: `66f0${String(place).padStart(20, '0')}`, name: `t_${String(place).padStart(4, '0')}`, status: 'APPROVED', category: 'UTILITY', language: 'en', type: 'TEXT', text: 'Hi {{1}}', ...change,
});

describe("the Direct API's templates", () => {
  it('are read with the token, the approved ones alone', async () => {
    const { templates, asked } = await startWith(direct, (exchange) => json(exchange, { data: [metaRow(), metaRow({ id: '2', name: 'b', status: 'PENDING' }), 'x'] }));
    expect(await templates!.load()).toMatchObject([{ name: 'order_update', language: 'en' }]);
    expect(asked).toMatchObject([{ method: 'GET', path: '/direct-apis/t1/get-templates', query: '', headers: { authorization: 'Bearer jwt' } }]);
  });

  it('may come in pages, by their cursor, and never by an address that the answer names', async () => {
    const pages = [[metaRow({ id: '1' })], [metaRow({ id: '2', name: 'b' })], []];
    const { templates, asked } = await startWith(direct, (exchange) => {
      const page = asked.length - 1;
      json(exchange, { data: pages[page], paging: { cursors: { after: `c${page}` }, next: 'http://10.0.0.1/steal' } });
    });
    expect(await templates!.load()).toMatchObject([{ name: 'order_update' }, { name: 'b' }]);
    expect(asked.map(({ query }) => query)).toEqual(['', 'after=c0', 'after=c1']);
  });

  it('are read once where AiSensy knows no cursor', async () => {
    const { templates, asked } = await startWith(direct, (exchange) => json(exchange, { data: [metaRow()], paging: { cursors: { after: 'c' }, next: 'https://x.example' } }));
    expect(await templates!.load()).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  it('take a new token where the old one is refused', async () => {
    const login = (origin: string): AiSensyOptions => ({
      transport: 'direct', token: 'old', username: 'u', password: 'p', projectId: PROJECT_ID, endpoint: `${origin}/direct-apis/t1/messages`, callbacks,
    });
    const { templates, asked } = await startWith(login, (exchange) => {
      if (exchange.path.endsWith('regenrate-token')) return json(exchange, { users: [{ token: 'new' }] });
      return exchange.headers.authorization === 'Bearer new' ? json(exchange, { data: [metaRow()] }) : json(exchange, { message: 'Invalid Token!' }, 422);
    });
    expect(await templates!.load()).toHaveLength(1);
    expect(asked.map(({ path }) => path.split('/').at(-1))).toEqual(['get-templates', 'regenrate-token', 'get-templates']);
    expect(await templates!.load()).toHaveLength(1);
    expect(asked).toHaveLength(4);
  });

  it.each<[string, (exchange: Exchange) => unknown, string]>([
    ['refuses', (exchange) => json(exchange, { message: 'secret words' }, 422), 'AiSensy answered 422'],
    ['redirects', (exchange) => exchange.answer(302, '', { location: '/direct-apis/t1/elsewhere' }), 'AiSensy answered 302'],
    ['answers a page', (exchange) => exchange.answer(200, '<html>', { 'content-type': 'text/html' }), 'AiSensy answered something that is no JSON'],
    ['answers no list', (exchange) => json(exchange, { message: 'ok' }), 'AiSensy answered no list of templates'],
    ['hangs up', (exchange) => exchange.reset(), 'ECONNRESET: connection reset'],
  ])('are told as not to be had where AiSensy %s', async (_, handle, words) => {
    const { templates } = await startWith(direct, handle);
    await expect(templates!.load()).rejects.toThrow(new RegExp(`^${words}$`));
  });
});

describe("the Project API's templates", () => {
  it('are read page by page, each behind the last row', async () => {
    const rows = Array.from({ length: 230 }, (_, place) => projectRow(place, place % 10 === 0 ? { status: 'REJECTED' } : {}));
    const { templates, asked } = await startWith(project, (exchange) => {
      const after = new URLSearchParams(exchange.query).get('after');
      const from = after === null ? 0 : rows.findIndex((row) => (row as { id: string }).id === after) + 1;
      json(exchange, { template: rows.slice(from, from + 100) });
    });
    expect(await templates!.load()).toHaveLength(207);
    expect(asked.map(({ query }) => query)).toEqual(['limit=100', ...[99, 199, 229].map((place) => `limit=100&after=66f0${String(place).padStart(20, '0')}`)]);
    expect(asked[0]).toMatchObject({ path: `/project-apis/v1/project/${PROJECT_ID}/wa_template/`, headers: { 'x-aisensy-project-api-pwd': 'pwd' } });
  });

  it('end where a page brings nothing new', async () => {
    const { templates, asked } = await startWith(project, (exchange) => json(exchange, { template: [projectRow(1), projectRow(2)] }));
    expect(await templates!.load()).toHaveLength(2);
    expect(asked).toHaveLength(2);
  });
});

describe('media', () => {
  const limits = { timeoutMs: 5_000, maxBytes: 1_000 };

  it.each([['direct', direct], ['project', project]])('are fetched by their id: %s', async (_, aiSensy) => {
    const { media, asked } = await startWith(aiSensy, (exchange) => exchange.answer(200, Buffer.from([1, 2, 3]), { 'content-type': 'image/png' }));
    const { mimeType, body } = await media!.open('300', limits);
    expect([mimeType, await buffer(body)]).toEqual(['image/png', Buffer.from([1, 2, 3])]);
    expect(asked).toMatchObject([{ method: 'POST', query: 'responseType=stream' }]);
    expect(asked[0]!.path).toMatch(/\/get-media$/);
    expect(JSON.parse(asked[0]!.body.toString())).toEqual({ id: '300', response_type: 'stream' });
  });

  it.each([
    ['alone', JSON.stringify(Buffer.from('picture'))], ['in an envelope', JSON.stringify({ data: Buffer.from('picture') })],
  ])("may come as Node's JSON of a buffer, %s", async (_, answer) => {
    const { media } = await startWith(direct, (exchange) => exchange.answer(200, answer));
    expect(String(await buffer((await media!.open('300', limits)).body))).toBe('picture');
  });

  it.each<[string, (exchange: Exchange) => unknown, string]>([
    ['too large', (exchange) => exchange.answer(200, Buffer.alloc(1_001), { 'content-type': 'image/png' }), 'the medium is larger than media.maxBytes'],
    ['unknown', (exchange) => json(exchange, { message: 'x' }, 400), 'AiSensy answered 400'],
    ['told by an address', (exchange) => json(exchange, { url: 'http://127.0.0.1:1/lookaside' }), 'AiSensy answered no medium'],
    ['elsewhere', (exchange) => exchange.answer(302, '', { location: 'http://127.0.0.1:1/lookaside' }), 'AiSensy answered 302'],
  ])('are not passed on where one is %s', async (_, handle, words) => {
    const { media, asked } = await startWith(direct, handle);
    await expect(media!.open('300', limits)).rejects.toThrow(words);
    expect(asked).toHaveLength(1);
  });
});

describe('an account', () => {
  it('has no such API by its sending key alone', async () => {
    for (const aiSensy of [addOn(), (): AiSensyOptions => ({ transport: 'campaign', apiKey: 'k', callbacks })]) {
      expect((await startWith(aiSensy, () => undefined)).apis.size).toBe(0);
    }
  });

  it('may have one for its templates alone', async () => {
    const source = (origin: string): object => ({ source: 'project', projectId: PROJECT_ID, password: 'pwd', endpoint: `${origin}/project-apis/v1/project/{projectId}/messages` });
    const { templates, asked } = await startWith((origin) => addOn(source(origin))(), (exchange) => json(exchange, { template: [projectRow(1)] }));
    expect(await templates!.load()).toHaveLength(1);
    expect(asked[0]!.path).toBe(`/project-apis/v1/project/${PROJECT_ID}/wa_template/`);
  });
});
