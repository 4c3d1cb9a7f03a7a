import { describe, expect, it } from '@jest/globals';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { message, messages } from '../support/messages.ts';

describe.each(PLATFORMS)('the pace towards AiSensy on %s', (platform) => {
  const start = hostsOn(platform);

  it('keeps to the account\'s concurrency', async () => {
    const host = await start({ account: { maxConcurrentRequests: 5 }, aiSensy: { delayMs: 20 } });
    const campaign = await host.cleverTap.runCampaign({ messages: 60, concurrency: 60 });
    expect(campaign.success).toBe(60);
    await host.cleverTap.waitForStatuses(180);
    expect(host.aiSensy.maxConcurrentSeen).toBe(5);
    expect(host.aiSensy.duplicates).toEqual([]);
  });

  it('keeps to the account\'s rate', async () => {
    const host = await start({ account: { maxRequestsPerSecond: 40 } });
    const campaign = await host.cleverTap.runCampaign({ messages: 60, concurrency: 60 });
    expect(campaign.success).toBe(60);
    await host.cleverTap.waitForStatuses(180);
    const times = host.aiSensy.received.map(({ at }) => at);
    // 60 messages, of which three may go at once, take 1.4 s; the rest is slack for a busy machine.
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(1_100);
  });

  it('answers behind a backlog as soon as a message is durable', async () => {
    const host = await start({ options: { answerWithinMs: 300 }, account: { maxConcurrentRequests: 1 }, aiSensy: { plan: behaviours.hang() } });
    const first = host.cleverTap.send(message());
    await host.aiSensy.waitForMessages(1);
    const answers = await Promise.all(messages(20).map((one) => host.cleverTap.send(one)));
    expect(answers.map(({ outcome }) => outcome)).toEqual(answers.map(() => 'success'));
    expect(host.aiSensy.received).toHaveLength(1);
    expect(await first).toMatchObject({ outcome: 'success' });
  });

  it('is each account\'s own', async () => {
    const host = await start({ account: { maxConcurrentRequests: 1 }, aiSensy: { plan: behaviours.hang() }, options: { answerWithinMs: 0 }, second: {} });
    await host.cleverTap.send(message());
    const { cleverTap } = host.sides[1]!;
    await cleverTap.runCampaign({ messages: 20 });
    await cleverTap.waitForStatuses(60);
    expect(cleverTap.balance()).toMatchObject({ read: 20, unaccounted: 0 });
  });
});
