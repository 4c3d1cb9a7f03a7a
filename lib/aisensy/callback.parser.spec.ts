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
