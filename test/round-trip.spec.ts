import { Injectable } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type DeliveryReportEvent, type DispatchEvent, type InboundMessageEvent, OnDeliveryReport, OnDispatch, OnInboundMessage,
} from 'nestjs-whatsapp-bridge';
import { BridgeHost, type BridgeHostSetup, PLATFORMS } from './support/bridge-host.ts';

@Injectable()
class Heard {
  static readonly reports: DeliveryReportEvent[] = [];
  static readonly inbound: InboundMessageEvent[] = [];
  static readonly dispatches: DispatchEvent[] = [];

  @OnDeliveryReport()
  report(event: DeliveryReportEvent): void {
    Heard.reports.push(event);
  }

  @OnInboundMessage()
  message(event: InboundMessageEvent): void {
    Heard.inbound.push(event);
  }

  @OnDispatch()
  dispatched(event: DispatchEvent): void {
    Heard.dispatches.push(event);
  }
}

describe.each(PLATFORMS)('a campaign on %s', (platform) => {
  let host: BridgeHost;
  const start = async (setup?: BridgeHostSetup): Promise<void> => { host = await BridgeHost.start(platform, setup); };
  afterEach(() => host.stop());

  it('goes all the way round', async () => {
    await start({ providers: [Heard] });
    const campaign = await host.cleverTap.runCampaign({ messages: 300, concurrency: 100 });
    expect(campaign).toMatchObject({ sent: 300, success: 300, late: 0 });
    await host.cleverTap.waitForStatuses(900, { timeoutMs: 15_000 });
    expect(host.aiSensy.received).toHaveLength(300);
    expect(host.cleverTap.balance()).toMatchObject({ sent: 300, delivered: 300, read: 300, unaccounted: 0, duplicates: 0, rejected: 0 });
  });
});
