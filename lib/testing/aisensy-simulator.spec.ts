import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AiSensyPeers } from '../../test/support/aisensy-peers.ts';
import { behaviours } from './aisensy/behaviour.ts';
import { forms } from './clevertap/forms.ts';
import { readWireLog } from './wire/wire-log.ts';

const peers = new AiSensyPeers();
afterEach(() => peers.stop());
const start: AiSensyPeers['start'] = (...setup) => peers.start(...setup);

const none = { statuses: [] };

describe('the endpoint', () => {
  it('keeps everything received, byte for byte, and knows what came twice', async () => {
    const { simulator, send } = await start({ reports: none });
    expect(await send('a')).toMatchObject({ status: 200, text: '{"status":"success"}' });
    await send('a', undefined, { 'X-Extra': 'yes' });
    await send('0|0|0|0');
    await send('0|0|0|0');
    const fields = { to: '+919800000001', wabaNumber: '+918889500122', template: 'feedback', taken: true, status: 200 };
    expect(simulator.received).toMatchObject(['a', 'a', '0|0|0|0', '0|0|0|0'].map((msgId, index) => ({ index, msgId, ...fields })));
    const payload = forms.quickReplies({ to: '+919800000001', wabaNumber: '+918889500122', msgId: 'a', index: 0 });
    expect(simulator.received[0]!.body.toString()).toBe(JSON.stringify(payload));
    expect(simulator.receivedByMsgId.get('a')![1]!.headers['x-extra']).toBe('yes');
    expect(simulator).toMatchObject({ duplicates: ['a'], takenTwice: ['a'], requestsPerSecond: expect.any(Array) });
  });

  it('wants its headers', async () => {
    const { simulator, send } = await start({ headers: { Authorization: 'Key 1' }, reports: none });
    expect(await send('a')).toMatchObject({ status: 401, text: expect.stringContaining('2000') });
    expect(await send('a', undefined, { authorization: 'Key 2' })).toMatchObject({ status: 401 });
    expect(await send('a', undefined, { authorization: 'Key 1' })).toMatchObject({ status: 200 });
    expect(simulator.unauthorized).toBe(2);
    expect(simulator.received).toHaveLength(1);
  });

  it('refuses what is no message, and never hands the validation to a person', async () => {
    const { simulator, send, callbacks } = await start();
    expect(await send('', { to: '1' })).toMatchObject({ status: 400 });
    expect(await send('', [])).toMatchObject({ status: 400 });
    const validation = { msgId: '0|0|0|0', to: '919800000001', template: { namespace: 'whatsapp:hsm:technology:generic:verify' } };
    expect(await send('', validation)).toMatchObject({ status: 200 });
    await simulator.reportsDone();
    expect(simulator.taken).toEqual([]);
    expect(callbacks).toEqual([]);
  });

  it('counts how many requests were open at once', async () => {
    const { simulator, send } = await start({ plan: behaviours.hang() });
    for (let index = 0; index < 40; index++) void send(`m${index}`);
    await simulator.waitForMessages(40);
    expect(simulator.maxConcurrentSeen).toBe(40);
    expect(simulator.requestsPerSecond.reduce((sum, each) => sum + each)).toBe(40);
  });

  it('forgets bodies where told to', async () => {
    const { simulator, send } = await start({ keepBodies: false, reports: none });
    await send('a');
    expect(simulator.received[0]).toMatchObject({ msgId: 'a', headers: {}, body: Buffer.alloc(0) });
  });
});

describe('the plan', () => {
  it.each([
    ['refuse', behaviours.refuse(2002, 'Invalid'), 200, '{"status":"failure","error":{"code":2002,"message":"Invalid"}}'],
    ['badRequest', behaviours.badRequest('Invalid Number'), 400, '{"message":"Invalid Number"}'],
    ['noCredits', behaviours.noCredits(), 402, expect.stringContaining('"message":"Insufficient WhatsApp Conversation Credits (WCC)!"')],
    ['noPlan', behaviours.noPlan(), 400, expect.stringContaining('"message":"No Plan active on assistant!"')],
    ['badCredential', behaviours.badCredential(), 401, expect.stringContaining('2000')],
    ['tooMany', behaviours.tooMany(), 429, '{"message":"Too many requests"}'],
    ['serverError', behaviours.serverError(), 500, '{"message":"Internal Server Error"}'],
  ])('%s: answers so and takes nothing', async (_, plan, status, text) => {
    const { simulator, send, callbacks } = await start({ plan });
    const result = await send('a');
    expect(result).toMatchObject({ status, text });
    expect(result.headers['retry-after']).toBeUndefined();
    await simulator.reportsDone();
    expect(simulator.taken).toEqual([]);
    expect(callbacks).toEqual([]);
  });

  it('tells when to come again', async () => {
    const { send } = await start({ plan: behaviours.tooMany(3) });
    expect((await send('a')).headers['retry-after']).toBe('3');
  });

  it.each([
    ['hang', behaviours.hang(), false, 'gave up'], ['hang, taken', behaviours.hang(true), true, 'gave up'],
    ['reset', behaviours.reset(), false, /ECONNRESET|UND_ERR_SOCKET/],
    ['dropAnswer', behaviours.dropAnswer(), true, /ECONNRESET|UND_ERR_SOCKET/],
  ])('%s: leaves the caller without an answer', async (_, plan, taken, error) => {
    const { simulator, send, statuses } = await start({ plan }, undefined, 300);
    expect(await send('a')).toMatchObject({ status: 0, error: expect.stringMatching(error) });
    await simulator.reportsDone();
    expect(simulator.received[0]).toMatchObject({ taken, status: 0 });
    expect(statuses()).toEqual(taken ? ['sent', 'delivered', 'read'] : []);
  });

  it('may take a message and answer 500, or take it slowly', async () => {
    const { simulator, send, statuses } = await start({
      plan: [{ use: behaviours.serverError(true), msgId: 'a' }, { use: behaviours.slow(40) }],
    });
    expect(await send('a')).toMatchObject({ status: 500 });
    expect((await send('b')).ms).toBeGreaterThanOrEqual(39);
    await simulator.reportsDone();
    expect(statuses()).toHaveLength(6);
  });

  it('can be changed, and the delay be a function', async () => {
    const { simulator, send } = await start({ delayMs: ({ msgId }) => (msgId === 'b' ? 40 : 0), reports: none });
    simulator.setPlan((_, index) => (index === 0 ? behaviours.tooMany() : undefined));
    expect(await send('a')).toMatchObject({ status: 429 });
    const { status, ms } = await send('b');
    expect(status).toBe(200);
    expect(ms).toBeGreaterThanOrEqual(39);
  });

  it('may refuse connections for a while', async () => {
    const { simulator, send } = await start({ reports: none });
    await simulator.goDown();
    expect(await send('a')).toMatchObject({ error: 'ECONNREFUSED' });
    await simulator.comeUp();
    expect(await send('a')).toMatchObject({ status: 200 });
  });
});

describe('waiting and the wire log', () => {
  it('waits for messages and says in vain what came', async () => {
    const { simulator, send } = await start({ reports: none });
    const waits = [simulator.waitForMessages(2), simulator.waitFor((each) => each.taken.length === 2)];
    await send('a');
    await send('b');
    await Promise.all(waits);
    await expect(simulator.waitForMessages(3, { timeoutMs: 5 })).rejects.toThrow(
      'Waited 5 ms in vain for 3 messages. So far: 2 messages received (0 more with a wrong credential), 2 taken, 0 reports posted, 0 pending, '
      + '0 callbacks acknowledged, 0 failed, 0 lost.',
    );
    simulator.reset();
    expect(simulator.received).toEqual([]);
  });

  it('logs each message before it is answered, and each report', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'aisensy-'));
    peers.stops.push(() => rmSync(folder, { recursive: true }));
    const wireLog = join(folder, 'wire.jsonl');
    const { simulator, send } = await start({ wireLog, plan: behaviours.dropAnswer(), reports: { statuses: ['sent'] } });
    await send('a');
    await simulator.reportsDone();
    const [message, report] = readWireLog(wireLog);
    expect(message).toMatchObject({ event: 'message', msgId: 'a', taken: true });
    expect(Buffer.from(message!.body as string, 'base64').equals(simulator.received[0]!.body)).toBe(true);
    expect(report).toMatchObject({ event: 'report', msgId: 'a', status: 'sent' });
  });
});
