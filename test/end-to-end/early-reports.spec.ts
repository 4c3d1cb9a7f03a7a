import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { type DeliveryReportEvent, OnDeliveryReport } from 'nestjs-whatsapp-bridge';
import type { ReceivedMessage } from 'nestjs-whatsapp-bridge/testing';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CALLBACK_FORMS, statusIn } from '../support/callback-forms.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';

@Injectable()
class SentReports {
  readonly heard: string[] = [];

  @OnDeliveryReport({ status: 'sent', template: 'order_update' })
  hear({ msgId }: DeliveryReportEvent): void {
    this.heard.push(msgId);
  }
}

describe.each(PLATFORMS)('a report that comes before its message can be told on %s', (platform) => {
  const start = hostsOn(platform);

  it.each(CALLBACK_FORMS)('waits for the answer to its send: %s', async (callbackForm) => {
    const host = await start({ aiSensy: { callbackForm, reports: { early: 'acknowledged' } }, providers: [SentReports] });
    const { success } = await host.cleverTap.runCampaign({ messages: 20, concurrency: 5 });
    expect(success).toBe(20);
    await host.cleverTap.waitForStatuses(60);
    expect(host.cleverTap.balance()).toMatchObject({ sent: 20, delivered: 20, read: 20, duplicates: 0, rejected: 0 });
    await eventually(() => expect(host.app.get(SentReports).heard).toHaveLength(20));
  });

  /** A host whose AiSensy names messages by its own id alone, not by the one that Meta's form uses, and one message. */
  async function startWithOne(): Promise<[BridgeHost, ReceivedMessage]> {
    const host = await start({
      aiSensy: { plan: ({ names }) => ({ kind: 'answer', body: { status: 'success', submitted_message_id: names.submittedId } }), reports: { statuses: [] } },
      durable: true, providers: [SentReports],
    });
    await host.cleverTap.send(message());
    return [host, host.aiSensy.received[0]!];
  }

  it('waits for another report that knows both names', async () => {
    const [host, received] = await startWithOne();
    await host.callback('webhook', statusIn('meta', received, 'sent'));
    expect((await host.bridge.message(received.msgId))?.status).toBeUndefined();
    await host.callback('webhook', statusIn('project', received, 'delivered'));
    await host.cleverTap.waitForStatuses(2);
    expect(await host.bridge.message(received.msgId)).toMatchObject({ status: 'delivered', names: expect.arrayContaining(Object.values(received.names)) });
    await eventually(() => expect(host.app.get(SentReports).heard).toEqual([received.msgId]));
  });

  it('waits across a restart', async () => {
    const [host, received] = await startWithOne();
    await host.callback('webhook', statusIn('meta', received, 'sent'));
    await host.restart();
    await host.callback('webhook', statusIn('project', received, 'read'));
    await host.cleverTap.waitForStatuses(2);
    expect(host.cleverTap.messageBalance(received.msgId)).toMatchObject({ statuses: expect.arrayContaining(['sent', 'read']) });
  });
});
