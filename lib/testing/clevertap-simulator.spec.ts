import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CleverTapPeers, inboundText as text, msgIdIn, status as sent, SUCCESS } from '../../test/support/clevertap-peers.ts';
import { forms } from './clevertap/forms.ts';
import { readWireLog } from './wire/wire-log.ts';

const peers = new CleverTapPeers();
afterEach(() => peers.stop());

describe('a single message', () => {
  it('tells the whole answer', async () => {
    const simulator = await peers.startWith((exchange) => exchange.answer(200, '{"status":"failure","error":{"code":2001,"message":"x"}}'));
    const result = await simulator.send({ msgId: 'a', to: '919800000001' });
    const body = { status: 'failure', error: { code: 2001, message: 'x' } };
    expect(result).toMatchObject({ status: 200, body, outcome: 'refused', code: 2001 });
    expect(result.headers['content-type']).toBe('application/json');
    expect(simulator.messageBalance('a')).toMatchObject({ msgId: 'a', outcome: 'refused', code: 2001, statuses: [] });
  });

  it('goes out byte for byte where it is text or bytes', async () => {
    const bodies: Buffer[] = [];
    const simulator = await peers.startWith((exchange) => {
      bodies.push(exchange.body);
      exchange.answer(400, '{}');
    });
    const bytes = new Uint8Array([0xff, 0x00, 0x7b]);
    await simulator.send(bytes);
    await simulator.send('{ "msg_id" : "b" , "to":"1"}');
    expect(bodies.map((body) => body.toString('hex'))).toEqual(['ff007b', Buffer.from('{ "msg_id" : "b" , "to":"1"}').toString('hex')]);
    expect([...simulator.sent.keys()]).toEqual(['b']);
  });

  it('is test traffic for "send test" and for the validation, which names no message', async () => {
    const ids: string[] = [];
    const simulator = await peers.startWith((exchange) => {
      ids.push(msgIdIn(exchange));
      exchange.answer(200, SUCCESS);
    });
    const carousel = forms.carousel({ to: '919800000001', wabaNumber: '1', msgId: 'x', index: 0 });
    expect(await simulator.sendTest(carousel)).toMatchObject({ outcome: 'success' });
    expect(await simulator.sendTest()).toMatchObject({ outcome: 'success' });
    expect(await simulator.sendValidation()).toMatchObject({ outcome: 'success' });
    expect(ids).toEqual(['0|0|0|0', '0|0|0|0', '0|0|0|0']);
    expect(simulator.sent.size).toBe(0);
  });
});

describe('waiting', () => {
  it('ends when enough came', async () => {
    const simulator = await peers.start();
    const post = peers.client();
    const waits = [
      simulator.waitForStatuses(2), simulator.waitForInbound(1), simulator.waitFor((each) => each.statusesOf('a').length === 2),
    ];
    await post(simulator.deliveryReportUrl, sent('a'));
    await post(simulator.deliveryReportUrl, sent('a', 'read'));
    await post(simulator.inboundMessageUrl, text);
    await Promise.all(waits);
  });

  it('fails in words that say what came', async () => {
    const simulator = await peers.start();
    const post = peers.client();
    const statuses = [{ msgId: 'a', status: 'sent', timestamp: '1790000001' }, null];
    await post(simulator.deliveryReportUrl, { payloadVersion: '0.1', statuses });
    await expect(simulator.waitForStatuses(3, { timeoutMs: 10 })).rejects.toThrow(
      'Waited 10 ms in vain for 3 statuses. So far: 0 messages sent, 1 statuses (sent 1), 0 inbound messages, 0 duplicates, '
      + '1 rejected (the last since statuses[1] is no object).',
    );
  });

  it('ends with the simulator', async () => {
    const simulator = await peers.start();
    const waiting = expect(simulator.waitForInbound(1)).rejects.toThrow('was stopped');
    await simulator.stop();
    await waiting;
  });
});

describe('the balance', () => {
  it('says what came back and what did not', async () => {
    const simulator = await peers.startWith((exchange) => {
      const refused = msgIdIn(exchange) === 'refused';
      exchange.answer(200, refused ? '{"status":"failure","error":{"code":2002,"message":"x"}}' : SUCCESS);
    });
    const post = peers.client();
    for (const msgId of ['read', 'failed', 'refused', 'silent']) await simulator.send({ msgId, to: '919800000001' });
    const status = (msgId: string, name: string): object => ({ msgId, status: name, timestamp: '1790000001' });
    await post(simulator.deliveryReportUrl, {
      payloadVersion: '0.1',
      statuses: [
        status('read', 'sent'), status('read', 'read'), status('read', 'delivered'), status('read', 'read'), status('refused', 'sent'),
        status('foreign', 'sent'),
        { ...status('failed', 'failed'), error: { code: 1005, title: '131026: x' } },
        { msgId: 'read', status: 'Clicked', ts: 1_790_000_020, url: 'https://a.example.com' },
      ],
    });
    expect(simulator.balance()).toEqual({
      messages: 4, inFlight: 0, success: 3, refused: 1, refusedByCode: { 2002: 1 }, late: 0, errors: 0, sent: 2, delivered: 1, read: 1,
      clicked: 1, failed: 1, failedByCode: { 1005: 1 }, replied: 0, unaccounted: 1, unaccountedMsgIds: ['silent'], contradicted: 1,
      foreignMsgIds: 1, duplicates: 1, rejected: 0,
    });
    expect(simulator.messageBalances().map(({ msgId, statuses }) => [msgId, statuses])).toEqual([
      ['read', ['sent', 'read', 'delivered', 'clicked']], ['failed', ['failed']], ['refused', ['sent']], ['silent', []],
    ]);
    expect(simulator.messageBalance('failed')?.failure).toEqual({ code: 1005, title: '131026: x' });
    simulator.reset();
    expect(simulator.balance()).toMatchObject({ messages: 0, sent: 0, foreignMsgIds: 0, duplicates: 0 });
  });
});

describe('the wire log', () => {
  it('has a line for everything sent and received, before anybody waits for it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'clevertap-'));
    peers.stops.push(() => rmSync(folder, { recursive: true }));
    const wireLog = join(folder, 'wire.jsonl');
    const before: string[] = [];
    const simulator = await peers.startWith((exchange) => {
      before.push(...readWireLog(wireLog).map(({ event }) => event));
      exchange.answer(200, SUCCESS);
    }, { wireLog });
    await simulator.send({ msgId: 'a', to: '919800000001' });
    expect(before).toEqual(['send']);
    await peers.client()(simulator.deliveryReportUrl, sent('a'));
    expect(readWireLog(wireLog)).toMatchObject([
      { event: 'send', msgId: 'a' }, { event: 'answer', msgId: 'a', outcome: 'success', status: 200 },
      { event: 'status', msgId: 'a', status: 'sent' },
    ]);
  });
});
