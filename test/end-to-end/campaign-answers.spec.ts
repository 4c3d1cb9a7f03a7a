import { describe, expect, it } from '@jest/globals';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';

describe.each(PLATFORMS)('the answers on %s', (platform) => {
  const start = hostsOn(platform);

  it('come with the verdict where messages come singly, and without it amid a campaign', async () => {
    const host = await start({ aiSensy: { delayMs: 150 } });
    const single = await host.cleverTap.runCampaign({ messages: 3, concurrency: 1 });
    expect(single.latency.p50).toBeGreaterThanOrEqual(150);
    // Forty at once; from the first answers on everybody knows that this is a campaign.
    const campaign = await host.cleverTap.runCampaign({ messages: 600, concurrency: 40 });
    expect(campaign).toMatchObject({ success: 600 });
    expect(campaign.latency.p50).toBeLessThan(150);
    await host.cleverTap.waitForStatuses(3 * 603, { timeoutMs: 30_000 });
    expect(host.aiSensy.duplicates).toEqual([]);
  }, 60_000);
});
