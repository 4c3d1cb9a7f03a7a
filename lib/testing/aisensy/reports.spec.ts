import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AiSensyPeers } from '../../../test/support/aisensy-peers.ts';

const peers = new AiSensyPeers();
afterEach(() => peers.stop());
const start: AiSensyPeers['start'] = (...setup) => peers.start(...setup);

const none = { statuses: [] };

describe('reports', () => {
  it('come in CleverTap\'s form, in order, after the answer', async () => {
    const { simulator, send, callbacks, statuses } = await start({ callbackHeaders: { 'X-Key': 'K' }, token: 's e' });
    await send('a');
    expect(callbacks).toEqual([]);
    await simulator.reportsDone();
    expect(statuses()).toEqual(['sent', 'delivered', 'read']);
    expect(callbacks[0]).toMatchObject({
      path: '/reports?token=s%20e', headers: { 'x-key': 'K', 'content-type': 'application/json' },
      json: { payloadVersion: '0.1', statuses: [{ msgId: 'a', status: 'sent', timestamp: expect.stringMatching(/^\d{10}$/) }] },
    });
    expect(simulator.callbacks).toMatchObject({ posted: 3, acknowledged: 3, lost: 0, failures: [], latency: { count: 3 } });
  });

  it('can fail, be clicked, be doubled, or never come', async () => {
    const { simulator, send, callbacks } = await start({
      reports: [
        { use: { statuses: ['sent', { status: 'failed', code: 1010, metaCode: 131_049, title: 'Cap' }] }, msgId: 'a' },
        { use: { statuses: [{ status: 'clicked', url: 'https://x.example.com' }], copies: 2 }, msgId: 'b' }, { use: none, msgId: 'c' },
      ],
    });
    await Promise.all(['a', 'b', 'c'].map((msgId) => send(msgId)));
    await simulator.reportsDone();
    const elements = callbacks.flatMap(({ json }) => json.statuses as { msgId: string }[]);
    const [, failed] = elements.filter(({ msgId }) => msgId === 'a');
    expect(failed).toMatchObject({ status: 'failed', error: { code: 1010, title: '131049: Cap' } });
    const clicks = elements.filter(({ msgId }) => msgId === 'b');
    expect(clicks).toHaveLength(2);
    expect(clicks[0]).toMatchObject({ status: 'Clicked', ts: expect.any(Number), url: 'https://x.example.com' });
    expect(clicks[1]).toEqual(clicks[0]);
    expect(elements.filter(({ msgId }) => msgId === 'c')).toEqual([]);
  });

  it('can come in any order', async () => {
    const { simulator, send, statuses } = await start({ reports: { shuffle: true, afterMs: 0, everyMs: 0 }, callbackConnections: 1 });
    const orders = new Set<string>();
    for (let index = 0; index < 20; index++) {
      await send(`m${index}`);
      await simulator.reportsDone();
      const order = statuses().slice(-3);
      orders.add(order.join());
      expect([...order].sort()).toEqual(['delivered', 'read', 'sent']);
    }
    expect(orders.size).toBeGreaterThan(1);
  });

  it.each([0, 1, 50, 'acknowledged' as const])('can come before the answer to the send: %s', async (early) => {
    const order: string[] = [];
    const { simulator, send } = await start({ reports: { early, statuses: ['sent', 'delivered'], everyMs: 60 } }, (exchange) => {
      order.push('report');
      exchange.answer(200, '{}');
    });
    await send('a').then(() => order.push('answer'));
    await simulator.reportsDone();
    expect(simulator.callbacks.posted).toBe(2);
    // A report that is 0 or 1 ms early may be overtaken on the wire; that race is what is simulated.
    if (early === 50 || early === 'acknowledged') expect(order).toEqual(['report', 'answer', 'report']);
    else expect(order.sort()).toEqual(['answer', 'report', 'report']);
  });

  it('can share requests, by size and by time', async () => {
    const { simulator, send, callbacks, statuses } = await start({
      batching: { size: 4, waitMs: 200 }, reports: { statuses: ['sent'], afterMs: 0 },
    });
    for (let index = 0; index < 6; index++) await send(`m${index}`);
    await simulator.reportsDone();
    expect(callbacks.map(({ json }) => (json.statuses as unknown[]).length)).toEqual([4, 2]);
    expect(statuses()).toHaveLength(6);
  });

  it('are posted again once, after a time, and then are lost', async () => {
    const { simulator, send, callbacks } = await start({ retryAfterMs: 20, reports: { statuses: ['sent'] } }, (exchange, index) => {
      exchange.answer(index === 1 ? 200 : 500, '{}');
    });
    await send('a');
    await simulator.reportsDone();
    expect(callbacks.map(({ headers }) => headers['x-retry-count'])).toEqual([undefined, '1']);
    expect(simulator.callbacks).toMatchObject({ acknowledged: 1, lost: 0, failures: [{ attempt: 1, status: 500 }] });
    await send('b');
    await simulator.reportsDone();
    expect(simulator.callbacks).toMatchObject({ acknowledged: 1, lost: 1 });
    expect(callbacks).toHaveLength(4);
  });

  it('end with a 410 where the simulator switches off as the project webhook does', async () => {
    const { simulator, send, callbacks } = await start({ switchesOff: true, retryAfterMs: 1, reports: { everyMs: 300 } }, (exchange) => exchange.answer(410, '{}'));
    await send('a');
    await simulator.reportsDone();
    expect(callbacks).toHaveLength(1);
    expect(simulator.callbacks).toMatchObject({ switchedOff: true, lost: 3 });
  });

  it('go to the address that is set when they are due, and nowhere while none is set', async () => {
    const { simulator, send, callbacks } = await start();
    const { deliveryReportUrl } = simulator.targets;
    simulator.setTargets({ deliveryReportUrl: undefined });
    await send('a');
    await simulator.reportsDone();
    expect(callbacks).toEqual([]);
    simulator.setTargets({ deliveryReportUrl: `${deliveryReportUrl}/other?x=1` });
    await send('b');
    await simulator.reportsDone();
    expect(callbacks[0]!.path).toBe('/reports/other?x=1');
    expect(() => simulator.setTargets({ webhookUrl: 'nowhere' })).toThrow('Invalid URL');
  });

  it('are dropped by a stop', async () => {
    const { simulator, send, callbacks } = await start({ reports: { afterMs: 10 } });
    await send('a');
    const waiting = expect(simulator.reportsDone()).rejects.toThrow('was stopped');
    await simulator.stop();
    await waiting;
    expect(callbacks).toEqual([]);
  });

  it('come in the project webhook\'s form, signed, in an envelope that is new at each attempt', async () => {
    const { simulator, send, callbacks } = await start({
      callbackForm: 'project', signingSecret: 'S', retryAfterMs: 1,
      reports: { statuses: ['sent', 'delivered', 'clicked', { status: 'failed' }] },
    }, (exchange, index) => exchange.answer(index === 0 ? 500 : 200, '{}'));
    const answer = JSON.parse((await send('a')).text) as { status: string; submitted_message_id: string };
    await simulator.reportsDone();
    expect(answer).toEqual({ status: 'success', submitted_message_id: expect.any(String) });
    for (const { text, headers, path } of callbacks) {
      expect(headers['x-aisensy-signature']).toBe(createHmac('sha256', 'S').update(text).digest('hex'));
      expect(path).toBe('/webhook?');
    }
    const messages = callbacks.map(({ json }) => (json.data as { message: Record<string, unknown> }).message);
    expect(messages.every((message) => message.submitted_message_id === answer.submitted_message_id)).toBe(true);
    expect(messages.map(({ status }) => status).sort()).toEqual(['DELIVERED', 'FAILED', 'SENT', 'SENT']);
    const failed = messages.find(({ status }) => status === 'FAILED');
    expect(failed).toMatchObject({ failureResponse: { code: 131_026 }, failed_at: expect.any(Number) });
    const attempts = callbacks.filter((_, index) => messages[index]!.status === 'SENT').map(({ json }) => json);
    expect(attempts.map(({ delivery_attempt: attempt }) => attempt)).toEqual(['1', '2']);
    expect(attempts[0]!.id).not.toBe(attempts[1]!.id);
  });

  it('come in Meta\'s form, several in one notification', async () => {
    const { simulator, send, callbacks } = await start({ callbackForm: 'meta', batching: { size: 3, waitMs: 200 } });
    const answer = JSON.parse((await send('a')).text) as { messages: { id: string }[] };
    await simulator.reportsDone();
    const [{ id }] = answer.messages as [{ id: string }];
    expect(callbacks).toHaveLength(1);
    const json = callbacks[0]!.json as { entry: { changes: { field: string; value: { statuses: object[]; metadata: object } }[] }[] };
    expect(json.entry[0]!.changes[0]).toMatchObject({
      field: 'messages', value: {
        metadata: { display_phone_number: '918889500122' },
        statuses: ['sent', 'delivered', 'read'].map((status) => ({
          id, status, recipient_id: '919800000001', timestamp: expect.any(String),
        })),
      },
    });
  });
});
