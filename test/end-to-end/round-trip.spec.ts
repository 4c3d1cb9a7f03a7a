import { describe, expect, it } from '@jest/globals';
import { forms, type FormName } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';

describe.each(PLATFORMS)('a campaign on %s', (platform) => {
  const start = hostsOn(platform);

  it('goes all the way round in every form', async () => {
    const host = await start({ aiSensy: { replies: { tap: 'Good' } } });
    const form = Object.keys(forms) as FormName[];
    const campaign = await host.cleverTap.runCampaign({ messages: 180, concurrency: 50, form });
    expect(campaign).toMatchObject({ sent: 180, success: 180 });
    await host.cleverTap.waitForStatuses(540, { timeoutMs: 30_000 });
    // The feedback template and the one in old spellings have a button "Good": two of each round of eighteen forms.
    await host.cleverTap.waitForInbound(20);
    expect(host.aiSensy.received).toHaveLength(180);
    expect(host.aiSensy.duplicates).toEqual([]);
    expect(host.cleverTap.balance()).toMatchObject({
      sent: 180, delivered: 180, read: 180, failed: 0, replied: 20, unaccounted: 0, contradicted: 0, foreignMsgIds: 0, duplicates: 0, rejected: 0,
    });
  }, 60_000);

  it('finds its connections open for longer than a load balancer keeps them', async () => {
    const host = await start();
    const { headers } = await fetch(`${host.url}/whatsapp/aisensy/webhook`);
    expect(headers.get('keep-alive')).toBe('timeout=72');
  });
});
