import { describe, expect, it } from '@jest/globals';
import { forms, type FormName } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';

describe.each(PLATFORMS)('a campaign on %s', (platform) => {
  const start = hostsOn(platform);

  it('goes all the way round in every form', async () => {
    const host = await start({ aiSensy: { replies: { tap: 'Good' } } });
    const form = Object.keys(forms) as FormName[];
    const campaign = await host.cleverTap.runCampaign({ messages: 306, concurrency: 50, form });
    expect(campaign).toMatchObject({ sent: 306, success: 306 });
    await host.cleverTap.waitForStatuses(918);
    // The feedback template and the one in old spellings have a button "Good": two of each round of eighteen forms.
    await host.cleverTap.waitForInbound(34);
    expect(host.aiSensy.received).toHaveLength(306);
    expect(host.aiSensy.duplicates).toEqual([]);
    expect(host.cleverTap.balance()).toMatchObject({
      sent: 306, delivered: 306, read: 306, failed: 0, replied: 34, unaccounted: 0, contradicted: 0, foreignMsgIds: 0, duplicates: 0, rejected: 0,
    });
  });
});
