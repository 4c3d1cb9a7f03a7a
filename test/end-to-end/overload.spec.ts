import { afterEach, describe, expect, it } from '@jest/globals';
import { type Behaviour, behaviours, type CampaignResult } from 'nestjs-whatsapp-bridge/testing';
import type { Ledger } from '../../lib/ledger/ledger.ts';
import { accepted } from '../support/ledger-records.ts';
import { type BridgeHost, type BridgeHostSetup, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { HeldAiSensy } from '../support/held-aisensy.ts';
import { message } from '../support/messages.ts';

const TOO_MANY = { status: 429, body: { message: 'Too many messages are waiting, this one was not taken' } };
const FULL = 'the backlog is full for account AiSensy_WA_1';
const HOUR_MS = 3_600_000;

const taken = ({ byMsgId }: CampaignResult): string[] => [...byMsgId.values()].filter(({ outcome }) => outcome === 'success').map(({ msgId }) => msgId);

describe.each(PLATFORMS)('overload on %s', (platform) => {
  const start = hostsOn(platform);
  const held: HeldAiSensy[] = [];
  afterEach(() => Promise.all(held.splice(0).map((aiSensy) => aiSensy.stop())));

  /** A host whose first account's AiSensy answers when it is told to. */
  async function startHeld(backlog: { maxMessages?: number; maxBytes?: number }, setup: BridgeHostSetup = {}): Promise<[BridgeHost, HeldAiSensy]> {
    const aiSensy = await new HeldAiSensy().start();
    held.push(aiSensy);
    const host = await start({
      options: { answerWithinMs: 0, backlog }, ...setup,
      account: { maxConcurrentRequests: 5, ...setup.account, aiSensy: { endpoint: aiSensy.endpoint, timeoutMs: 60_000 } },
    });
    return [host, aiSensy];
  }

  const dispatched = (host: BridgeHost, messages: number): Promise<void> =>
    eventually(async () => expect(await host.bridge.counts()).toMatchObject({ messages: { dispatched: messages } }));

  it('takes up to the limit and refuses the rest before AiSensy has answered anything; what it took goes out, once', async () => {
    const [host, aiSensy] = await startHeld({ maxMessages: 50 });
    const campaign = await host.cleverTap.runCampaign({ messages: 150, concurrency: 30 });
    expect(campaign).toMatchObject({ success: 50, httpErrorsByStatus: { 429: 100 } });
    expect(aiSensy.received.length).toBeLessThanOrEqual(5);
    expect(await host.bridge.health()).toMatchObject({ ready: false, problems: [`${FULL} (50 messages wait, backlog.maxMessages is 50)`], backlog: { messages: 50, refusals: 100 } });
    aiSensy.release();
    await dispatched(host, 50);
    expect([...aiSensy.received].sort()).toEqual(taken(campaign).sort());
    expect(await host.bridge.health()).toMatchObject({ ready: true, problems: [], backlog: { messages: 0, bytes: 0, refusals: 100 } });
  });

  it('takes one more for each one that went out', async () => {
    const [host, aiSensy] = await startHeld({ maxMessages: 20 });
    await host.cleverTap.runCampaign({ messages: 20 });
    for (const round of [1, 2, 3]) {
      expect(await host.cleverTap.send(message())).toMatchObject(TOO_MANY);
      aiSensy.release(4);
      await dispatched(host, 4 * round);
      expect(await host.cleverTap.runCampaign({ messages: 12, concurrency: 12 })).toMatchObject({ success: 4, httpErrorsByStatus: { 429: 8 } });
    }
    aiSensy.release();
    await dispatched(host, 32);
    expect(new Set(aiSensy.received).size).toBe(32);
    expect(aiSensy.received).toHaveLength(32);
  });

  it('answers a repeat of what it took as before, and tells the host\'s own code in words', async () => {
    const [host, aiSensy] = await startHeld({ maxMessages: 10 });
    const [first, other] = [message(), message()];
    expect(await host.cleverTap.send(first)).toMatchObject({ outcome: 'success' });
    await host.cleverTap.runCampaign({ messages: 9 });
    expect(await host.cleverTap.send(other)).toMatchObject(TOO_MANY);
    // On a busy machine the ledger may be too slow to know it the first time.
    await eventually(async () => expect(await host.cleverTap.send(first)).toMatchObject({ outcome: 'success' }));
    await eventually(async () => expect(await host.cleverTap.send({ ...first, to: '919899999999' })).toMatchObject({ outcome: 'refused', code: 2004 }));
    expect(await host.cleverTap.send(other)).toMatchObject(TOO_MANY);
    await expect(host.bridge.send({ to: '+919800000001', content: { type: 'text', text: 'Hi' } })).rejects.toMatchObject({ code: 'overloaded' });
    expect((await host.bridge.health()).backlog.messages).toBe(10);
    aiSensy.release();
    await dispatched(host, 10);
    expect(aiSensy.received.filter((msgId) => msgId === first.msgId)).toHaveLength(1);
    expect(aiSensy.received).toHaveLength(10);
  });

  it('keeps to the limit on bytes, and says so', async () => {
    const [host, aiSensy] = await startHeld({ maxBytes: 8_000 });
    const campaign = await host.cleverTap.runCampaign({ messages: 60 });
    expect(campaign.success + campaign.httpErrorsByStatus[429]!).toBe(60);
    const { ready, problems, backlog } = await host.bridge.health();
    expect({ ready, problems }).toEqual({ ready: false, problems: [`${FULL} (${backlog.bytes} bytes wait, backlog.maxBytes is 8000)`] });
    expect(backlog.bytes).toBeLessThanOrEqual(8_000);
    aiSensy.release();
    await dispatched(host, campaign.success);
  });

  it('knows after a restart what waits already', async () => {
    const [host, aiSensy] = await startHeld({ maxMessages: 20 }, { durable: true, options: { answerWithinMs: 0, backlog: { maxMessages: 20 }, shutdownTimeoutMs: 0 } });
    await host.cleverTap.runCampaign({ messages: 20 });
    await eventually(() => expect(aiSensy.received).toHaveLength(5));
    await host.restart();
    // Those that were on their way are of unknown outcome now, and wait no more.
    expect(await host.cleverTap.runCampaign({ messages: 30 })).toMatchObject({ success: 5, httpErrorsByStatus: { 429: 25 } });
  });

  it('of one account leaves the others theirs', async () => {
    const [host, aiSensy] = await startHeld({ maxMessages: 400 }, { second: {} });
    expect(await host.cleverTap.runCampaign({ messages: 500 })).toMatchObject({ success: 300, httpErrorsByStatus: { 429: 200 } });
    const { cleverTap, aiSensy: well } = host.sides[1]!;
    expect(await cleverTap.runCampaign({ messages: 100 })).toMatchObject({ success: 100 });
    await cleverTap.waitForStatuses(300);
    expect(well.duplicates).toEqual([]);
    expect(await host.cleverTap.send(message())).toMatchObject(TOO_MANY);
    expect(await host.bridge.health()).toMatchObject({ ready: true, problems: [expect.stringMatching(`${FULL} \\(300 messages wait, backlog\\.maxMessages is 400, of which each account`)], backlog: { messages: 300 } });
    aiSensy.release();
    await dispatched(host, 400);
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'success' });
  });

  it.each([
    ['hangs', behaviours.hang()], ['asks to slow down', behaviours.tooMany()], ['drops every call', behaviours.reset()], ['has no credits', behaviours.noCredits()],
  ] satisfies [string, Behaviour][])('an account whose AiSensy %s does not starve another', async (_what, plan) => {
    const host = await start({ options: { answerWithinMs: 0 }, account: { maxConcurrentRequests: 20 }, aiSensy: { plan, reports: { statuses: [] } }, second: {} });
    await host.cleverTap.runCampaign({ messages: 1_000 });
    const { cleverTap, aiSensy } = host.sides[1]!;
    const campaign = await cleverTap.runCampaign({ messages: 200 });
    expect(campaign.success).toBe(200);
    await cleverTap.waitForStatuses(600);
    expect(cleverTap.balance()).toMatchObject({ read: 200, unaccounted: 0 });
    expect(aiSensy.duplicates).toEqual([]);
    expect((await host.bridge.counts()).jobs['dispatch:+918889500122']).toBeGreaterThan(0);
  });

  it('lets a reply in somebody\'s chat overtake a campaign of thousands, however long that waits already', async () => {
    const [host, aiSensy] = await startHeld({}, { account: { maxConcurrentRequests: 1 } });
    await host.cleverTap.send(message());
    await eventually(() => expect(aiSensy.received).toHaveLength(1));
    const hoursAgo = Date.now() - 20 * HOUR_MS;
    await accepted(host.app.get<Ledger>(Symbol.for('nestjs-whatsapp-bridge:ledger')), 'of an old campaign', {
      claim: false, at: hoursAgo, wire: JSON.stringify(message('textFooter', { msgId: 'of an old campaign' })),
    });
    expect(await host.cleverTap.runCampaign({ messages: 3_000, concurrency: 100 })).toMatchObject({ success: 3_000 });
    const reply = message('freeformText');
    expect(await host.cleverTap.send(reply)).toMatchObject({ outcome: 'success' });
    aiSensy.release(2);
    await eventually(() => expect(aiSensy.received).toHaveLength(3));
    expect(aiSensy.received.slice(1)).toEqual([reply.msgId, 'of an old campaign']);
    aiSensy.release();
  });

  it('lets it overtake also when AiSensy did not take it the first time', async () => {
    const reply = message('freeformText');
    const host = await start({
      options: { answerWithinMs: 0 }, account: { maxConcurrentRequests: 1 },
      aiSensy: { delayMs: 20, plan: [{ msgId: reply.msgId, use: behaviours.tooMany(), times: 1 }], reports: { statuses: [] } },
    });
    expect(await host.cleverTap.runCampaign({ messages: 300, concurrency: 100 })).toMatchObject({ success: 300 });
    await host.cleverTap.send(reply);
    await dispatched(host, 301);
    const places = host.aiSensy.received.flatMap(({ msgId }, place) => (msgId === reply.msgId ? [place] : []));
    expect(places).toHaveLength(2);
    // It waits for half a second at the most, in which 25 others can go; all 300 went before it otherwise.
    expect(places[1]! - places[0]!).toBeLessThan(100);
  });
});
