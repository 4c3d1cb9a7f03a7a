import { afterEach, describe, expect, it } from '@jest/globals';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { Injectable } from '@nestjs/common';
import { type DeliveryReportEvent, type MessageHistory, OnDeliveryReport } from 'nestjs-whatsapp-bridge';
import { type BridgeHost, hostsOn } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message, messages } from '../support/messages.ts';

const NO_REPORTS = { statuses: [] };

/** Reports as AiSensy posts them, all of one request. */
function report(host: BridgeHost, msgId: string, ...statuses: string[]): Promise<unknown> {
  const error = { code: 1005, title: '131026: Message undeliverable' };
  return host.callback('delivery-reports', {
    statuses: statuses.map((status) => ({ msgId, status, timestamp: '1790000003', ...(status === 'failed' && { error }) })),
  });
}

/** Waits until the ledger tells a message so. */
function told(host: BridgeHost, msgId: string, wanted: Partial<MessageHistory>): Promise<void> {
  return eventually(async () => expect(await host.bridge.message(msgId)).toMatchObject(wanted));
}

const statusesAt = ({ cleverTap }: BridgeHost, msgId: string): string[] => cleverTap.statusesOf(msgId).map(({ status }) => status);

describe('evidence that comes late', () => {
  const start = hostsOn('express');
  const heard: DeliveryReportEvent[] = [];
  afterEach(() => { heard.length = 0; });

  @Injectable()
  class Journey {
    @OnDeliveryReport({ status: 'failed' })
    failed(event: DeliveryReportEvent): void {
      heard.push(event);
    }
  }

  it('in AiSensy\'s own words for a failure that the bridge told by itself is recorded, and told to listeners, not to CleverTap again', async () => {
    const host = await start({
      providers: [Journey], account: { unknownOutcome: { waitMs: 20, policy: 'fail' } }, aiSensy: { plan: behaviours.dropAnswer(), reports: NO_REPORTS },
    });
    const sent = message();
    await host.cleverTap.send(sent);
    await told(host, sent.msgId, { state: 'rejected' });
    await eventually(() => expect(statusesAt(host, sent.msgId)).toEqual(['failed']));
    await report(host, sent.msgId, 'sent');
    await report(host, sent.msgId, 'failed');
    await told(host, sent.msgId, { state: 'dispatched', status: 'failed' });
    await eventually(() => expect(heard).toMatchObject([{ msgId: sent.msgId, failure: { code: 1005 } }]));
    await eventually(() => expect(statusesAt(host, sent.msgId)).toEqual(['failed', 'sent']));
  });

  it('is still waited for after a time in which nobody could have taken it', async () => {
    const waitMs = 1_500;
    const host = await start({ durable: true, account: { unknownOutcome: { waitMs, policy: 'fail' } }, aiSensy: { plan: behaviours.dropAnswer(), reports: NO_REPORTS } });
    const sent = message();
    await host.cleverTap.send(sent);
    await told(host, sent.msgId, { state: 'unknown' });
    const since = performance.now();
    await host.app.close();
    await eventually(() => expect(performance.now() - since).toBeGreaterThan(waitMs));
    await host.boot();
    await host.idle();
    await report(host, sent.msgId, 'delivered');
    await told(host, sent.msgId, { state: 'dispatched', status: 'delivered' });
    expect((await host.bridge.message(sent.msgId))!.steps.map(({ step }) => step)).not.toContain('rejected');
    expect(statusesAt(host, sent.msgId)).not.toContain('failed');
  });

  it('settles a message while the host still thinks about what to do with it', async () => {
    const sent = message();
    const host = await start({
      account: {
        unknownOutcome: {
          waitMs: 10,
          policy: async ({ msgId }) => {
            await report(host, msgId, 'delivered');
            return 'resend' as const;
          },
        },
      },
      aiSensy: { plan: behaviours.dropAnswer(), reports: NO_REPORTS },
    });
    await host.cleverTap.send(sent);
    await told(host, sent.msgId, { state: 'dispatched', status: 'delivered' });
    await host.idle();
    expect(host.aiSensy.received).toHaveLength(1);
  });

  it.each([
    ['is refused', behaviours.refuse(2002, 'Invalid number')], ['fails', behaviours.serverError()], ['is put off', behaviours.tooMany()],
  ])('settles a message that is being sent again, though this time it %s', async (_, second) => {
    const host = await start({
      account: { unknownOutcome: { waitMs: 10, policy: 'resend' } },
      aiSensy: { plan: (_message, index) => (index === 0 ? behaviours.dropAnswer() : { ...second, delayMs: 300 }), reports: NO_REPORTS },
    });
    const sent = message();
    await host.cleverTap.send(sent);
    await host.aiSensy.waitForMessages(2);
    await report(host, sent.msgId, 'sent', 'delivered');
    await told(host, sent.msgId, { state: 'dispatched', status: 'delivered' });
    await host.idle();
    await eventually(() => expect(statusesAt(host, sent.msgId)).toEqual(['sent', 'delivered']));
    expect(host.aiSensy.received).toHaveLength(2);
    expect(await host.bridge.deadLetters.list()).toEqual([]);
  });

  it('settles a message that waits to be sent again', async () => {
    const host = await start({
      durable: true, account: { maxConcurrentRequests: 1, unknownOutcome: { waitMs: 10, policy: 'resend' } },
      aiSensy: { plan: (_message, index) => (index === 0 ? behaviours.dropAnswer() : behaviours.slow(400)), reports: NO_REPORTS },
    });
    const [first, other] = messages(2);
    await host.cleverTap.send(first!);
    const blocked = host.cleverTap.send(other!); // holds the one slot, so that the first must wait
    await told(host, first!.msgId, { state: 'accepted' });
    await report(host, first!.msgId, 'read');
    await told(host, first!.msgId, { state: 'dispatched', status: 'read' });
    await blocked;
    await host.idle();
    expect(host.aiSensy.receivedByMsgId.get(first!.msgId)).toHaveLength(1);
  });
});

describe('statuses on their way to CleverTap', () => {
  const start = hostsOn('express');

  it.each([['fails', 'error'], ['is cut off', 'reset'], ['is taken and cut off', 'drop-answer']] as const)(
    'keep their order where a request %s', async (_, kind) => {
      const host = await start({ options: { relay: { batchWaitMs: 100, batchSize: 100 } }, aiSensy: { reports: NO_REPORTS } });
      const { byMsgId } = await host.cleverTap.runCampaign({ messages: 40 });
      host.cleverTap.faultCallbacks({ kind, times: 3 });
      await Promise.all([...byMsgId.keys()].map((msgId) => report(host, msgId, 'sent', 'delivered', 'read')));
      await eventually(() => expect(host.cleverTap.balance()).toMatchObject({ sent: 40, delivered: 40, read: 40 }));
      const firstSeen = [...byMsgId.keys()].map((msgId) => [...new Set(statusesAt(host, msgId))]);
      expect(firstSeen).toEqual(firstSeen.map(() => ['sent', 'delivered', 'read']));
    },
  );
});
