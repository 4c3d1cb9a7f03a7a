import { describe, expect, it } from '@jest/globals';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { message } from '../support/messages.ts';

describe.each(PLATFORMS)('the Campaign API on %s', (platform) => {
  const start = hostsOn(platform);

  it('gets templates through their campaigns', async () => {
    const campaigns = { 'Order updates': { params: 2 }, cart_reminder: { params: 1, media: true } };
    const host = await start({
      transport: 'campaign', transportOptions: { campaigns: { order_update: 'Order updates' }, source: 'CleverTap' },
      aiSensy: { campaign: { apiKey: 'key-of-campaign', campaigns }, reports: { statuses: ['sent'] } },
    });
    for (const form of ['textFooter', 'headerImage'] as const) expect(await host.cleverTap.send(message(form))).toMatchObject({ outcome: 'success' });
    await host.cleverTap.waitForStatuses(2);
    const [update, reminder] = host.aiSensy.received.map(({ body }) => JSON.parse(body.toString()) as object);
    expect(update).toMatchObject({ campaignName: 'Order updates', destination: expect.stringMatching(/^\+\d+$/), templateParams: ['Asha', expect.any(String)], source: 'CleverTap' });
    expect(reminder).toMatchObject({ campaignName: 'cart_reminder', media: { url: expect.stringContaining('https://') }, buttons: [{ sub_type: 'url', index: '0' }] });
  });

  it('matches reports by the id of the submission', async () => {
    const host = await start({ transport: 'campaign', aiSensy: { reports: { early: 'acknowledged' } } });
    const sent = message();
    await host.cleverTap.send(sent);
    await host.cleverTap.waitForStatuses(3);
    const [{ names }] = host.aiSensy.received as [(typeof host.aiSensy.received)[number]];
    expect(new Set((await host.bridge.message(sent.msgId))!.names)).toEqual(new Set([names.submittedId, names.wamid, names.rowId, `AS-${names.rowId}`]));
  });

  it.each([
    ['Template params does not match the campaign', 2001], ['Campaign does not exist.', 2001], ['Campaign is Not Live', 2001], ['Media URL Missing', 2001],
    ['Invalid Number', 2002],
  ])('tells CleverTap of "%s" in the answer', async (words, code) => {
    const host = await start({ transport: 'campaign', aiSensy: { plan: behaviours.badRequest(words) } });
    expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'refused', code });
  });

  it('takes a true in quotes for one', async () => {
    const host = await start({ transport: 'campaign', aiSensy: { plan: { kind: 'answer', body: { success: 'true', submitted_message_id: 'sub-1' } }, reports: { statuses: [] } } });
    const sent = message();
    await host.cleverTap.send(sent);
    expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'dispatched', names: ['sub-1'] });
  });

  it('is told apart from a wrong key when a provider is saved, without a send', async () => {
    const host = await start({ transport: 'campaign', aiSensy: { campaign: { apiKey: 'key-of-campaign', campaigns: {} } } });
    expect(await host.cleverTap.sendValidation()).toMatchObject({ outcome: 'success' });
    expect(host.aiSensy.received).toEqual([]);
    expect(host.aiSensy.asked).toEqual(['POST /campaign/t1/api/campaign-details']);
    const other = await start({ transport: 'campaign', transportOptions: { apiKey: 'a-wrong-one' } });
    expect(await other.cleverTap.sendValidation()).toMatchObject({ outcome: 'refused', code: 2000 });
    expect(await other.cleverTap.send(message())).toMatchObject({ outcome: 'refused', code: 2000 });
  });
});
