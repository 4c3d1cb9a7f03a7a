import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fixture } from '../../test/support/fixtures.ts';
import { parseCallback } from './callback.parser.ts';

const NOW = 1_800_000_000_000;

describe('parseCallback', () => {
  it.each([
    ['clevertap/callbacks/delivery-reports.json', 3, 0],
    ['clevertap/callbacks/delivery-report-failed.json', 1, 0],
    ['clevertap/callbacks/inbound-text.json', 0, 1],
    ['aisensy/webhook/status-read.json', 1, 0],
    ['aisensy/webhook/inbound-image.json', 0, 1],
    ['aisensy/webhook/test-ping.json', 0, 0],
    ['meta/webhook/statuses.json', 3, 0],
    ['meta/webhook/inbound-audio.json', 0, 1],
  ])('knows the form of %s', (name, reports, inbound) => {
    const callback = parseCallback(fixture(name), NOW);
    expect([callback.reports.length, callback.inbound.length, callback.unreadable.length]).toEqual([reports, inbound, 0]);
  });

  it('takes an array of any forms, each on its own', () => {
    const callback = parseCallback([
      fixture('clevertap/callbacks/delivery-reports.json'), null, fixture('aisensy/webhook/inbound-text.json'), { hello: 1 },
      fixture('meta/webhook/status-failed.json'),
    ], NOW);
    expect(callback.reports.map(({ status }) => status)).toEqual(['sent', 'delivered', 'read', 'failed']);
    expect(callback.inbound).toHaveLength(1);
    expect(callback.unreadable).toEqual([null, { hello: 1 }].map((raw) => ({ reason: 'The form of the callback is not known', raw })));
  });

  it.each([null, 1, 'x', true, {}, { hello: 1 }, [[]]])('keeps %j, whose form is unknown', (body) => {
    const raw = Array.isArray(body) ? body[0] : body;
    expect(parseCallback(body, NOW)).toEqual({
      reports: [], inbound: [], unreadable: [{ reason: 'The form of the callback is not known', raw }],
    });
  });

  it('takes more elements than a call may have arguments', () => {
    const body = { entry: Array.from({ length: 200_000 }, () => 0) };
    expect(parseCallback(body, NOW).unreadable).toHaveLength(200_000);
  });

  it.each([
    [131026, { failure: { code: 1005, title: '131026: Undeliverable' } }], ['131047', { failure: { code: 1008, title: '131047: Undeliverable' } }],
    [100, { failure: { code: 1001, title: '100: Undeliverable' }, freeformCode: 1009 }], [1002, { failure: { code: 1002, title: 'Undeliverable' } }],
    [undefined, { failure: { code: 1009, title: 'Undeliverable' } }],
  ])("knows Meta's codes in CleverTap's form too: %s", (code, expected) => {
    const status = { msgId: 'm', status: 'failed', timestamp: '1790000004', error: { code, title: 'Undeliverable' } };
    expect(parseCallback({ statuses: [status] }, NOW).reports).toEqual([{ names: ['m'], status: 'failed', at: 1790000004000, ...expected }]);
  });

  describe('takes without its envelope', () => {
    const status = { status: 'delivered', timestamp: '1790000003' };
    const row = fixture<{ data: { message: Record<string, unknown> } }>('aisensy/webhook/status-read.json').data.message;
    const notification = fixture<{ entry: [{ changes: [{ value: object }] }] }>('meta/webhook/statuses.json');

    it.each<[string, unknown, string[]]>([
      ["CleverTap's status by its msgId", { ...status, msgId: 'm' }, ['delivered']],
      ["CleverTap's status by another name", { ...status, messageId: 'm' }, ['delivered']],
      ["Meta's status", { ...status, id: 'wamid.A', recipient_id: '919800000001' }, ['delivered']],
      ["several of CleverTap's statuses", [{ ...status, msgId: 'm' }, { ...status, msg_id: 'n', status: 'READ' }], ['delivered', 'read']],
      ["AiSensy's row", row, ['read']], ["AiSensy's row with data around it", { data: { message: row } }, ['read']],
      ["AiSensy's rows without a topic", { topic: null, data: [{ message: row }, { message: { ...row, status: 'SENT' } }] }, ['read', 'sent']],
      ["Meta's entry", notification.entry[0], ['sent', 'delivered', 'read']], ["Meta's change", notification.entry[0].changes[0], ['sent', 'delivered', 'read']],
      ["Meta's value", notification.entry[0].changes[0].value, ['sent', 'delivered', 'read']],
    ])('%s', (_name, body, statuses) => {
      const { reports, unreadable } = parseCallback(body, NOW);
      expect([reports.map((report) => report.status), unreadable]).toEqual([statuses, []]);
    });

    it.each<[string, unknown, string[]]>([
      ["CleverTap's messages", { messages: [fixture('clevertap/callbacks/inbound-text.json'), fixture('clevertap/callbacks/inbound-image.json')] }, ['text', 'image']],
      ["CleverTap's message of a person without a number", { type: 'text', user_id: 'IN.1', text: { body: 'Hi' } }, ['text']],
      ["CleverTap's messages beside a list of no statuses", { ...fixture<object>('clevertap/callbacks/inbound-text.json'), statuses: null }, ['text']],
      ["AiSensy's row", fixture<{ data: { message: object } }>('aisensy/webhook/inbound-image.json').data.message, ['image']],
      ["Meta's value", fixture<{ entry: [{ changes: [{ value: object }] }] }>('meta/webhook/inbound-button.json').entry[0].changes[0].value, ['button']],
    ])('%s', (_name, body, types) => {
      const { inbound, unreadable } = parseCallback(body, NOW);
      expect([inbound.map(({ type }) => type), unreadable]).toEqual([types, []]);
    });
  });

  describe("lets what only CleverTap's form holds decide, whatever stands beside it:", () => {
    const status = { msgId: 'm', status: 'delivered', timestamp: '1790000003' };
    const inbound = fixture<object>('clevertap/callbacks/inbound-text.json');

    it.each<[string, unknown]>([
      ['metadata', { ...status, metadata: { campaign: 'x' } }], ['a messaging product', { ...status, messaging_product: 'whatsapp' }],
      ['an event', { ...status, event: 'message_status' }], ['a topic', { msg_id: 'm', status: 'delivered', topic: 'whatsapp' }],
      ['an id of AiSensy\'s', { ...status, submitted_message_id: 'sub-1' }], ['statuses and an event', { event: 'status', statuses: [status] }],
      ['statuses and a topic', { topic: 'whatsapp', statuses: [status] }], ['statuses and metadata', { metadata: {}, statuses: [status] }],
      ['statuses, an event and data', { event: 'status', data: {}, statuses: [status] }],
      ['a status by another name and an event', { event: 'status', id: 'm', status: 'delivered' }],
      ['a status by another name and metadata', { metadata: {}, messageId: 'm', status: 'delivered' }],
    ])('%s', (_name, body) => {
      const { reports, unreadable } = parseCallback(body, NOW);
      expect([reports.map(({ names, status: told }) => [names, told]), unreadable]).toEqual([[[['m'], 'delivered']], []]);
    });

    it.each<[string, object]>([
      ['metadata', { metadata: {} }], ['a messaging product', { messaging_product: 'whatsapp' }], ['an event', { event: 'message.received' }],
      ['a topic', { topic: 'whatsapp' }],
    ])('a message beside %s', (_name, more) => {
      const { inbound: messages, unreadable } = parseCallback({ ...more, ...inbound }, NOW);
      expect([messages.map(({ type }) => type), unreadable]).toEqual([['text'], []]);
    });
  });

  it.each([
    { metadata: { campaign: 'x' } }, { messaging_product: 'whatsapp', hello: 1 }, { event: 'message_status', hello: 1 }, { topic: 'whatsapp' },
    { event: 'message_status', data: { msgId: 'm', status: 'read' } },
  ])('keeps %j, which holds a mark of a form and nothing of the form', (body) => {
    expect(parseCallback(body, NOW)).toEqual({ reports: [], inbound: [], unreadable: [{ reason: expect.any(String), raw: body }] });
  });

  it.each([
    { topic: 'contact.created', data: { contact: {} } }, { topic: 'order.placed' }, { topic: 'something.new', data: null }, { event: 'test.webhook' },
    { event: 'test.webhook', data: { message: 'Hello' } }, { statuses: [] }, { metadata: {}, statuses: [] }, { metadata: {}, contacts: [] },
    { entry: [] }, { entry: [{ changes: [{ field: 'calls', value: { metadata: {}, calls: [{ from: '919800000001' }] } }] }] },
    { entry: [{ changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', metadata: {} } }] }] },
    { field: 'message_template_status_update', value: { event: 'APPROVED' } },
  ])('finds nothing to keep in %j', (body) => {
    expect(parseCallback(body, NOW)).toEqual({ reports: [], inbound: [], unreadable: [] });
  });

  it('never throws, names every report, and dates everything', () => {
    const word = fc.constantFrom(
      'entry', 'changes', 'value', 'field', 'messages', 'statuses', 'contacts', 'topic', 'data', 'message', 'sender', 'USER', 'API',
      'message.created', 'message.sender.user', 'message.status.updated', 'status', 'sent', 'SENT', 'failed', 'FAILED', 'failureResponse',
      'errors', 'code', 'id', 'messageId', 'type', 'message_type', 'message_content', 'text', 'TEXT', 'image', 'interactive', 'button',
      'order', 'product_items', 'nfm_reply', 'response_json', 'location', 'from', 'msgId', 'timestamp', 'sent_at', 'created_at', 'context',
      '__proto__',
    );
    const leaf = fc.oneof(word, fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(word, tie('tree'), { maxKeys: 5 })),
    }));
    const few = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { maxLength: 3 });
    const topics = fc.constantFrom('message.created', 'message.sender.user', 'message.status.updated');
    const body = fc.oneof(
      tree,
      fc.record({ topic: topics, data: fc.record({ message: tree }) }),
      fc.record({ entry: few(fc.record({ changes: few(fc.record({ value: fc.dictionary(word, few(tree), { maxKeys: 5 }) })) })) }),
    );
    fc.assert(fc.property(body, (value) => {
      const { reports, inbound } = parseCallback(value, NOW);
      for (const { names, at } of reports) {
        expect(names.length).toBeGreaterThan(0);
        expect(Number.isSafeInteger(at)).toBe(true);
      }
      for (const { id, at } of inbound) {
        expect(id).not.toBe('');
        expect(Number.isSafeInteger(at)).toBe(true);
      }
    }), { numRuns: 1_000 });
  });
});
