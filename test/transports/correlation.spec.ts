import { describe, expect, it } from '@jest/globals';
import type { ReceivedMessage } from 'nestjs-whatsapp-bridge/testing';
import { type BridgeHost, hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { fixture } from '../support/fixtures.ts';
import { message } from '../support/messages.ts';

type Notification = Record<string, unknown> & { data: { message: Record<string, unknown> } };

/** AiSensy's captured notifications, with what a test changes of the message. */
const notification = (name: string, changes: object, envelope: object = {}): Notification => {
  const captured = fixture<Notification>(`aisensy/webhook/${name}.json`);
  return { ...captured, ...envelope, data: { message: { ...captured.data.message, ...changes } } };
};

/** A host that has sent one message, which AiSensy answered so. */
async function sent(start: ReturnType<typeof hostsOn>, body: (names: ReceivedMessage['names']) => object): Promise<[BridgeHost, string, ReceivedMessage['names']]> {
  const host = await start({ transport: 'project', aiSensy: { plan: ({ names }) => ({ kind: 'answer', body: body(names) }), reports: { statuses: [] } } });
  const one = message();
  await host.cleverTap.send(one);
  return [host, one.msgId, host.aiSensy.received[0]!.names];
}

const told = (host: BridgeHost, msgId: string): string[] => host.cleverTap.statusesOf(msgId).map(({ status }) => status);

describe.each(PLATFORMS)('reports find their message on %s', (platform) => {
  const start = hostsOn(platform);

  it.each<[string, (names: ReceivedMessage['names']) => object, (names: ReceivedMessage['names']) => object]>([
    ['submitted_message_id', ({ submittedId }) => ({ submitted_message_id: submittedId }), ({ submittedId }) => ({ submitted_message_id: submittedId, messageId: 'x', id: 'y' })],
    ['messageId', ({ wamid }) => ({ messageId: wamid }), ({ wamid }) => ({ submitted_message_id: 'x', messageId: wamid, id: 'y' })],
    ['id', ({ rowId }) => ({ id: rowId }), ({ rowId }) => ({ submitted_message_id: 'x', messageId: 'y', id: rowId })],
    ['Meta\'s id', ({ wamid }) => ({ messages: [{ id: wamid }] }), ({ wamid }) => ({ submitted_message_id: undefined, messageId: wamid, id: 'y' })],
    ['our own id alone', () => ({}), () => ({})],
  ])('by %s', async (name, answer, report) => {
    const [host, msgId, names] = await sent(start, answer);
    const own = name === 'our own id alone' ? { biz_opaque_callback_data: msgId } : {};
    await host.callback('webhook', notification('status-delivered', { submitted_message_id: 'other', messageId: 'other', id: 'other', ...own, ...report(names) }));
    await host.cleverTap.waitForStatuses(1);
    expect(told(host, msgId)).toEqual(['delivered']);
  });

  it('through a messageId that changes: what one report calls it by is learnt for the next', async () => {
    const [host, msgId, { submittedId, wamid, rowId }] = await sent(start, ({ submittedId }) => ({ submitted_message_id: submittedId }));
    await host.callback('webhook', notification('status-sent', { submitted_message_id: submittedId, messageId: 'AS-1', id: rowId }));
    await host.callback('webhook', notification('status-delivered', { submitted_message_id: undefined, messageId: wamid, id: rowId }));
    await host.callback('webhook', notification('status-read', { submitted_message_id: undefined, messageId: wamid, id: undefined }));
    await host.cleverTap.waitForStatuses(3);
    expect(told(host, msgId)).toEqual(['sent', 'delivered', 'read']);
    expect((await host.bridge.message(msgId))!.names.sort()).toEqual([submittedId, 'AS-1', rowId, wamid].sort());
  });

  it('also when the first ones come before anything tells that they belong together', async () => {
    const [host, msgId, { wamid, rowId }] = await sent(start, ({ wamid }) => ({ messages: [{ id: wamid }] }));
    await host.callback('webhook', notification('status-sent', { submitted_message_id: 'sub-1', messageId: 'AS-1', id: rowId }));
    expect(told(host, msgId)).toEqual([]);
    await host.callback('webhook', notification('status-delivered', { submitted_message_id: 'sub-1', messageId: wamid, id: rowId }));
    await host.cleverTap.waitForStatuses(2);
    expect(told(host, msgId).sort()).toEqual(['delivered', 'sent']);
  });

  it('and say no less than before when they come out of order: a SENT after the READ', async () => {
    const [host, msgId, { submittedId }] = await sent(start, ({ submittedId }) => ({ submitted_message_id: submittedId }));
    const names = { submitted_message_id: submittedId, messageId: 'AS-1', id: 'row-1' };
    await host.callback('webhook', notification('status-read', names));
    await host.cleverTap.waitForStatuses(1);
    await host.callback('webhook', notification('status-sent', { ...names, delivered_at: 1790000003000, read_at: 1790000004000 }));
    await host.cleverTap.waitForStatuses(2);
    expect(await host.bridge.message(msgId)).toMatchObject({ status: 'read' });
    expect(told(host, msgId)).toEqual(['read', 'sent']);
  });

  it('and no person\'s message passes for one, though it is called DELIVERED', async () => {
    const [host, msgId, { submittedId, wamid }] = await sent(start, ({ submittedId }) => ({ submitted_message_id: submittedId }));
    const person = { submitted_message_id: submittedId, messageId: 'wamid.PERSON', context: { from: '918889500122', id: wamid }, status: 'DELIVERED', sender: 'USER' };
    for (const topic of ['message.created', 'message.sender.user', 'message.status.updated']) {
      await host.callback('webhook', notification('inbound-text', person, { topic }));
    }
    await host.cleverTap.waitForInbound(1);
    expect(host.cleverTap.statusCount).toBe(0);
    expect((await host.bridge.message(msgId))!.status).toBeUndefined();
  });

  it.each([{}, null, { code: '', reason: '' }, { code: null }])('and are no failure for an empty failureResponse: %j', async (failureResponse) => {
    const [host, msgId, { submittedId }] = await sent(start, ({ submittedId }) => ({ submitted_message_id: submittedId }));
    await host.callback('webhook', notification('status-delivered', { submitted_message_id: submittedId, failureResponse }));
    await host.cleverTap.waitForStatuses(1);
    expect(host.cleverTap.statusesOf(msgId)).toMatchObject([{ status: 'delivered' }]);
    expect(host.cleverTap.statusesOf(msgId)[0]).not.toHaveProperty('error');
  });

  it.each([[131026, 1005], ['131026', 1005], ['', 1009], [null, 1009], [undefined, 1009]])('and fail by a code of any type: %j', async (code, callbackCode) => {
    const [host, msgId, { submittedId }] = await sent(start, ({ submittedId }) => ({ submitted_message_id: submittedId }));
    await host.callback('webhook', notification('status-failed', { submitted_message_id: submittedId, failureResponse: { code, reason: 'Words' } }));
    await host.cleverTap.waitForStatuses(1);
    expect(host.cleverTap.statusesOf(msgId)).toMatchObject([{ status: 'failed', error: { code: callbackCode } }]);
  });

  it.each<[string, object, object]>([
    ['numbers for texts', { created_at: 1790000003000, delivery_attempt: 1 }, { delivered_at: 1790000003000, phone_number: 919800000001 }],
    ['texts for numbers', { created_at: '2026-09-21T14:13:23.000Z', delivery_attempt: '1' }, { delivered_at: '1790000003000', phone_number: '+919800000001' }],
    ['nothing at all', { created_at: '1790000003000', delivery_attempt: undefined }, { delivered_at: null, phone_number: undefined }],
  ])('and are read with %s', async (_name, envelope, changes) => {
    const [host, msgId, { submittedId }] = await sent(start, ({ submittedId }) => ({ submitted_message_id: submittedId }));
    await host.callback('webhook', notification('status-delivered', { submitted_message_id: submittedId, ...changes }, envelope));
    await host.cleverTap.waitForStatuses(1);
    expect(host.cleverTap.statusesOf(msgId)).toMatchObject([{ status: 'delivered', timestamp: 1_790_000_003 }]);
  });

  it('once, however often and under whatever envelope they come', async () => {
    const [host, msgId, { submittedId }] = await sent(start, ({ submittedId }) => ({ submitted_message_id: submittedId }));
    for (const id of ['n-1', 'n-2', 'n-3']) await host.callback('webhook', notification('status-delivered', { submitted_message_id: submittedId }, { id }));
    await host.callback('webhook', notification('status-read', { submitted_message_id: submittedId }));
    await host.cleverTap.waitForStatuses(2);
    await eventually(async () => expect((await host.bridge.counts()).jobs).toEqual({}));
    expect(told(host, msgId)).toEqual(['delivered', 'read']);
  });
});
