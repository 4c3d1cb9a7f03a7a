import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { type DeliveryReportEvent, OnDeliveryReport } from 'nestjs-whatsapp-bridge';
import { type BridgeHost, type BridgeHostSetup, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { type AccountSetup, MOBILE_NUMBERS } from '../support/account-sides.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';

const SUCCESS = '{"status":"success"}';

describe.each(PLATFORMS)('a host with two accounts on %s', (platform) => {
  const start = hostsOn(platform);
  const both = (setup: BridgeHostSetup = {}): Promise<BridgeHost> => start({ second: {}, ...setup });

  /** Sends to a number with the key of an account. */
  const send = (host: BridgeHost, wabaNumber: string, keyOf: number): Promise<Answer> =>
    call(`${host.url}/`, 'clevertap/messages', { headers: host.sides[keyOf]!.key, body: JSON.stringify(message('textFooter', { wabaNumber })) });

  /** How many messages each AiSensy account got. */
  const received = (host: BridgeHost): number[] => host.sides.map(({ aiSensy }) => aiSensy.received.length);

  it('keeps their messages, reports and replies apart', async () => {
    const host = await both();
    const [first, second] = host.sides;
    const campaigns = await Promise.all([
      first!.cleverTap.runCampaign({ messages: 20, campaignId: 'the-same' }), second!.cleverTap.runCampaign({ messages: 30, campaignId: 'the-same' }),
    ]);
    expect(campaigns.map(({ success }) => success)).toEqual([20, 30]);
    await Promise.all([first!.cleverTap.waitForStatuses(60), second!.cleverTap.waitForStatuses(90)]);
    await second!.aiSensy.personSends({ type: 'text', text: 'Hi', from: '919800000001' });
    await second!.cleverTap.waitForInbound(1);
    expect(received(host)).toEqual([20, 30]);
    for (const { cleverTap } of host.sides) expect(cleverTap.balance()).toMatchObject({ unaccounted: 0, foreignMsgIds: 0, duplicates: 0, rejected: 0 });
    expect(first!.cleverTap.inbound).toHaveLength(0);
    expect(second!.cleverTap.inbound).toMatchObject([{ wabaNumber: MOBILE_NUMBERS[1].slice(1), content: { body: 'Hi' } }]);
  });

  it('takes a number with or without its plus', async () => {
    const host = await both();
    for (const wabaNumber of [MOBILE_NUMBERS[1], MOBILE_NUMBERS[1].slice(1)]) expect(await send(host, wabaNumber, 1)).toMatchObject({ text: SUCCESS });
    expect(received(host)).toEqual([0, 2]);
  });

  it('refuses a message with the other account\'s key', async () => {
    const host = await both();
    expect(await send(host, MOBILE_NUMBERS[0], 1)).toMatchObject({ status: 401, text: expect.stringContaining('"code":2000') });
    expect(await send(host, MOBILE_NUMBERS[1], 0)).toMatchObject({ status: 401, text: expect.stringContaining('"code":2000') });
    expect(received(host)).toEqual([0, 0]);
  });

  it('takes what is for no account with the default one, where there is one', async () => {
    const host = await both({ second: { account: { isDefault: true } } });
    expect(await send(host, '+918889500199', 1)).toMatchObject({ status: 200, text: SUCCESS });
    expect(await send(host, '+918889500199', 0)).toMatchObject({ status: 401 });
    expect(received(host)).toEqual([0, 1]);
  });

  it('refuses what is for no account, where none is the default', async () => {
    const host = await both();
    const { status, text } = await send(host, '+918889500199', 0);
    expect([status, JSON.parse(text)]).toEqual([200, { status: 'failure', error: { code: 2004, message: expect.stringContaining('wabaNumber') } }]);
    expect(received(host)).toEqual([0, 0]);
  });

  it('lets a callback speak of its own account\'s messages only', async () => {
    const host = await start({ second: {}, aiSensy: { reports: { statuses: [] } } });
    const sent = message();
    await host.cleverTap.send(sent);
    const report = { statuses: [{ msgId: sent.msgId, status: 'read', timestamp: '1790000009' }] };
    expect(await host.callback('delivery-reports', report, { token: host.sides[1]!.token })).toMatchObject({ status: 200 });
    expect((await host.bridge.message(sent.msgId))?.status).toBeUndefined();
    expect(await host.callback('delivery-reports', report)).toMatchObject({ status: 200 });
    await host.cleverTap.waitForStatuses(1);
    expect(await host.bridge.message(sent.msgId)).toMatchObject({ status: 'read' });
    expect(host.sides[1]!.cleverTap.statusCount).toBe(0);
  });

  it('finds the addressee of a callback by its number where both accounts share a token', async () => {
    const shared = { aiSensy: { callbacks: { token: 'shared-by-both' } } };
    const host = await start({ account: shared, second: { account: shared } });
    const toSecond = { payloadVersion: '0.1', from: '919800000001', wabaNumber: MOBILE_NUMBERS[1].slice(1), timestamp: '1790000300', type: 'text', text: { body: 'Hi' } };
    await host.callback('inbound-messages', toSecond, { token: 'shared-by-both' });
    await host.sides[1]!.cleverTap.waitForInbound(1);
    expect(host.cleverTap.inbound).toHaveLength(0);
  });

  it("tells each account's listeners of its own reports where both accounts share a token", async () => {
    const heard: string[] = [];
    @Injectable()
    class Journey {
      @OnDeliveryReport({ account: 'AiSensy_WA_1' })
      first({ msgId }: DeliveryReportEvent): void {
        heard.push(`first: ${msgId}`);
      }

      @OnDeliveryReport({ account: ['AiSensy_WA_2', 'another'] })
      second({ msgId }: DeliveryReportEvent): void {
        heard.push(`second: ${msgId}`);
      }
    }
    const shared: AccountSetup = { account: { aiSensy: { callbacks: { token: 'shared-by-both' } } }, aiSensy: { reports: { statuses: [] } } };
    const host = await start({ ...shared, second: shared, providers: [Journey] });
    const sent = host.sides.map(({ mobileNumber }) => message('textFooter', { wabaNumber: mobileNumber }));
    await Promise.all(host.sides.map(({ cleverTap }, place) => cleverTap.send(sent[place]!)));
    const statuses = sent.map(({ msgId }) => ({ msgId, status: 'delivered', timestamp: '1790000003' }));
    await host.callback('delivery-reports', { statuses }, { token: 'shared-by-both' });
    await eventually(() => expect(heard.toSorted()).toEqual([`first: ${sent[0]!.msgId}`, `second: ${sent[1]!.msgId}`]));
    await eventually(async () => expect((await host.bridge.counts()).jobs).toEqual({}));
    expect(heard).toHaveLength(2);
  });
});
