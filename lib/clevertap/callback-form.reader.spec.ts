import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CALLBACK_NAMES, callback } from '../../test/support/clevertap-fixtures.ts';
import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { InboundMessage } from '../messages/inbound-message.ts';
import { readCleverTapCallback } from './callback-form.ts';

const RECEIVED_AT = 1_790_001_000_123;
const MSG_ID = '25596363|1790000000|20260922|25596363';

const read = (body: unknown): ReturnType<typeof readCleverTapCallback> => readCleverTapCallback(body, RECEIVED_AT);

function report(status: object): DeliveryReport {
  const { reports, inbound, unreadable } = read({ statuses: [status] });
  expect({ reports: reports.length, inbound, unreadable }).toEqual({ reports: 1, inbound: [], unreadable: [] });
  return reports[0]!;
}

function inbound(message: object): InboundMessage {
  const body = { from: '919800000001', wabaNumber: '918889500122', timestamp: '1790000300', ...message };
  const { reports, inbound: messages, unreadable } = read(body);
  expect({ reports, inbound: messages.length, unreadable }).toEqual({ reports: [], inbound: 1, unreadable: [] });
  return messages[0]!;
}

describe('readCleverTapCallback, on every sample', () => {
  it('reads delivery reports', () => {
    expect(read(callback('delivery-reports'))).toEqual({
      reports: [
        { names: [MSG_ID], status: 'sent', at: 1790000001000 },
        { names: [MSG_ID], status: 'delivered', at: 1790000003000 },
        { names: [MSG_ID], status: 'read', at: 1790000009000 },
      ],
      inbound: [], unreadable: [],
    });
    expect(read(callback('delivery-report-failed')).reports).toEqual([
      { names: [MSG_ID], status: 'failed', at: 1790000004000, failure: { code: 1005, title: '131026: message undeliverable' } },
    ]);
    expect(read(callback('delivery-report-clicked')).reports).toEqual([{
      names: [MSG_ID], status: 'clicked', at: 1790000020000,
      click: { url: 'https://shop.example.com/cart', shortUrl: 'https://s.example.com/AbC123', userAgent: 'Mozilla/5.0' },
    }]);
  });

  it.each([
    ['inbound-text', { type: 'text', text: 'Where is my order?', replyTo: MSG_ID }],
    ['inbound-button',
      { type: 'button', button: { payload: '25596366|good', text: 'Good' }, replyTo: '25596366|1790000003|20260922|25596366' }],
    ['inbound-image', { type: 'image', media: { url: 'https://media.example.com/in.jpg', mimeType: 'image/jpeg', caption: 'Broken' } }],
    ['inbound-file', { type: 'file', media: { url: 'https://media.example.com/in.pdf', mimeType: 'application/pdf', caption: 'Bill' } }],
    ['inbound-location',
      { type: 'location', location: { address: '107 Baker Street', latitude: '18.5204', longitude: '73.8567', name: 'Office' } }],
  ])('reads %s', (name, content) => {
    expect(read(callback(name))).toEqual({
      reports: [], unreadable: [],
      inbound: [{
        id: expect.stringMatching(/^[0-9a-f]{64}$/), from: '+919800000001', wabaNumber: '+918889500122', at: 1790000300000, ...content,
        raw: callback(name),
      }],
    });
  });

  it('has been tried on all of them', () => {
    expect(CALLBACK_NAMES).toHaveLength(8);
  });
});

describe('readCleverTapCallback, on delivery reports', () => {
  it('takes one status without its list, alone, and in a list of callbacks', () => {
    const status = { msgId: 'm-1', status: 'sent', timestamp: '1790000001' };
    const expected = { names: ['m-1'], status: 'sent', at: 1790000001000 };
    expect(read({ statuses: status }).reports).toEqual([expected]);
    expect(read(status).reports).toEqual([expected]);
    expect(read([status, { statuses: [status] }]).reports).toEqual([expected, expected]);
  });

  it.each([
    ['1790000001', 1790000001000], [1790000001, 1790000001000], ['1790000001000', 1790000001000], [1790000001999, 1790000001999],
    ['2026-09-21T14:13:21.000Z', 1790000001000], [1790000001.25, 1790000001250],
    [undefined, RECEIVED_AT], [null, RECEIVED_AT], ['', RECEIVED_AT], ['soon', RECEIVED_AT], [0, RECEIVED_AT], [-5, RECEIVED_AT],
    [1e300, RECEIVED_AT], [{}, RECEIVED_AT], ['1790000001000000', RECEIVED_AT], [1790000001000000000, RECEIVED_AT],
  ])('reads the time %p', (timestamp, at) => {
    expect(report({ msgId: 'm-1', status: 'sent', timestamp }).at).toBe(at);
    expect(report({ msgId: 'm-1', status: 'sent', ts: timestamp }).at).toBe(at);
    expect(report({ msgId: 'm-1', status: 'sent', timestamp: '', ts: timestamp }).at).toBe(at);
  });

  it.each([
    ['SENT', 'sent'], ['Delivered', 'delivered'], ['READ', 'read'], ['viewed', 'read'], ['played', 'read'], ['FAILED', 'failed'],
    ['Clicked', 'clicked'], ['clicked', 'clicked'],
  ])('reads the status %p', (status, meaning) => {
    expect(report({ msgId: 'm-1', status }).status).toBe(meaning);
  });

  it.each([
    [{ msg_id: 'm-1' }, 'm-1'], [{ msgId: 'm-1', id: 'x' }, 'm-1'], [{ id: 'x' }, 'x'], [{ msgId: 7 }, '7'],
    [{ msgId: '', messageId: 'y' }, 'y'],
  ])('reads the name in %j', (names, name) => {
    expect(report({ ...names, status: 'sent' }).names).toEqual([name]);
  });

  it.each([
    [{ code: 1004, title: 'Too many' }, { code: 1004, title: 'Too many' }],
    [{ code: '1004', title: 'Too many' }, { code: 1004, title: 'Too many' }],
    [{ code: '131026', title: 'Undeliverable' }, { code: 1009, title: '131026: Undeliverable' }],
    [{ code: 131026, title: '131026: Undeliverable' }, { code: 1009, title: '131026: Undeliverable' }],
    [{ code: 1011, message: 'New' }, { code: 1009, title: '1011: New' }],
    [{ code: 'E1', title: 'Odd' }, { code: 1009, title: 'Odd' }],
    [{ code: 1001 }, { code: 1001, title: 'No reason was given' }],
    [[{ code: 1002, title: 'Listed' }], { code: 1002, title: 'Listed' }],
    ['in words', { code: 1009, title: 'in words' }],
    [undefined, { code: 1009, title: 'No reason was given' }], [null, { code: 1009, title: 'No reason was given' }],
    [{}, { code: 1009, title: 'No reason was given' }],
  ])('reads the failure %j', (error, failure) => {
    expect(report({ msgId: 'm-1', status: 'failed', error }).failure).toEqual(failure);
    expect(report({ msgId: 'm-1', status: 'sent', error }).failure).toBeUndefined();
  });

  it('reads a click that says next to nothing, and the recipient where it is named', () => {
    expect(report({ msgId: 'm-1', status: 'Clicked' })).toEqual({ names: ['m-1'], status: 'clicked', at: RECEIVED_AT, click: {} });
    expect(report({ msgId: 'm-1', status: 'sent', to: 919800000001 }).recipient).toBe('+919800000001');
  });

  it('takes each status on its own', () => {
    const good = { msgId: 'm-1', status: 'read', timestamp: '1790000001' };
    const bad = [null, { status: 'sent' }, { msgId: 'm-2' }, { msgId: 'm-3', status: 'queued' }, 'x', [good]];
    const { reports, unreadable } = read({ statuses: [...bad.slice(0, 2), good, ...bad.slice(2)] });
    expect(reports).toHaveLength(1);
    expect(unreadable.map(({ raw }) => raw)).toEqual(bad);
    for (const { reason } of unreadable) expect(reason).not.toMatch(/m-\d|queued/);
  });

  it('takes nothing from an empty list', () => {
    expect(read({ statuses: [] })).toEqual({ reports: [], inbound: [], unreadable: [] });
    expect(read([])).toEqual({ reports: [], inbound: [], unreadable: [] });
  });
});

describe('readCleverTapCallback, on messages of people', () => {
  it.each([
    [{ type: 'file', document: { mediaURL: 'u', caption: 'c', mimeType: '.pdf' } },
      { type: 'file', media: { url: 'u', caption: 'c', mimeType: '.pdf' } }],
    [{ type: 'document', document: { url: 'u', filename: 'f' } }, { type: 'file', media: { url: 'u', filename: 'f' } }],
    [{ type: 'voice', audio: { mediaURL: 'u', mimeType: 'audio/ogg' } }, { type: 'audio', media: { url: 'u', mimeType: 'audio/ogg' } }],
    [{ type: 'voice', voice: { mediaURL: 'u' } }, { type: 'audio', media: { url: 'u' } }],
    [{ type: 'audio', audio: { id: 'media-1', mime_type: 'audio/ogg' } },
      { type: 'audio', media: { id: 'media-1', mimeType: 'audio/ogg' } }],
    [{ type: 'sticker', sticker: { mediaURL: 'u' } }, { type: 'sticker', media: { url: 'u' } }],
    [{ type: 'VIDEO', video: { mediaURL: 'u' } }, { type: 'video', media: { url: 'u' } }],
    [{ type: 'location', location: { latitude: 18.5, longitude: 73.8 } },
      { type: 'location', location: { latitude: '18.5', longitude: '73.8' } }],
    [{ type: 'text', text: 'plain' }, { type: 'text', text: 'plain' }],
    [{ text: { body: 'no type' } }, { type: 'text', text: 'no type' }],
    [{ type: 'button', button: { text: ' Stop  promotions ' } }, { type: 'button', button: { text: ' Stop  promotions ' } }],
    [{ type: 'interactive', interactive: { list_reply: { id: 'slot_1', title: 'Morning' } } },
      { type: 'button', button: { payload: 'slot_1', text: 'Morning' } }],
    [{ type: 'contacts', contacts: [{}] }, { type: 'contacts' }],
    [{ type: 'reaction', reaction: { emoji: '👍' } }, { type: 'reaction' }],
    [{ type: 'poll', poll: {} }, { type: 'other' }],
    [{ type: 'text', text: { body: 'x' }, status: 'delivered' }, { type: 'text', text: 'x' }],
  ])('reads %j', (message, content) => {
    expect(inbound(message)).toMatchObject(content);
  });

  it('keeps a message without a phone number, or with one that is none', () => {
    const text = { type: 'text', text: { body: 'x' } };
    for (const from of [undefined, null, 'IN.1000', '12']) expect(inbound({ ...text, from })).not.toHaveProperty('from');
    expect(inbound({ ...text, from: undefined, user_id: 'IN.1000' })).toMatchObject({ userId: 'IN.1000' });
  });

  it('takes several messages, each on its own', () => {
    const one = { from: '919800000001', type: 'text', text: { body: 'one' } };
    const body = { wabaNumber: '918889500122', messages: [one, { ...one, type: 'image' }, 5, { ...one, text: { body: 'two' } }] };
    const { inbound: messages, unreadable } = read(body);
    expect(messages.map(({ text, wabaNumber }) => [text, wabaNumber])).toEqual([['one', '+918889500122'], ['two', '+918889500122']]);
    expect(unreadable).toHaveLength(2);
    expect(read([one, one]).inbound).toHaveLength(2);
  });

  it('gives one message one id, however often and in whatever order of keys it comes', () => {
    const sample = callback('inbound-text');
    const shuffled = Object.fromEntries(Object.entries(sample).reverse());
    const idOf = (body: unknown): string => read(body).inbound[0]!.id;
    expect(idOf(shuffled)).toBe(idOf(sample));
    const changes = [
      { timestamp: '1790000301' }, { from: '919800000002' }, { wabaNumber: '918889500123' }, { text: { body: 'Where is my order' } },
    ];
    for (const change of changes) {
      expect(idOf({ ...sample, ...change })).not.toBe(idOf(sample));
    }
    expect(idOf({ ...sample, id: 'wamid.1' })).toBe('wamid.1');
  });

  it('takes what has no id and no time for another message an hour later', () => {
    const yes = { from: '919800000001', type: 'text', text: { body: 'yes' } };
    const idAt = (receivedAt: number): string => readCleverTapCallback(yes, receivedAt).inbound[0]!.id;
    expect(idAt(1_790_003_600_000)).not.toBe(idAt(1_790_000_000_000));
  });

  it.each([
    {}, { from: '919800000001' }, { type: 'image' }, { type: 'location', location: { latitude: '1' } }, { type: 'button', button: {} },
    { type: 'text', text: {} },
    'text', 5, null, true, undefined,
  ])('keeps %j as unreadable', (body) => {
    expect(read(body)).toEqual({ reports: [], inbound: [], unreadable: [{ reason: expect.any(String), raw: body }] });
  });

  it('throws at nothing', () => {
    const names = [
      'statuses', 'messages', 'msgId', 'status', 'from', 'type', 'text', 'body', 'button', 'image', 'mediaURL', 'timestamp', 'error',
      '__proto__',
    ];
    const likely = fc.constantFrom<unknown>('text', 'button', 'failed', 'image', '919800000001', 1790000300, null, true, -1);
    const values = fc.oneof(likely, fc.string());
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 }, values, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(fc.constantFrom(...names), tie('tree')),
      ),
    }));
    fc.assert(fc.property(tree, (body) => {
      const { reports, inbound: messages } = read(body);
      for (const { names: [name], at } of reports) expect([typeof name, Number.isSafeInteger(at)]).toEqual(['string', true]);
      for (const { id, at } of messages) expect([id !== '', Number.isSafeInteger(at)]).toEqual([true, true]);
    }), { numRuns: 1_000 });
  });
});
