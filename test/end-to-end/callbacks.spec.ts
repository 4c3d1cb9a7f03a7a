import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CleverTapPayload, ReceivedMessage } from 'nestjs-whatsapp-bridge/testing';
import { readdirSync } from 'node:fs';
import { type BridgeHost, type CallbackCredentials, type CallbackRoute, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { answerWithNames, CALLBACK_FORMS, signature, statusIn } from '../support/callback-forms.ts';
import { eventually } from '../support/eventually.ts';
import { fixture, fixtureText } from '../support/fixtures.ts';
import { call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';
import { varied } from '../support/varied-types.ts';

const ROUTES: CallbackRoute[] = ['delivery-reports', 'inbound-messages', 'webhook'];
const OK = { status: 200, text: '{"status":"ok"}' };
const ANSWER = { kind: 'answer' as const, status: 200 };
const CREDENTIALS = { headers: { 'X-Key': ['old-key', 'new-key'], 'X-Shop': 'pune' }, token: ['old token', 'new+token'], signingSecret: ['old-secret', 'new-secret'] };

/** Every way in which AiSensy may prove itself, for a body. */
const PROOFS: [what: string, proof: (body: string) => CallbackCredentials][] = [
  ['headers', () => ({ token: null, headers: { 'x-key': 'new-key', 'x-shop': 'pune' } })],
  ['headers with the key before', () => ({ token: null, headers: { 'x-key': 'old-key', 'x-shop': 'pune' } })],
  ['token', () => ({ token: 'new+token' })],
  ['token before', () => ({ token: 'old token' })],
  ['signature', (body) => ({ token: null, headers: signature('new-secret', body) })],
  ['signature with the secret before', (body) => ({ token: null, headers: signature('old-secret', body) })],
  ['signature of the JSON written out again', (body) => ({ token: null, headers: signature('new-secret', JSON.stringify(JSON.parse(body))) })],
];

describe.each(PLATFORMS)('AiSensy\'s callbacks on %s', (platform) => {
  const start = hostsOn(platform);

  /** A host, and messages that have been sent and of which no report has come. */
  async function startWith(count: number, account: Parameters<typeof start>[0] = {}): Promise<[BridgeHost, readonly ReceivedMessage[]]> {
    const host = await start({ ...account, aiSensy: { plan: (received) => ({ ...ANSWER, body: answerWithNames(received) }), reports: { statuses: [] } } });
    for (let sent = 0; sent < count; sent += 1) await host.cleverTap.send(message());
    return [host, host.aiSensy.received];
  }

  it('are taken in every form on every route with every proof', async () => {
    const rows = CALLBACK_FORMS.flatMap((form) => ROUTES.flatMap((route) => PROOFS.map(([what, proof]) => ({ form, route, what, proof }))));
    const [host, received] = await startWith(rows.length, { account: { aiSensy: { callbacks: CREDENTIALS } } });
    for (const [place, { form, route, what, proof }] of rows.entries()) {
      const body = JSON.stringify(statusIn(form, received[place]!, 'delivered'), null, 1);
      expect([form, route, what, await host.callback(route, body, proof(body))]).toEqual([form, route, what, expect.objectContaining(OK)]);
    }
    await host.cleverTap.waitForStatuses(rows.length);
    expect(host.cleverTap.balance()).toMatchObject({ delivered: rows.length, duplicates: 0, rejected: 0 });
  });

  it('are refused with wrong proofs, and nothing of them is kept', async () => {
    const [host, [received]] = await startWith(1, { account: { aiSensy: { callbacks: CREDENTIALS } }, options: { throttle: { limit: 1_000 } } });
    const body = JSON.stringify(statusIn('clevertap', received!, 'read'));
    const wrong: CallbackCredentials[] = [
      { token: null }, { token: '' }, { token: 'NEW+TOKEN' }, { token: 'old token,new+token' },
      { token: null, headers: { 'x-key': 'new-key' } }, { token: null, headers: { 'x-shop': 'pune' } }, { token: null, headers: { 'x-key': '', 'x-shop': 'pune' } },
      { token: null, headers: signature('other-secret', body) }, { token: null, headers: signature('new-secret', `${body} `) },
      { token: null, headers: { 'x-aisensy-signature': `sha256=${signature('new-secret', body)['x-aisensy-signature']}` } },
    ];
    for (const route of ROUTES) {
      for (const proof of wrong) expect([proof, await host.callback(route, body, proof)]).toEqual([proof, expect.objectContaining({ status: 401, text: '{"message":"Unauthorized"}' })]);
    }
    expect((await host.bridge.message(received!.msgId))?.status).toBeUndefined();
    expect(await host.bridge.deadLetters.list()).toEqual([]);
  });

  it('are taken element by element: what is broken spoils nothing beside it', async () => {
    const [host, [first, second, third]] = await startWith(3);
    const status = (of: ReceivedMessage | undefined, name = 'delivered'): object => ({ msgId: of?.msgId, status: name, timestamp: '1790000003' });
    const cleverTap = { payloadVersion: '0.1', statuses: [status(first), status(first, 'exploded'), status(undefined), 42, null, status(second)] };
    const meta = statusIn('meta', third!, 'delivered') as { entry: [{ changes: object[] }] };
    meta.entry[0].changes.unshift({ field: 'messages', value: { statuses: [{ status: 'read' }], messages: [{ type: 'text' }] } }, { field: 'messages' });
    expect(await host.callback('delivery-reports', cleverTap)).toMatchObject(OK);
    expect(await host.callback('webhook', [meta, 'nonsense', statusIn('project', first!, 'read')])).toMatchObject(OK);
    await host.cleverTap.waitForStatuses(4);
    expect(host.cleverTap.balance()).toMatchObject({ delivered: 3, read: 1, rejected: 0 });
    const letters = await host.bridge.deadLetters.list({ kind: 'unreadable' });
    expect(letters.map(({ payload }) => payload)).toEqual([
      status(first, 'exploded'), status(undefined), 42, null, { status: 'read' }, { type: 'text' }, { field: 'messages' }, 'nonsense',
    ]);
    expect(letters.every(({ reason }) => reason.length > 10)).toBe(true);
  });

  /** A host that has sent the message which all samples are about. */
  async function startWithSamples(): Promise<[BridgeHost, CleverTapPayload, samples: string[]]> {
    const host = await start({
      aiSensy: {
        plan: { ...ANSWER, body: { status: 'success', submitted_message_id: '7b0c1d3e-0000-4000-8000-000000000001', messages: [{ id: 'wamid.TEST0001' }] } },
        reports: { statuses: [] },
      },
    });
    const sent = message('quickReplies', { msgId: '25596363|1790000000|20260922|25596363' });
    await host.cleverTap.send(sent);
    const samples = ['clevertap/callbacks', 'aisensy/webhook', 'meta/webhook'].flatMap((folder) => (
      readdirSync(new URL(`../fixtures/${folder}`, import.meta.url)).map((name) => `${folder}/${name}`)
    ));
    expect(samples.length).toBeGreaterThan(18);
    return [host, sent, samples];
  }

  it('are taken in all their samples with their types varied, on every route', async () => {
    const [host, sent, samples] = await startWithSamples();
    for (const [place, sample] of samples.entries()) {
      for (const [turn, variant] of fc.sample(varied(fixture(sample)), { seed: place, numRuns: 6 }).entries()) {
        expect([variant, await host.callback(ROUTES[turn % 3]!, variant)]).toEqual([variant, expect.objectContaining(OK)]);
      }
    }
    await eventually(() => {
      expect(new Set(host.cleverTap.messageBalance(sent.msgId)?.statuses)).toEqual(new Set(['clicked', 'failed', 'sent', 'delivered', 'read']));
      expect(new Set(host.cleverTap.inbound.map(({ type }) => type))).toEqual(new Set(['text', 'button', 'image', 'file', 'location']));
    });
    expect(host.cleverTap.rejected).toEqual([]);
    expect(await host.bridge.deadLetters.list({ kind: 'unreadable' })).toEqual([]);
  });

  it('are taken in all their samples', async () => {
    const [host, sent, samples] = await startWithSamples();
    for (const sample of samples) expect([sample, await host.callback('webhook', fixtureText(sample))]).toEqual([sample, expect.objectContaining(OK)]);
    await eventually(() => {
      expect(new Set(host.cleverTap.messageBalance(sent.msgId)?.statuses)).toEqual(new Set(['clicked', 'failed', 'sent', 'delivered', 'read']));
    });
    expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'dispatched', status: 'read' });
    expect(host.cleverTap.statusesOf(sent.msgId).filter(({ duplicate }) => duplicate)).toEqual([]);
    expect(host.cleverTap.rejected).toEqual([]);
    expect(await host.bridge.deadLetters.list({ kind: 'unreadable' })).toEqual([]);
  });

  it('answer AiSensy as it saves their URLs, without any proof', async () => {
    const host = await start();
    for (const route of ROUTES) {
      expect(await call(`${host.url}/`, `aisensy/${route}`, { method: 'GET' })).toMatchObject(OK);
      expect(await host.callback(route, fixtureText('aisensy/webhook/test-ping.json'), { token: null })).toMatchObject(OK);
    }
    const more = { event: 'test.webhook', data: { message: 'Hi', more: 1 } };
    expect(await host.callback('webhook', more, { token: null })).toMatchObject({ status: 401 });
    expect(await host.callback('webhook', more)).toMatchObject(OK);
  });

  it('never make AiSensy switch the webhook off, whatever they hold', async () => {
    const host = await start({ options: { bodyLimits: { callbacks: 2_000 } } });
    for (const body of ['{}', '[]', '{"topic":"contact.created","data":{}}', '"text"', '7', '{"entry":{}}', '{"statuses":[]}']) {
      expect([body, await host.callback('webhook', body)]).toEqual([body, expect.objectContaining(OK)]);
    }
    expect(await host.callback('webhook', '{"statuses":')).toMatchObject({ status: 400, text: '{"message":"The body is not JSON"}' });
    expect(await host.callback('webhook', '')).toMatchObject({ status: 400 });
    expect(await host.callback('webhook', { statuses: ['x'.repeat(2_000)] })).toMatchObject({ status: 413, text: '{"message":"The body is too large"}' });
  });
});
