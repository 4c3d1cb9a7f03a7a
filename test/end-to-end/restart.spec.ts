import { describe, expect, it } from '@jest/globals';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';

/** AiSensy's callbacks while the app is down: they come again, soon enough for a test. */
const INSISTENT = { retries: 1_000, retryAfterMs: 50 };

describe.each(PLATFORMS)('an app that is stopped in the middle of a campaign on %s', (platform) => {
  const start = hostsOn(platform);

  it('sends what waited after the next start, everything exactly once, and every status is relayed', async () => {
    const host = await start({ durable: true, options: { answerWithinMs: 0 }, account: { maxConcurrentRequests: 3 }, aiSensy: { delayMs: 10, ...INSISTENT } });
    const campaign = await host.cleverTap.runCampaign({ messages: 150, concurrency: 75 });
    expect(campaign.success).toBe(150);
    await host.aiSensy.waitForMessages(20);
    await host.app.close();
    const sentBefore = host.aiSensy.received.length;
    expect(sentBefore).toBeLessThan(150);
    expect(host.aiSensy.received.every(({ status }) => status === 200)).toBe(true);

    await host.boot();
    await host.cleverTap.waitForStatuses(450);
    expect(host.aiSensy.received).toHaveLength(150);
    expect(host.aiSensy.duplicates).toEqual([]);
    expect(host.cleverTap.balance()).toMatchObject({ sent: 150, delivered: 150, read: 150, failed: 0, unaccounted: 0, rejected: 0 });
  });

  it('loses no message that it said yes to while it stopped', async () => {
    const host = await start({ durable: true, account: { maxConcurrentRequests: 5 }, aiSensy: { delayMs: 10, ...INSISTENT } });
    const end = new AbortController();
    const campaign = host.cleverTap.runCampaign({ messages: 100_000, concurrency: 10, perSecond: 400, signal: end.signal });
    await host.aiSensy.waitForMessages(30);
    await host.app.close();
    await host.cleverTap.waitFor(({ sent }) => [...sent.values()].some(({ outcome }) => outcome === 'no-answer' || outcome === 'http-error'));
    end.abort();
    const { success } = await campaign;

    await host.boot();
    const accepted = host.cleverTap.messageBalances().filter(({ outcome }) => outcome === 'success').map(({ msgId }) => msgId);
    expect(accepted).toHaveLength(success);
    await eventually(() => expect(accepted.filter((msgId) => !host.aiSensy.receivedByMsgId.has(msgId))).toEqual([]));
    await eventually(() => expect(host.cleverTap.balance()).toMatchObject({ success, unaccounted: 0 }));
    expect(host.aiSensy.duplicates).toEqual([]);
  });

  it('stops again and again without losing anything', async () => {
    const host = await start({ durable: true, options: { answerWithinMs: 0 }, account: { maxConcurrentRequests: 2 }, aiSensy: { delayMs: 5, ...INSISTENT } });
    await host.cleverTap.runCampaign({ messages: 60 });
    for (const count of [5, 15, 25]) {
      await host.aiSensy.waitForMessages(count);
      await host.restart();
    }
    await host.cleverTap.waitForStatuses(180);
    expect(host.aiSensy.received).toHaveLength(60);
    expect(host.cleverTap.balance()).toMatchObject({ read: 60, unaccounted: 0 });
  });
});
