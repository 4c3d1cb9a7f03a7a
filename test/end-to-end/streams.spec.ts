import { describe, expect, it } from '@jest/globals';
import type { DeliveryReportEvent } from 'nestjs-whatsapp-bridge';
import { filter, map } from 'rxjs';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { next } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

describe.each(PLATFORMS)('the observables on %s', (platform) => {
  const start = hostsOn(platform);

  it('tell what happens, as it happens', async () => {
    const host = await start();
    const { dispatches$, deliveryReports$, inboundMessages$ } = host.bridge;
    const sent = message('customProps');
    const events = Promise.all([next(dispatches$), next(deliveryReports$, 3), next(inboundMessages$)]);
    const before = Date.now();
    await host.cleverTap.send(sent);
    await host.aiSensy.personSends({ type: 'text', text: 'Hi', from: '919800000001', name: 'Asha' });
    const [[dispatch], reports, [inbound]] = await events;
    const summary = {
      msgId: sent.msgId, origin: 'clevertap', to: `+${sent.to}`, type: 'template', template: 'order_update', language: 'en',
      customProps: { orderId: expect.any(String), tier: 'gold' },
    };
    const account = 'AiSensy_WA_1';
    expect(dispatch).toEqual({ account, outcome: 'dispatched', at: expect.any(Date), message: summary });
    expect(dispatch!.at.getTime()).toBeGreaterThanOrEqual(before - 1);
    expect(reports.sort((a, b) => a.at.getTime() - b.at.getTime() || 0).map(({ status }) => status).sort()).toEqual(['delivered', 'read', 'sent']);
    for (const report of reports) expect(report).toEqual({ account, msgId: sent.msgId, status: report.status, at: expect.any(Date), message: summary });
    expect(inbound).toMatchObject({ account, from: '+919800000001', type: 'text', text: 'Hi', at: expect.any(Date), raw: expect.any(Object) });
  });

  it('tell each thing once', async () => {
    const host = await start({ aiSensy: { reports: { copies: 3, shuffle: true } } });
    const seen: string[] = [];
    host.bridge.deliveryReports$.subscribe(({ msgId, status }) => seen.push(`${msgId} ${status}`));
    await host.cleverTap.runCampaign({ messages: 20 });
    await host.aiSensy.reportsDone();
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });

  it('are not disturbed by a subscriber that fails, and end with the app', async () => {
    const host = await start();
    const { deliveryReports$ } = host.bridge;
    deliveryReports$.subscribe(() => { throw new Error('thrown'); });
    deliveryReports$.subscribe((): unknown => Promise.reject(new Error('rejected')));
    deliveryReports$.pipe(map(() => { throw new Error('mapped'); })).subscribe();
    const read = next(deliveryReports$.pipe(filter(({ status }: DeliveryReportEvent) => status === 'read')), 5);
    let ended = false;
    deliveryReports$.subscribe({ complete: () => { ended = true; } });
    await host.cleverTap.runCampaign({ messages: 5 });
    expect(await read).toHaveLength(5);
    await host.cleverTap.waitForStatuses(15);
    await host.app.close();
    expect(ended).toBe(true);
  });
});
