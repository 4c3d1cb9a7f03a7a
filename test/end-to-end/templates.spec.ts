import { describe, expect, it } from '@jest/globals';
import { type FormName, templates } from 'nestjs-whatsapp-bridge/testing';
import { LOGIN, PROJECT } from '../support/account-sides.ts';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';
import { metaRow, rowFor } from '../support/templates.ts';

interface Page {
  data: Record<string, unknown>[];
  paging: { cursors?: { before: string; after: string }; next?: string };
}

const PUBLIC_URL = 'https://api.example.com';

const rows = (count: number): object[] => Array.from({ length: count }, (_, place) => metaRow({ id: String(place), name: `t_${String(place).padStart(4, '0')}` }));

const ask = (host: BridgeHost, query = '', headers = host.sides[0]!.key): Promise<Answer> => call(`${host.url}/`, `clevertap/templates${query}`, { method: 'GET', headers });

const pageOf = ({ status, text }: Answer): Page => {
  expect(status).toBe(200);
  return JSON.parse(text) as Page;
};

describe.each(PLATFORMS)("CleverTap's template import on %s", (platform) => {
  const start = hostsOn(platform);

  it('walks all pages by the addresses that it is given', async () => {
    const host = await start({ transport: 'direct', aiSensy: { templates: [...rows(130), metaRow({ name: 'z', status: 'PENDING' })] } });
    const names: unknown[] = [];
    let next: string | undefined = `${host.url}/clevertap/templates?limit=50`;
    const asked: number[] = [];
    while (next !== undefined) {
      const { data, paging }: Page = pageOf(await call(next, '', { method: 'GET', headers: host.sides[0]!.key }));
      names.push(...data.map(({ name }) => name));
      asked.push(data.length);
      expect(paging.cursors).toEqual({ before: expect.any(String), after: expect.any(String) });
      next = paging.next;
    }
    expect(asked).toEqual([50, 50, 30]);
    expect(names).toEqual(rows(130).map((row) => (row as { name: string }).name));
  });

  it.each([
    ['as it is', (cursor: string) => cursor], ['with a stray quote behind it', (cursor: string) => `${cursor}"`], ['in quotes', (cursor: string) => `"${cursor}"`],
    ['with an encoded quote', (cursor: string) => `%22${cursor}%22`], ['with space around it', (cursor: string) => `%20${cursor}%20`],
  ])("takes a cursor %s, by CleverTap's own form of the query", async (_, written) => {
    const host = await start({ transport: 'direct', aiSensy: { templates: rows(5) } });
    const first = pageOf(await ask(host, '?limit=2'));
    const second = pageOf(await ask(host, `?limit=2&after=${written(first.paging.cursors!.after)}`));
    expect(second.data.map(({ name }) => name)).toEqual(['t_0002', 't_0003']);
    const last = pageOf(await ask(host, `?after=${written(second.paging.cursors!.after)}&limit=2`));
    expect(last.data.map(({ name }) => name)).toEqual(['t_0004']);
    expect(last.paging.next).toBeUndefined();
  });

  it.each([
    ['', 50], ['?limit=1', 1], ['?limit=500', 500], ['?limit=5000', 500], ['?limit=', 50], ['?limit="7"', 7],
  ])('gives a page of its limit: %s', async (query, count) => {
    const host = await start({ transport: 'direct', aiSensy: { templates: rows(600) } });
    expect(pageOf(await ask(host, query)).data).toHaveLength(count);
  });

  it.each(['0', '-3', '2.5', 'abc', '"0"'])('refuses a limit that is no number of templates: %s', async (limit) => {
    const host = await start({ transport: 'direct', aiSensy: { templates: rows(3) } });
    expect(await ask(host, `?limit=${limit}`)).toMatchObject({ status: 403, text: '{"message":"limit must be a whole number from 1 to 500"}' });
  });

  it.each(['nonsense', 'QVFIUmxyZA', '%5B1%2C2%5D', 'WzksImEiLCJlbiJd', 'WzAsMV0'])("refuses a cursor that is not the list's own: %s", async (cursor) => {
    const host = await start({ transport: 'direct', aiSensy: { templates: rows(3) } });
    expect(await ask(host, `?limit=2&after=${cursor}`)).toMatchObject({
      status: 403, text: '{"message":"after is no cursor of this list: start again without it"}',
    });
  });

  it('holds its place where the list changes between two pages', async () => {
    const host = await start({ transport: 'direct', aiSensy: { templates: rows(6) }, options: { templateRefreshMs: 1_000 } });
    const first = pageOf(await ask(host, '?limit=2'));
    host.aiSensy.cold.templates = [metaRow({ name: 'a_new_one' }), ...rows(6).slice(2)];
    await eventually(async () => expect(pageOf(await ask(host)).data[0]!.name).toBe('a_new_one'));
    const second = pageOf(await ask(host, `?limit=2&after=${first.paging.cursors!.after}`));
    expect(second.data.map(({ name }) => name)).toEqual(['t_0002', 't_0003']);
  });

  it("is in Meta's form exactly", async () => {
    const sale = metaRow({
      name: 'sale', category: 'MARKETING', previous_category: 'UTILITY', message_send_ttl_seconds: 43_200, parameter_format: 'NAMED', id: '77',
      quality_score: { score: 'GREEN' },
      components: [
        { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['https://media.example.com/h.jpg'] } }, { type: 'BODY', text: 'Hi {{name}}' },
        { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Shop', url: 'https://shop.example.com/{{1}}', example: ['https://shop.example.com/a'] }] },
      ],
    });
    const host = await start({ transport: 'direct', aiSensy: { templates: [sale, metaRow({ name: 'plain', components: [{ type: 'BODY', text: 'Hi' }] })] } });
    const { quality_score: _, ...kept } = sale;
    expect(pageOf(await ask(host))).toEqual({
      data: [{ name: 'plain', language: 'en', status: 'APPROVED', category: 'UTILITY', id: '1000000000000001', parameter_format: 'POSITIONAL', components: [{ type: 'BODY', text: 'Hi' }] }, kept],
      paging: { cursors: { before: expect.any(String), after: expect.any(String) } },
    });
  });

  it("turns the Project API's rows into it", async () => {
    const row = {
      id: '66f0000000000000000000a1', name: 'order_update', status: 'APPROVED', category: 'UTILITY', language: 'en', type: 'FILE',
      text: 'Hi {{1}} | [Track,https://shop.example.com/{{2}}]', call_to_action: [{ type: 'URL', button_title: 'Track', button_value: 'https://shop.example.com/{{2}}' }],
    };
    const host = await start({ transport: 'project', aiSensy: { projectTemplates: [row] } });
    expect(pageOf(await ask(host)).data).toEqual([{
      id: row.id, name: 'order_update', status: 'APPROVED', category: 'UTILITY', language: 'en', parameter_format: 'POSITIONAL',
      components: [
        { type: 'HEADER', format: 'DOCUMENT' }, { type: 'BODY', text: 'Hi {{1}}', example: { body_text: [['Sample']] } },
        { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Track', url: 'https://shop.example.com/{{1}}', example: ['https://shop.example.com/Sample'] }] },
      ],
    }]);
  });

  it('gives addresses on publicUrl, under the path that the module was given', async () => {
    const host = await start({
      transport: 'direct', aiSensy: { templates: rows(3) }, options: { publicUrl: PUBLIC_URL, path: 'hooks/wa' }, base: 'hooks/wa',
    });
    const { paging } = pageOf(await ask(host, '?limit=2'));
    expect(paging.next).toBe(`${PUBLIC_URL}/hooks/wa/clevertap/templates?limit=2&after=${paging.cursors!.after}`);
  });

  it('gives addresses as it was asked, where publicUrl is not known', async () => {
    const host = await start({ transport: 'direct', aiSensy: { templates: rows(3) }, prepare: (app) => void app.setGlobalPrefix('api'), base: 'api/whatsapp' });
    const { paging } = pageOf(await ask(host, '?limit=2', { ...host.sides[0]!.key, host: 'shop.example.com:8443' }));
    expect(paging.next).toBe(`http://shop.example.com:8443/api/whatsapp/clevertap/templates?limit=2&after=${paging.cursors!.after}`);
  });

  it('answers an empty list where AiSensy cannot be asked, and tells the log which option is missing', async () => {
    const logs = new CapturedLogs();
    const host = await start({ logger: logs });
    for (let asked = 0; asked < 3; asked += 1) expect(pageOf(await ask(host))).toEqual({ data: [], paging: {} });
    expect(logs.lines.filter((line) => line.includes('asked for its templates'))).toEqual([
      expect.stringMatching(new RegExp(`^warn Account ${host.sides[0]!.nickname}: CleverTap asked for its templates and got none.* Set aiSensy\\.templates, or transport 'direct' or 'project'`)),
    ]);
  });

  it.each([['clevertap', 'direct'], ['clevertap', 'project'], ['campaign', 'direct'], ['campaign', 'project']] as const)('asks the API that was named for it, whatever way the messages go: %s, %s', async (transport, source) => {
    const projectRow = { id: '66f0000000000000000000a1', name: 'order_update', status: 'APPROVED', language: 'en', text: 'Hi {{1}}, order {{2}}' };
    const lists = await start({ aiSensy: { templates: [metaRow(), metaRow({ name: 'other', status: 'REJECTED' })], projectTemplates: [projectRow, { ...projectRow, id: 'b', name: 'other', status: 'PENDING' }] } });
    const templates = { source, ...{ direct: LOGIN, project: PROJECT }[source], endpoint: lists.aiSensy.endpointOf(source) };
    const host = await start({ transport, account: { aiSensy: { templates } as object }, transportOptions: { templates } });
    expect(pageOf(await ask(host)).data.map(({ name }) => name)).toEqual(['order_update']);
    expect(await host.cleverTap.send(message('textFooter'))).toMatchObject({ outcome: 'success' });
    expect(await host.cleverTap.send(message('headerImage'))).toMatchObject({ outcome: 'refused', code: 2001 });
    expect(host.aiSensy.received).toHaveLength(1);
    expect(lists.aiSensy.received).toEqual([]);
  });

  it('shows each account its own, and both to credentials that both share', async () => {
    const shared = { 'x-api-key': 'key-of-both' };
    const host = await start({
      transport: 'direct', aiSensy: { templates: rows(2) },
      second: { transport: 'direct', aiSensy: { templates: [metaRow({ name: 'of_the_second' }), metaRow({ name: 't_0000' })] } },
    });
    expect(pageOf(await ask(host, '', host.sides[1]!.key)).data.map(({ name }) => name)).toEqual(['of_the_second', 't_0000']);
    const both = await start({
      transport: 'direct', account: { cleverTap: { headers: shared } }, aiSensy: { templates: rows(2) },
      second: { transport: 'direct', account: { cleverTap: { headers: shared } }, aiSensy: { templates: [metaRow({ name: 'a' }), metaRow({ name: 't_0000' })] } },
    });
    const names: unknown[] = [];
    let after: string | undefined = '';
    while (after !== undefined) {
      const { data, paging }: Page = pageOf(await ask(both, `?limit=1${after && `&after=${after}`}`, shared));
      names.push(...data.map(({ name }) => name));
      after = paging.next && paging.cursors!.after;
    }
    expect(names).toEqual(['t_0000', 't_0001', 'a', 't_0000']);
  });

  it('is guarded like the provider endpoint', async () => {
    const host = await start({ transport: 'direct', aiSensy: { templates: rows(1) } });
    expect(await ask(host, '', {})).toMatchObject({ status: 401, text: '{"status":"failure","error":{"code":2000,"message":"Invalid credentials"}}' });
    expect((await ask(host, '', { 'x-api-key': 'wrong' })).status).toBe(401);
  });

  it('tells when there is no list to be had, and keeps the last one it had', async () => {
    const host = await start({ transport: 'direct' });
    expect(await ask(host)).toMatchObject({ status: 500, text: expect.stringContaining('"status":"failure"') });
    host.aiSensy.cold.templates = rows(2);
    expect(pageOf(await ask(host)).data).toHaveLength(2);
    host.aiSensy.cold.fault = { status: 500 };
    expect(pageOf(await ask(host)).data).toHaveLength(2);
  });
});

describe.each(PLATFORMS)('the preflight on %s', (platform) => {
  const start = hostsOn(platform);
  it("lets every form of CleverTap's pass whose template fits", async () => {
    const host = await start({ transport: 'direct', aiSensy: { templates: [metaRow()] } });
    const names = Object.keys(templates) as FormName[];
    for (const form of names) {
      host.aiSensy.cold.templates = [rowFor(message(form))];
      expect([form, await host.cleverTap.send(message(form))]).toMatchObject([form, { outcome: 'success' }]);
    }
    expect(host.aiSensy.received).toHaveLength(names.length);
    expect((await host.bridge.health()).preflight).toEqual({ refusals: 0 });
  });

  it('refuses before any call and before the ledger what WhatsApp would refuse, test traffic too', async () => {
    const host = await start({ transport: 'direct', aiSensy: { templates: [metaRow({ name: 'unlike_any', components: [{ type: 'BODY', text: '{{1}}' }] })] } });
    const wrong = message('textFooter');
    const sent = await host.cleverTap.send(wrong);
    expect(sent).toMatchObject({ outcome: 'refused', status: 200, code: 2001 });
    expect(await host.cleverTap.send(message('textFooter', { msgId: '0|0|0|0' }))).toMatchObject({ outcome: 'refused', code: 2001 });
    expect(host.aiSensy.received).toEqual([]);
    expect(await host.bridge.message(wrong.msgId)).toBeUndefined();
    expect((await host.bridge.health()).preflight).toEqual({ refusals: 2 });
  });

  const BODY = 'Hi {{1}}, order {{2}}';
  const OTHER = { meta: metaRow({ name: 'another_one' }), own: { id: 'z', name: 'another_one', status: 'APPROVED', language: 'en', text: 'Hi {{1}}' } };

  /** How AiSensy lists a template that a message `order_update` in `en` with two values is none of: in Meta's form, and in its own. */
  const MISFITS: [what: string, row: { status?: string; name?: string; language?: string; type?: string; text?: string }, words: string][] = [
    ['one value too few', { text: 'Hi {{1}}, order {{2}} of {{3}}' }, 'Template order_update (en): its body takes 3 values, 2 came'],
    ['one value too many', { text: 'Hi {{1}}' }, 'Template order_update (en): its body takes 1 value, 2 came'],
    ['no picture', { type: 'IMAGE' }, 'Template order_update (en): its header takes an image, and none came'],
    ['an unknown name', { name: 'order_updates' }, "Template order_update is none of AiSensy's approved ones"],
    ['an unknown language', { language: 'hi' }, 'Template order_update is not approved in en, but in hi'],
    ['a template that waits for approval', { status: 'PENDING' }, "Template order_update is none of AiSensy's approved ones"],
  ];

  it.each(['direct', 'project'] as const)('refuses in the answer, before any call, by the templates of the %s API', async (transport) => {
    const host = await start({ transport, aiSensy: { templates: [OTHER.meta], projectTemplates: [OTHER.own] } });
    for (const [place, [what, { type, text = BODY, ...row }, words]] of MISFITS.entries()) {
      const components = [...(type ? [{ type: 'HEADER', format: type }] : []), { type: 'BODY', text }];
      host.aiSensy.cold.templates = [OTHER.meta, metaRow({ ...row, components })];
      host.aiSensy.cold.projectTemplates = [OTHER.own, { id: 'a', name: 'order_update', status: 'APPROVED', language: 'en', type: type ?? 'TEXT', text, ...row }];
      const sent = await host.cleverTap.send(message('textFooter'));
      expect([what, sent]).toMatchObject([what, { outcome: 'refused', code: 2001, text: expect.stringContaining(words) }]);
      expect((await host.bridge.health()).preflight).toEqual({ refusals: place + 1 });
    }
    expect(host.aiSensy.received).toEqual([]);
    host.aiSensy.cold.templates = [metaRow({ components: [{ type: 'BODY', text: BODY }] })];
    host.aiSensy.cold.projectTemplates = [{ id: 'a', name: 'order_update', status: 'APPROVED', language: 'en', text: BODY }];
    // A mistake that was made twice stands for half a second without another look.
    await eventually(async () => expect(await host.cleverTap.send(message('textFooter'))).toMatchObject({ outcome: 'success' }));
    expect(host.aiSensy.received).toHaveLength(1);
  });

  it("refuses the host's own message alike", async () => {
    const host = await start({ transport: 'direct', aiSensy: { templates: [metaRow()] } });
    const send = (...parameters: string[]) => host.bridge.send({ to: '+919800000001', content: { type: 'template', name: 'order_update', language: 'en', body: { parameters }, buttons: [], customProps: {} } });
    expect(await send('Asha')).toMatchObject({ status: 'refused', reason: { code: 1001, title: 'Template order_update (en): its body takes 2 values, 1 came' } });
    expect(await send('Asha', 'A-1')).toMatchObject({ status: 'accepted' });
    expect(host.aiSensy.received).toHaveLength(1);
  });

  it('leaves the validation of a provider and free messages alone', async () => {
    const host = await start({ transport: 'direct', aiSensy: { templates: [metaRow()] } });
    expect(await host.cleverTap.sendValidation()).toMatchObject({ status: 200 });
    expect(await host.cleverTap.send(message('freeformText'))).toMatchObject({ outcome: 'success' });
    expect((await host.bridge.health()).preflight).toEqual({ refusals: 0 });
  });

  it('takes a template that was approved since the list was read, and any where AiSensy does not answer', async () => {
    const host = await start({ transport: 'direct', aiSensy: { templates: [metaRow()] } });
    expect(pageOf(await ask(host)).data).toHaveLength(1);
    host.aiSensy.cold.templates = [metaRow(), rowFor(message('textFooter'))];
    expect(await host.cleverTap.send(message('textFooter'))).toMatchObject({ outcome: 'success' });
    host.aiSensy.cold.fault = { status: 503 };
    expect(await host.cleverTap.send(message('quickReplies'))).toMatchObject({ outcome: 'success' });
  });

  it('can be switched off', async () => {
    const host = await start({ transport: 'direct', account: { preflight: false }, aiSensy: { templates: [metaRow()] } });
    expect(await host.cleverTap.send(message('quickReplies'))).toMatchObject({ outcome: 'success' });
    expect(host.aiSensy.cold.asked).toEqual([]);
  });
});
