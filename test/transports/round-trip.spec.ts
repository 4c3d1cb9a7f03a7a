import { describe, expect, it } from '@jest/globals';
import { type FormName, forms, freeforms, templates } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';

describe.each(PLATFORMS)('a campaign on %s', (platform) => {
  const start = hostsOn(platform);

  it.each(['direct', 'project'] as const)('goes all the way round through the %s API in every form', async (transport) => {
    const host = await start({ transport, aiSensy: { replies: { tap: 'Good' }, reports: { shuffle: true, copies: 2 } } });
    const form = Object.keys(forms) as FormName[];
    const count = 5 * form.length;
    const campaign = await host.cleverTap.runCampaign({ messages: count, concurrency: 20, form });
    expect(campaign).toMatchObject({ sent: count, success: count });
    await host.cleverTap.waitForStatuses(3 * count);
    await host.cleverTap.waitForInbound(10);
    expect(host.aiSensy.received.map(({ api }) => api)).toEqual(Array.from({ length: count }, () => transport));
    expect(host.aiSensy.taken).toHaveLength(count);
    expect(host.aiSensy.takenTwice).toEqual([]);
    expect(host.cleverTap.balance()).toMatchObject({
      sent: count, delivered: count, read: count, failed: 0, unaccounted: 0, contradicted: 0, foreignMsgIds: 0, duplicates: 0, rejected: 0,
    });
  });

  it('goes all the way round through the Campaign API in the forms that it carries; the others are refused, and not sent', async () => {
    const host = await start({ transport: 'campaign', aiSensy: { reports: { shuffle: true } } });
    const carried = (Object.keys(templates) as FormName[]).filter((name) => !['headerText', 'limitedTimeOffer'].includes(name));
    const form = [...carried, 'headerText', 'limitedTimeOffer', ...(Object.keys(freeforms) as FormName[])] satisfies FormName[];
    const campaign = await host.cleverTap.runCampaign({ messages: form.length, concurrency: 5, form });
    expect(campaign).toMatchObject({ sent: form.length, success: carried.length, refused: form.length - carried.length });
    await host.cleverTap.waitForStatuses(3 * carried.length);
    expect(host.aiSensy.received).toHaveLength(carried.length);
    expect(host.cleverTap.balance()).toMatchObject({ delivered: carried.length, read: carried.length, failed: 0, contradicted: 0, foreignMsgIds: 0, rejected: 0 });
  });
});
