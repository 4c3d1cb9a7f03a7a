import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { AiSensySimulator } from 'nestjs-whatsapp-bridge/testing';
import { type BridgeHost, type BridgeHostSetup, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { type Answer, call } from '../support/http-hosts.ts';
import { answer, SenderBench } from '../support/raw-peer.ts';

type ColdFault = NonNullable<AiSensySimulator['cold']['fault']>;

const PUBLIC_URL = 'https://api.example.com';
const FROM = '919800000001';
const ID = '1234567890123456';
const PICTURE = Buffer.from(Array.from({ length: 100_000 }, (_, place) => (place * 31) % 256));
const WEEK_MS = 7 * 86_400_000;

const KINDS: [type: 'image' | 'video' | 'audio' | 'file', mimeType: string][] = [
  ['image', 'image/png'], ['video', 'video/mp4'], ['audio', 'audio/ogg; codecs=opus'], ['file', 'application/pdf'],
];

describe.each(PLATFORMS)('a medium that AiSensy names by its id, on %s', (platform) => {
  const start = hostsOn(platform);
  const bench = new SenderBench();
  afterEach(() => bench.close());
  afterEach(() => void jest.restoreAllMocks());

  /** A host behind its public address, whose AiSensy keeps the medium. */
  const startWith = (medium: object, { options, aiSensy, ...setup }: BridgeHostSetup = {}): Promise<BridgeHost> => start({
    transport: 'direct', account: { preflight: false }, options: { publicUrl: PUBLIC_URL, ...options },
    aiSensy: { callbackForm: 'meta', media: { [ID]: { mimeType: 'image/png', content: PICTURE, ...medium } }, ...aiSensy }, ...setup,
  });

  /** The link that CleverTap gets once a person has sent the medium. */
  async function linkFor(host: BridgeHost, type: 'image' | 'video' | 'audio' | 'file' = 'image', more: object = {}): Promise<string> {
    const before = host.cleverTap.inbound.length;
    await host.aiSensy.personSends({ type, mediaId: ID, from: FROM, ...more });
    await host.cleverTap.waitForInbound(before + 1);
    return host.cleverTap.inbound.at(-1)!.content.mediaURL as string;
  }

  /** Opens a link as CleverTap does, which finds the host behind its public address. */
  const open = (host: BridgeHost, link: string): Promise<Answer> => call(link.replace(`${PUBLIC_URL}/whatsapp`, host.url), '', { method: 'GET' });

  /** Whether anything of the medium is told: a stream that breaks off ends the connection in place of an answer. */
  const opened = (host: BridgeHost, link: string): Promise<Answer | 'broken off'> => open(host, link).catch(() => 'broken off' as const);

  it.each(['direct', 'project'] as const)('is served to CleverTap with its own type, through the %s API', async (transport) => {
    const host = await startWith({}, { transport });
    for (const [type, mimeType] of KINDS) {
      host.aiSensy.cold.media[ID] = { mimeType, content: PICTURE };
      const link = await linkFor(host, type, { mimeType });
      expect(link).toMatch(/^https:\/\/api\.example\.com\/whatsapp\/media\/[\w.-]{40,100}$/);
      expect(link).not.toContain('?');
      const { status, headers, text } = await open(host, link);
      expect([type, status, headers['content-type'], headers['content-disposition']]).toEqual([type, 200, mimeType, 'inline']);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox" });
      expect(text).toBe(PICTURE.toString());
    }
  });

  it('is the very same bytes, asked for as a stream or written out in JSON', async () => {
    for (const asJson of [false, true]) {
      const host = await startWith({ asJson });
      const response = await fetch((await linkFor(host)).replace(`${PUBLIC_URL}/whatsapp`, host.url));
      expect(Buffer.from(await response.arrayBuffer()).equals(PICTURE)).toBe(true);
      expect(response.headers.get('content-type')).toBe(asJson ? 'image/jpeg' : 'image/png');
    }
  });

  it('is saved, never shown, where it is a page with scripts', async () => {
    const host = await startWith({ mimeType: 'text/html', content: Buffer.from('<script>alert(1)</script>') });
    expect((await open(host, await linkFor(host, 'file'))).headers).toMatchObject({ 'content-disposition': 'attachment', 'x-content-type-options': 'nosniff' });
  });

  it('is fetched from AiSensy for the signed link alone: a link that anything was changed of opens nothing', async () => {
    const host = await startWith({}, { options: { throttle: { limit: 1_000 } }, second: { transport: 'direct', account: { preflight: false } } });
    host.aiSensy.cold.media['9999999999999999'] = { mimeType: 'image/png', content: 'c2VjcmV0' };
    const link = await linkFor(host);
    const [number, id, ends, type, signature] = link.split('/').at(-1)!.split('.') as [string, string, string, string, string];
    const token = (...parts: string[]): string => `${PUBLIC_URL}/whatsapp/media/${parts.join('.')}`;
    const later = (parseInt(ends, 36) + 1).toString(36);
    const other = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    const changed = [
      token(number, '9999999999999999', ends, type, signature), token('918889500133', id, ends, type, signature), token('910000000000', id, ends, type, signature),
      token(number, id, later, type, signature), token(number, id, ends, 'a', signature), token(number, id, ends, type, other),
      token(number, id, ends, type, signature.slice(1)), token(number, id, ends, type, ''), token(number, id, ends, type), token(number, id, signature),
      token(id), token('x'), token(encodeURIComponent('https://evil.example.com/x.png')), token(`..%2f..%2f${id}`), `${link}.`, `${link}A`,
    ];
    for (const each of changed) expect([each, (await open(host, each)).status]).toEqual([each, 404]);
    expect(host.aiSensy.cold.asked).toEqual([]);
    expect((await open(host, `${link}?url=https://evil.example.com/x.png&id=9999999999999999`)).text).toBe(PICTURE.toString());
    expect(host.aiSensy.cold.asked).toEqual(['/direct-apis/t1/get-media?responseType=stream']);
  });

  it('can be opened until the link ends, and again while it lasts', async () => {
    const host = await startWith({}, { options: { media: { linkValidMs: WEEK_MS } } });
    const link = await linkFor(host);
    const clock = performance.now.bind(performance);
    const ahead = (ms: number): void => void jest.spyOn(performance, 'now').mockImplementation(() => clock() + ms);
    ahead(WEEK_MS - 60_000);
    expect((await open(host, link)).status).toBe(200);
    ahead(WEEK_MS + 60_000);
    expect(await open(host, link)).toMatchObject({ status: 410, text: expect.stringContaining('The link has ended') });
    expect(host.aiSensy.cold.asked).toHaveLength(1);
  });

  it('can be opened after a restart, and by no link of another secret', async () => {
    const host = await startWith({}, { durable: true, options: { media: { secret: 'a-secret-of-the-host-1' } } });
    const link = await linkFor(host);
    await host.restart();
    expect((await open(host, link)).status).toBe(200);
    const other = await startWith({}, { options: { media: { secret: 'a-secret-of-the-host-2' } } });
    expect((await open(other, link)).status).toBe(404);
  });

  it('is not passed on beyond the size limit, whether AiSensy tells its size or not', async () => {
    const limited = { options: { media: { maxBytes: PICTURE.length - 1 } } };
    for (const asJson of [false, true]) {
      const told = await startWith({ asJson }, limited);
      expect(await open(told, await linkFor(told))).toMatchObject({ status: 502, text: expect.not.stringContaining('maxBytes') });
    }
    const peer = await bench.peer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n');
      for (let part = 0; part < 4; part += 1) socket.write(`7530\r\n${'x'.repeat(30_000)}\r\n`);
      socket.write('0\r\n\r\n');
    });
    const untold = await startWith({}, { ...limited, transportOptions: { endpoint: `http://${peer.host}/direct-apis/t1/messages`, token: 'a-token' } });
    expect(await opened(untold, await linkFor(untold))).toBe('broken off');
    const enough = await startWith({}, { options: { media: { maxBytes: PICTURE.length } } });
    expect((await open(enough, await linkFor(enough))).status).toBe(200);
  });

  it('is not looked for where AiSensy points to: no redirect, no address in its answer, is followed', async () => {
    const elsewhere = await bench.peer((socket) => void socket.write(answer(['200 OK', 'Content-Type: image/png'], 'stolen')));
    const faults: ColdFault[] = [
      { status: 302, headers: { location: `http://${elsewhere.host}/x.png` }, body: {} }, { status: 307, headers: { location: `http://${elsewhere.host}/x.png` }, body: {} },
      { status: 200, body: { url: `http://${elsewhere.host}/x.png`, link: `http://${elsewhere.host}/x.png` }, headers: { 'content-type': 'application/json' } },
    ];
    const host = await startWith({});
    for (const fault of faults) {
      const link = await linkFor(host);
      host.aiSensy.cold.fault = fault;
      expect(await open(host, link)).toMatchObject({ status: 502, text: expect.not.stringContaining(elsewhere.host) });
      host.aiSensy.cold.fault = undefined;
    }
    expect(elsewhere.requests).toEqual([]);
  });

  it('is told as missing where AiSensy does not have it, without a word of why', async () => {
    const logger = new CapturedLogs();
    const host = await startWith({}, { logger });
    const link = await linkFor(host);
    delete host.aiSensy.cold.media[ID];
    expect(await open(host, link)).toMatchObject({ status: 502, text: '{"message":"The medium could not be fetched from AiSensy"}' });
    expect(logger.lines.filter((line) => line.includes('could not be fetched'))).toHaveLength(1);
    expect(logger.lines.join('\n')).not.toContain(link.split('.').at(-1));
  });

  it('leaves whoever invents links with 429', async () => {
    const host = await startWith({}, { options: { throttle: { limit: 3 } } });
    const link = await linkFor(host);
    const statuses: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) statuses.push((await open(host, `${link}${turn}`)).status);
    expect(statuses).toEqual([404, 404, 404, 429, 429]);
    expect((await open(host, link)).status).toBe(200);
  });

  it('is told to CleverTap in words where no link can be made', async () => {
    const host = await startWith({}, { options: { publicUrl: undefined } });
    await host.aiSensy.personSends({ type: 'image', mediaId: ID, caption: 'Broken', from: FROM });
    await host.aiSensy.personSends({ type: 'audio', mediaId: ID, from: FROM });
    await host.cleverTap.waitForInbound(2);
    expect(host.cleverTap.inbound.map(({ type, content }) => [type, content])).toEqual([['text', { body: 'Broken' }], ['text', { body: '[audio]' }]]);
  });
});
