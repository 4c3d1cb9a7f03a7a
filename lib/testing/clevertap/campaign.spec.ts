import { afterEach, describe, expect, it } from '@jest/globals';
import { CleverTapPeers, msgIdIn, SUCCESS } from '../../../test/support/clevertap-peers.ts';
import type { Exchange } from '../wire/http-server.ts';
import type { CampaignProgress } from './campaign.ts';

const peers = new CleverTapPeers();
afterEach(() => peers.stop());

describe('a campaign', () => {
  it('sends each message once, so many at once, with the credentials and unique ids', async () => {
    const seen: Exchange[] = [];
    let waiting: Exchange[] = [];
    const simulator = await peers.startWith((exchange) => {
      seen.push(exchange);
      waiting.push(exchange);
      // Answers only once ten wait: fewer at once would never end.
      if (waiting.length === 10) for (const each of waiting.splice(0)) each.answer(200, SUCCESS);
      waiting = waiting.slice();
    }, { headers: { 'X-Key': 'K' }, basic: { username: 'user', password: 'pä:ss' } });
    const result = await simulator.runCampaign({ messages: 100, concurrency: 10, campaignId: '77' });

    expect(result).toMatchObject({ campaignId: '77', messages: 100, sent: 100, answered: 100, success: 100, late: 0, noAnswer: 0 });
    expect(result.latency.count).toBe(100);
    expect(new Set(seen.map(msgIdIn)).size).toBe(100);
    expect([...result.byMsgId.keys()].sort()).toEqual(seen.map(msgIdIn).sort());
    expect(msgIdIn(seen[0]!)).toMatch(/^\d+\|77\|\d+\|\d+$/);
    expect(seen[0]!.headers).toMatchObject({
      'content-type': 'application/json', 'x-key': 'K', authorization: `Basic ${Buffer.from('user:pä:ss').toString('base64')}`,
    });
  });

  it('gives two campaigns different ids', async () => {
    const simulator = await peers.startWith((exchange) => exchange.answer(200, SUCCESS));
    await Promise.all([simulator.runCampaign({ messages: 5 }), simulator.runCampaign({ messages: 5 })]);
    expect(simulator.sent.size).toBe(10);
  });

  it('counts every kind of answer as CleverTap does', async () => {
    const answers: ((exchange: Exchange) => unknown)[] = [
      (exchange) => exchange.answer(200, SUCCESS),
      (exchange) => exchange.answer(200, '{"status":"failure","error":{"code":2001,"message":"x"}}'),
      (exchange) => exchange.answer(200, '{"status":"failure","error":{"code":2002,"message":"x"}}'),
      (exchange) => exchange.answer(200, '{"status":"failure","error":{"message":"no code"}}'),
      (exchange) => exchange.answer(200, '<html>'),
      (exchange) => exchange.answer(201, SUCCESS),
      (exchange) => exchange.answer(429, '{"message":"Too many"}'),
      (exchange) => exchange.answer(500, '{"status":"failure","error":{"message":"x"}}'),
      (exchange) => exchange.reset(),
    ];
    let next = 0;
    const simulator = await peers.startWith((exchange) => answers[next++]!(exchange));
    const progress: CampaignProgress[] = [];
    const result = await simulator.runCampaign({ messages: answers.length, concurrency: 1, onProgress: (each) => progress.push(each) });
    expect(result).toMatchObject({
      sent: 9, answered: 8, success: 1, refused: 2, refusedByCode: { 2001: 1, 2002: 1 }, unreadable: 2, httpErrors: 3,
      httpErrorsByStatus: { 201: 1, 429: 1, 500: 1 }, noAnswer: 1, late: 0,
    });
    expect(Object.keys(result.noAnswerByError)).toHaveLength(1);
    expect(progress.at(-1)).toMatchObject({ sent: 9, answered: 8, success: 1 });
    expect(simulator.balance()).toMatchObject({ messages: 9, success: 1, refused: 2, errors: 6, unaccounted: 1 });
  });

  it('counts an answer after the deadline as late, success or not, and measures it', async () => {
    let next = 0;
    const simulator = await peers.startWith((exchange) => {
      const late = next++ % 4 === 0;
      if (late) setTimeout(() => exchange.answer(200, SUCCESS), 700);
      else exchange.answer(200, SUCCESS);
    }, { deadlineMs: 600 });
    const result = await simulator.runCampaign({ messages: 20, concurrency: 20 });
    expect(result).toMatchObject({ sent: 20, answered: 20, success: 15, late: 5 });
    expect(result.latency.max).toBeGreaterThanOrEqual(699);
    expect(result.latency.p50).toBeLessThan(600);
    expect(simulator.balance()).toMatchObject({ success: 15, late: 5 });
  });

  it('waits for the whole answer: a body that comes too late is late', async () => {
    const simulator = await peers.startWith(() => undefined, { deadlineMs: 50, giveUpMs: 80 });
    const result = await simulator.runCampaign({ messages: 3 });
    expect(result).toMatchObject({ sent: 3, answered: 0, late: 3, noAnswer: 0, latency: { count: 0 } });
  });

  it('keeps a pace', async () => {
    const simulator = await peers.startWith((exchange) => exchange.answer(200, SUCCESS));
    const { elapsedMs, byMsgId } = await simulator.runCampaign({ messages: 41, perSecond: 200 });
    expect(byMsgId.size).toBe(41);
    expect(elapsedMs).toBeGreaterThanOrEqual(199);
  });

  it('stops when told to and waits for what is on its way', async () => {
    const stop = new AbortController();
    let seen = 0;
    const simulator = await peers.startWith((exchange) => {
      if (++seen === 5) stop.abort();
      exchange.answer(200, SUCCESS);
    });
    const result = await simulator.runCampaign({ messages: 1_000, concurrency: 2, signal: stop.signal });
    expect(result.sent).toBeLessThan(10);
    expect(result.success).toBe(result.sent);
  });

  it('writes forms by name, in turn, or by function, to the people it is given', async () => {
    const bodies: Record<string, unknown>[] = [];
    const simulator = await peers.startWith((exchange) => {
      bodies.push(JSON.parse(exchange.body.toString()) as Record<string, unknown>);
      exchange.answer(200, SUCCESS);
    });
    const people = ['919800000007', '919800000008'];
    await simulator.runCampaign({ messages: 4, concurrency: 1, form: ['carousel', 'freeformText'], recipients: people });
    await simulator.runCampaign({ messages: 1, form: ({ index, to }) => ({ index, to }), recipients: (index) => `9198000001${index}` });
    expect(bodies.map(({ isTemplate }) => isTemplate)).toEqual([true, false, true, false, undefined]);
    expect(bodies.map(({ to }) => to)).toEqual([...people, ...people, '91980000010']);
    const unknown = simulator.runCampaign({ messages: 1, form: 'nothing' as 'carousel' });
    await expect(unknown).rejects.toThrow('There is no form "nothing". Forms: textFooter,');
  });

  it('needs a provider', async () => {
    const simulator = await peers.start();
    await expect(simulator.runCampaign({ messages: 1 })).rejects.toThrow('providerUrl');
  });
});
