import { describe, expect, it } from '@jest/globals';
import { fixture } from '../../test/support/fixtures.ts';
import { parseProjectWebhook } from './project-webhook.parser.ts';

const NOW = 1_800_000_000_000;
const load = (name: string): Record<string, unknown> => fixture(`aisensy/webhook/${name}`);

/** A notification of the fixture's form with parts of its message, or of its envelope, changed. */
function notification(name: string, message: Record<string, unknown>, envelope: Record<string, unknown> = {}): Record<string, unknown> {
  const body = load(name) as { data: { message: object } };
  return { ...body, ...envelope, data: { message: { ...body.data.message, ...message } } };
}

const names = ['7b0c1d3e-0000-4000-8000-000000000001', 'wamid.TEST0001', '66f0000000000000000000d1'];

describe('statuses in the project webhook', () => {
  it.each([
    ['status-sent.json', { status: 'sent', at: 1790000001000 }],
    ['status-delivered.json', { status: 'delivered', at: 1790000003000 }],
    ['status-read.json', { status: 'read', at: 1790000009000 }],
    ['status-failed.json', { status: 'failed', at: 1790000004000, failure: { code: 1005, title: '131026: Message undeliverable' } }],
  ])('%s', (name, expected) => {
    expect(parseProjectWebhook(load(name), NOW)).toEqual({
      reports: [{ names, recipient: '+919800000001', ...expected }], inbound: [], unreadable: [],
    });
  });

  it('a created message that the API sent is a report, under its first names', () => {
    expect(parseProjectWebhook(load('message-created.json'), NOW).reports).toMatchObject([
      { names: ['7b0c1d3e-0000-4000-8000-000000000001', 'AS-000000000001', '66f0000000000000000000d1'], status: 'sent' },
    ]);
  });

  it('puts the echoed msgId in front of the names, byte for byte', () => {
    const body = notification('status-sent.json', { biz_opaque_callback_data: ' 1|2|3|wzrk_default' });
    const [report] = parseProjectWebhook(body, NOW).reports;
    expect(report?.names).toEqual([' 1|2|3|wzrk_default', ...names]);
  });

  it('a SENT that came after the READ is still a sent, at its own time', () => {
    expect(parseProjectWebhook(notification('status-read.json', { status: 'SENT' }), NOW).reports).toMatchObject([
      { status: 'sent', at: 1790000001000 },
    ]);
  });

  it.each([
    [{ status: 'read', read_at: '1790000009000' }, 'read', 1790000009000],
    [{ status: ' Read ', read_at: 1790000009 }, 'read', 1790000009000],
    [{ status: 'PLAYED', read_at: '2026-09-21T14:13:29Z' }, 'read', 1790000009000],
    [{ status: 'DELIVERED', delivered_at: '' }, 'delivered', Date.parse('2026-09-22T12:00:03.308Z')],
  ])('reads %j', (message, status, at) => {
    expect(parseProjectWebhook(notification('status-read.json', message), NOW).reports).toMatchObject([{ status, at }]);
  });

  it.each([[1790000005000, 1790000005000], ['1790000005', 1790000005000], [undefined, NOW], ['never', NOW]])(
    'takes the time of the envelope (%j) where the message has none, or that of receipt', (created, at) => {
      const body = notification('status-read.json', { read_at: null }, { created_at: created });
      expect(parseProjectWebhook(body, NOW).reports[0]?.at).toBe(at);
    });

  it.each([
    [{ code: '131026', reason: 'Message undeliverable' }, { code: 1005, title: '131026: Message undeliverable' }],
    [{ code: 999999, reason: 'New' }, { code: 1009, title: '999999: New' }],
    [{ code: '', reason: 'Invalid Number' }, { code: 1002, title: 'Invalid Number' }],
    [{ code: '' }, { code: 1009, title: 'No reason was given' }],
    [{}, { code: 1009, title: 'No reason was given' }],
    [undefined, { code: 1009, title: 'No reason was given' }],
    [{ code: 131053, reason: 'Media upload error' }, { code: 1001, title: '131053: Media upload error' }],
  ])('a failure of %j', (failureResponse, failure) => {
    expect(parseProjectWebhook(notification('status-failed.json', { failureResponse }), NOW).reports[0]?.failure).toEqual(failure);
  });

  it('knows a freeform message by is_HSM', () => {
    const body = notification('status-failed.json', { is_HSM: false, failureResponse: { code: 131053, reason: 'Media upload error' } });
    expect(parseProjectWebhook(body, NOW).reports[0]?.failure?.code).toBe(1009);
  });

  it.each([
    {}, { code: '', reason: '' }, { code: 131026, reason: 'old' },
  ])('a failureResponse of %j makes no failure of a delivery', (failureResponse) => {
    const [report] = parseProjectWebhook(notification('status-delivered.json', { failureResponse }), NOW).reports;
    expect(report).toMatchObject({ status: 'delivered' });
    expect(report?.failure).toBeUndefined();
  });

  it('needs no phone number', () => {
    const [report] = parseProjectWebhook(notification('status-sent.json', { phone_number: null }), NOW).reports;
    expect(report).toMatchObject({ status: 'sent' });
    expect(report?.recipient).toBeUndefined();
  });
});

describe("persons' messages in the project webhook", () => {
  const asha = { from: '+919800000001', name: 'Asha', at: 1790000300000 };

  it.each([
    ['inbound-text.json', { id: 'wamid.TESTIN01', type: 'text', text: 'Where is my order?' }],
    [
      'inbound-button-reply.json',
      { id: 'wamid.TESTIN02', type: 'button', button: { payload: '25596366|good', text: 'Good' }, replyTo: 'wamid.TEST0001' },
    ],
    ['inbound-image.json', { id: 'wamid.TESTIN03', type: 'image', media: { url: 'https://media.example.com/in.jpg', caption: 'Broken' } }],
  ])('%s', (name, expected) => {
    const body = load(name) as { data: { message: object } };
    expect(parseProjectWebhook(body, NOW)).toEqual({
      reports: [], unreadable: [], inbound: [{ ...asha, ...expected, raw: body.data.message }],
    });
  });

  it('come as message.created too, under the same id, and are no receipt there', () => {
    const twin = notification('inbound-text.json', {}, { topic: 'message.created' });
    expect(parseProjectWebhook(twin, NOW)).toEqual(parseProjectWebhook(load('inbound-text.json'), NOW));
  });

  it('are no receipt as a status either', () => {
    const status = notification('inbound-text.json', {}, { topic: 'message.status.updated' });
    expect(parseProjectWebhook(status, NOW)).toEqual({ reports: [], inbound: [], unreadable: [] });
  });

  it('are known without their sender by the topic', () => {
    expect(parseProjectWebhook(notification('inbound-text.json', { sender: undefined }), NOW).inbound).toHaveLength(1);
  });

  it('have a digest for a name where they have no id, the same for the same message', () => {
    const body = (text: string): string | undefined => parseProjectWebhook(notification('inbound-text.json', {
      messageId: '', id: null, message_content: { text },
    }), NOW).inbound[0]?.id;
    expect(body('a')).toMatch(/^[0-9a-f]{64}$/);
    expect(body('a')).toBe(body('a'));
    expect(body('a')).not.toBe(body('b'));
  });

  it('are others an hour later where they have no time either', () => {
    const untold = notification('inbound-text.json', { messageId: '', id: null, sent_at: null, created_at: null }, { created_at: null });
    const idAt = (receivedAt: number): string | undefined => parseProjectWebhook(untold, receivedAt).inbound[0]?.id;
    expect(idAt(NOW + 3_600_000)).not.toBe(idAt(NOW));
  });

  it('need no phone number', () => {
    const [message] = parseProjectWebhook(notification('inbound-text.json', { phone_number: undefined, user_id: 'IN.1' }), NOW).inbound;
    expect(message).toMatchObject({ userId: 'IN.1', text: 'Where is my order?' });
    expect(message?.from).toBeUndefined();
  });
});

describe('what else comes by the project webhook', () => {
  const nothing = { reports: [], inbound: [], unreadable: [] };

  it.each(['contact.created', 'order.placed', 'payment.captured', 'lead_form.submitted', 7])('topic %s holds nothing', (topic) => {
    expect(parseProjectWebhook({ ...load('inbound-text.json'), topic }, NOW)).toEqual(nothing);
  });

  it('the test ping holds nothing', () => {
    expect(parseProjectWebhook(load('test-ping.json'), NOW)).toEqual(nothing);
  });

  it('a created message without a known status is no news yet', () => {
    expect(parseProjectWebhook(notification('message-created.json', { status: 'PENDING' }), NOW)).toEqual(nothing);
  });

  it.each([
    [notification('status-sent.json', { status: 'EXPLODED' }), 'The status is not known'],
    [notification('status-sent.json', { submitted_message_id: null, messageId: '', id: undefined }), 'The status names no message'],
    [{ topic: 'message.created', data: { message: 'text' } }, 'The notification holds no message'],
    [{ topic: 'message.sender.user', data: null }, 'The notification holds no message'],
    [{ topic: 'message.status.updated' }, 'The notification holds no message'],
  ])('%j is kept as unreadable', (body, reason) => {
    expect(parseProjectWebhook(body, NOW)).toEqual({ reports: [], inbound: [], unreadable: [{ reason, raw: body }] });
  });
});
