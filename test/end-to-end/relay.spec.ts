import { afterEach, describe, expect, it } from '@jest/globals';
import type { ReportedStatus } from 'nestjs-whatsapp-bridge/testing';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';
import { OK, RawPeer } from '../support/raw-peer.ts';

interface Batch {
  payloadVersion: string;
  statuses: { msgId: string; status: string; timestamp: string }[];
}

const ORDER: ReportedStatus[] = ['sent', 'delivered', 'read'];

/** Reports of a message as AiSensy's CleverTap integration posts them. */
const report = (host: BridgeHost, msgId: string, ...statuses: ReportedStatus[]): Promise<unknown> =>
  host.callback('delivery-reports', { statuses: statuses.map((status) => ({ msgId, status, timestamp: '1790000003' })) });

const statusesOf = (host: BridgeHost, msgId: string): string[] => host.cleverTap.statusesOf(msgId).map(({ status }) => status);

describe.each(PLATFORMS)('the relay to CleverTap on %s', (platform) => {
  const start = hostsOn(platform);

  describe('in requests', () => {
    let peer: RawPeer | undefined;
    afterEach(() => peer?.close());

    it('carries many statuses in each, in CleverTap\'s form and in the order of each message\'s life', async () => {
      let requests = 0;
      // Every second request is answered late, so that others could overtake it.
      peer = await new RawPeer((socket) => void setTimeout(() => socket.write(OK), (requests += 1) % 2 === 0 ? 0 : 40)).listen();
      const deliveryReportUrl = `http://${peer.host}/whatsapp/generic?accountId=TEST-W5R-88Z&x=a%20b`;
      const host = await start({
        options: { relay: { batchSize: 7, batchWaitMs: 20 } }, account: { cleverTap: { deliveryReportUrl } }, aiSensy: { reports: { statuses: [] } },
      });
      const campaign = await host.cleverTap.runCampaign({ messages: 30 });
      await Promise.all([...campaign.byMsgId.keys()].map(async (msgId) => {
        for (const status of ORDER) await report(host, msgId, status);
      }));
      const batches = await eventually(() => {
        const read = peer!.requests.map((request) => JSON.parse(request.slice(request.indexOf('\r\n\r\n'))) as Batch);
        expect(read.flatMap(({ statuses }) => statuses)).toHaveLength(90);
        return read;
      });
      expect(peer.requests.every((request) => request.startsWith('POST /whatsapp/generic?accountId=TEST-W5R-88Z&x=a%20b HTTP/1.1\r\n'))).toBe(true);
      expect(peer.requests.every((request) => /content-type: application\/json/i.test(request))).toBe(true);
      expect(new Set(batches.map(({ payloadVersion }) => payloadVersion))).toEqual(new Set(['0.1']));
      expect(Math.max(...batches.map(({ statuses }) => statuses.length))).toBe(7);
      for (const msgId of campaign.byMsgId.keys()) {
        const told = batches.flatMap(({ statuses }) => statuses).filter((status) => status.msgId === msgId);
        expect(told).toEqual(ORDER.map((status) => ({ msgId, status, timestamp: '1790000003' })));
      }
    });
  });

  it('tells each distinct status once, however often and in whatever order it came', async () => {
    const host = await start({ aiSensy: { reports: { statuses: [...ORDER, 'clicked'], copies: 3, shuffle: true, everyMs: 1 } } });
    await host.cleverTap.runCampaign({ messages: 40 });
    await host.aiSensy.reportsDone();
    await host.cleverTap.waitForStatuses(160);
    await report(host, [...host.cleverTap.sent.keys()][0]!, 'sent', 'delivered', 'read');
    const last = message();
    await host.cleverTap.send(last);
    await host.cleverTap.waitFor(() => host.cleverTap.messageBalance(last.msgId)?.statuses.length === 4);
    expect(host.cleverTap.balance()).toMatchObject({ sent: 41, delivered: 41, read: 41, clicked: 41, duplicates: 0, rejected: 0 });
  });

  it('passes a late lower status on, and leaves the message where it was', async () => {
    const host = await start({ aiSensy: { reports: { statuses: [] } } });
    const { msgId } = message();
    await host.cleverTap.send(message('textFooter', { msgId }));
    for (const [place, status] of (['read', 'sent', 'delivered'] as const).entries()) {
      await report(host, msgId, status);
      await host.cleverTap.waitForStatuses(place + 1);
      expect(await host.bridge.message(msgId)).toMatchObject({ state: 'dispatched', status: 'read' });
    }
    expect(statusesOf(host, msgId)).toEqual(['read', 'sent', 'delivered']);
  });

  it('never tells of a failure after a proof of delivery', async () => {
    const host = await start({ aiSensy: { reports: { statuses: [] } } });
    const { msgId } = message();
    await host.cleverTap.send(message('textFooter', { msgId }));
    await report(host, msgId, 'delivered', 'failed');
    await report(host, msgId, 'read');
    await host.cleverTap.waitForStatuses(2);
    expect(statusesOf(host, msgId)).toEqual(['delivered', 'read']);
    expect(await host.bridge.message(msgId)).toMatchObject({ status: 'read', steps: [{}, {}, { step: 'delivered' }, { step: 'failed' }, { step: 'read' }] });
  });

  it('puts what came together in one request in order', async () => {
    const host = await start({ aiSensy: { reports: { statuses: [] } } });
    const { msgId } = message();
    await host.cleverTap.send(message('textFooter', { msgId }));
    await report(host, msgId, 'read', 'sent', 'delivered');
    await host.cleverTap.waitForStatuses(3);
    expect(statusesOf(host, msgId)).toEqual(ORDER);
  });

  it('puts the clicks of a request behind its other statuses, in the order of their times', async () => {
    const host = await start({ aiSensy: { reports: { statuses: [] } } });
    const { msgId } = message();
    await host.cleverTap.send(message('textFooter', { msgId }));
    const clicked = [1790000030, 1790000020].map((ts) => ({ msgId, status: 'Clicked', ts, url: 'https://shop.example.com/cart' }));
    const seen = ['read', 'sent', 'delivered'].map((status) => ({ msgId, status, timestamp: '1790000003' }));
    await host.callback('delivery-reports', { statuses: [...clicked, ...seen] });
    await host.cleverTap.waitForStatuses(5);
    expect(statusesOf(host, msgId)).toEqual([...ORDER, 'clicked', 'clicked']);
    expect(host.cleverTap.statusesOf(msgId).slice(3)).toMatchObject([{ timestamp: 1790000020 }, { timestamp: 1790000030 }]);
  });

  it('waits for CleverTap while it is down, and loses nothing', async () => {
    const host = await start();
    await host.cleverTap.goDown();
    const { success } = await host.cleverTap.runCampaign({ messages: 40 });
    expect(success).toBe(40);
    await host.aiSensy.reportsDone();
    await host.aiSensy.personSends({ type: 'text', text: 'Hi', from: '919800000001' });
    await host.cleverTap.comeUp();
    await Promise.all([host.cleverTap.waitForStatuses(120), host.cleverTap.waitForInbound(1)]);
    expect(host.cleverTap.balance()).toMatchObject({ sent: 40, delivered: 40, read: 40, unaccounted: 0, duplicates: 0, rejected: 0 });
  });

  it('waits across a restart of the app', async () => {
    const host = await start({ durable: true });
    await host.cleverTap.goDown();
    await host.cleverTap.runCampaign({ messages: 20 });
    await host.aiSensy.reportsDone();
    await host.aiSensy.personSends({ type: 'text', text: 'Hi', from: '919800000001' });
    await host.app.close();
    await host.cleverTap.comeUp();
    await host.boot();
    await Promise.all([host.cleverTap.waitForStatuses(60), host.cleverTap.waitForInbound(1)]);
    expect(host.cleverTap.balance()).toMatchObject({ read: 20, unaccounted: 0, duplicates: 0, rejected: 0 });
  });

  it.each([
    ['an error', { kind: 'error', times: 2 }, 0],
    ['a refusal of what came together', { kind: 'error', status: 400 }, 0],
    ['a reset', { kind: 'reset' }, 0],
    ['an answer that was lost, which repeats what it was for', { kind: 'drop-answer' }, 1],
  ] as const)('tries again after %s', async (_what, fault, leastRepeats) => {
    const host = await start({ options: { relay: { batchWaitMs: 50 } }, cleverTap: { callbackFaults: [{ ...fault, on: 'delivery-reports' }] } });
    await host.cleverTap.runCampaign({ messages: 10 });
    await host.cleverTap.waitFor((cleverTap) => cleverTap.messageBalances().every(({ statuses }) => statuses.length === 3) && cleverTap.duplicates >= leastRepeats);
    expect(host.cleverTap.balance()).toMatchObject({ sent: 10, delivered: 10, read: 10, rejected: 0 });
    if (leastRepeats === 0) expect(host.cleverTap.duplicates).toBe(0);
  });
});
