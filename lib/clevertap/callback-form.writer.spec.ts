import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CALLBACK_NAMES, callback } from '../../test/support/clevertap-fixtures.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import { isRelayable, readCleverTapCallback, writeDeliveryReports, writeInboundMessage } from './callback-form.ts';
import type { RelayedInbound, RelayedStatus } from './callback-form.ts';

const message = (change: Partial<RelayedInbound>): RelayedInbound => ({
  id: 'in-1', from: '+919800000001', wabaNumber: '+918889500122', at: 1790000300456, type: 'text', ...change,
});
const written = (change: Partial<RelayedInbound>): Record<string, unknown> =>
  JSON.parse(writeInboundMessage(message(change))!) as Record<string, unknown>;

describe('what is written', () => {
  it.each(CALLBACK_NAMES)('is %s again, to the byte', (name) => {
    const sample = callback(name);
    const { reports, inbound: [inbound] } = readCleverTapCallback(sample, 0);
    const again = inbound === undefined
      ? writeDeliveryReports(reports.map(({ names, ...report }) => ({ ...report, msgId: names[0]! })))
      : writeInboundMessage({ ...inbound, wabaNumber: inbound.wabaNumber! });
    expect(again).toBe(JSON.stringify(sample));
  });

  it('comes back from the reader as it was', () => {
    const at = fc.nat(99_999_999).map((seconds) => (1_700_000_000 + seconds) * 1000);
    const words = fc.string({ minLength: 1, maxLength: 20 });
    const failure: fc.Arbitrary<FailureReason> = fc.record({ code: fc.constantFrom(1000, 1001, 1005, 1009, 1010), title: words });
    const click = fc.record({ url: words, shortUrl: words, userAgent: words }, { requiredKeys: [] });
    const status: fc.Arbitrary<RelayedStatus> = fc.oneof(
      fc.record({ msgId: words, status: fc.constantFrom('sent' as const, 'delivered' as const, 'read' as const), at }),
      fc.record({ msgId: words, status: fc.constant('failed' as const), at, failure }),
      fc.record({ msgId: words, status: fc.constant('clicked' as const), at, click }),
    );
    fc.assert(fc.property(fc.array(status), (statuses) => {
      const { reports, unreadable } = readCleverTapCallback(JSON.parse(writeDeliveryReports(statuses)), 0);
      expect(reports).toEqual(statuses.map(({ msgId, ...report }) => ({ names: [msgId], ...report })));
      expect(unreadable).toEqual([]);
    }));
    const media = fc.record({ url: words, mimeType: words, caption: words }, { requiredKeys: ['url', 'mimeType'] });
    const content: fc.Arbitrary<Partial<RelayedInbound>> = fc.oneof(
      fc.record({ type: fc.constant('text' as const), text: words }),
      fc.record({ type: fc.constant('button' as const), button: fc.record({ payload: words, text: words }) }),
      fc.record({ type: fc.constantFrom('image' as const, 'video' as const, 'file' as const), media }),
      fc.record({ type: fc.constant('audio' as const), media: fc.record({ url: words, mimeType: words }) }),
      fc.record({
        type: fc.constant('location' as const),
        location: fc.record({ latitude: words, longitude: words, name: words, address: words, url: words },
          { requiredKeys: ['latitude', 'longitude'] }),
      }),
    );
    fc.assert(fc.property(content, at, fc.option(words, { nil: undefined }), (said, time, replyTo) => {
      const given = message({ ...said, at: time, ...(replyTo !== undefined && { replyTo }) });
      const { inbound: [read], unreadable } = readCleverTapCallback(JSON.parse(writeInboundMessage(given)!), 0);
      expect(unreadable).toEqual([]);
      expect(read).toEqual({ ...given, id: expect.any(String), raw: expect.anything() });
    }));
  });
});

describe('writeDeliveryReports', () => {
  it('writes many statuses, times cut to seconds', () => {
    expect(writeDeliveryReports([
      { msgId: '1|2|3|4', status: 'sent', at: 1790000001999 },
      { msgId: '1|2|3|4', status: 'failed', at: 1790000002000, failure: { code: 1006, title: '131050: stopped' } },
      { msgId: '1|2|3|4', status: 'failed', at: 1790000002000 },
      { msgId: '1|2|3|4', status: 'clicked', at: 1790000003000, click: { url: 'https://a.example' } },
      { msgId: '1|2|3|4', status: 'clicked', at: 1790000003000 },
    ])).toBe('{"payloadVersion":"0.1","statuses":['
      + '{"msgId":"1|2|3|4","status":"sent","timestamp":"1790000001"},'
      + '{"msgId":"1|2|3|4","status":"failed","timestamp":"1790000002","error":{"code":1006,"title":"131050: stopped"}},'
      + '{"msgId":"1|2|3|4","status":"failed","timestamp":"1790000002","error":{"code":1009,"title":"No reason was given"}},'
      + '{"msgId":"1|2|3|4","status":"Clicked","ts":1790000003,"url":"https://a.example"},'
      + '{"msgId":"1|2|3|4","status":"Clicked","ts":1790000003}]}');
  });

  it('keeps what is the sender\'s alone out of a status', () => {
    const status = { msgId: 'm', status: 'sent' as const, at: 1790000001000, failure: { code: 1009 as const, title: 'x' }, message: 7 };
    expect(writeDeliveryReports([status]))
      .toBe('{"payloadVersion":"0.1","statuses":[{"msgId":"m","status":"sent","timestamp":"1790000001"}]}');
  });
});

describe('writeInboundMessage', () => {
  it('writes numbers as digits, and the time in seconds as a string', () => {
    expect(writeInboundMessage(message({ text: 'Hi "you"\n' }))).toBe(
      '{"payloadVersion":"0.1","from":"919800000001","wabaNumber":"918889500122","timestamp":"1790000300",'
        + '"type":"text","text":{"body":"Hi \\"you\\"\\n"}}',
    );
  });

  it.each<[Partial<RelayedInbound>, object]>([
    [{ type: 'button', button: { payload: 'p', text: ' Stop  promotions' } },
      { type: 'button', button: { payload: 'p', text: ' Stop  promotions' } }],
    [{ type: 'button', button: { text: 'Stop promotions' } },
      { type: 'button', button: { payload: 'Stop promotions', text: 'Stop promotions' } }],
    [{ type: 'sticker', media: { url: 'https://a.example/s' } },
      { type: 'image', image: { mediaURL: 'https://a.example/s', mimeType: 'image/webp' } }],
    [{ type: 'image', media: { url: 'https://a.example/i.PNG?x=1.jpg' } },
      { type: 'image', image: { mediaURL: 'https://a.example/i.PNG?x=1.jpg', mimeType: 'image/png' } }],
    [{ type: 'video', media: { url: 'https://a.example/v', caption: 'c' } },
      { type: 'video', video: { mediaURL: 'https://a.example/v', mimeType: 'video/mp4', caption: 'c' } }],
    [{ type: 'audio', media: { url: 'https://a.example/a', caption: 'c' } },
      { type: 'audio', audio: { mediaURL: 'https://a.example/a', mimeType: 'audio/ogg' } }],
    [{ type: 'file', media: { url: 'https://a.example/f', mimeType: 'text/csv', filename: 'f' } },
      { type: 'file', file: { mediaURL: 'https://a.example/f', mimeType: 'text/csv' } }],
    [{ type: 'location', location: { latitude: '1', longitude: '2' } },
      { type: 'location', location: { address: '', latitude: '1', longitude: '2' } }],
    [{ type: 'contacts', text: 'Contact: Asha\n  +919800000002' }, { type: 'text', text: { body: 'Contact: Asha +919800000002' } }],
    [{ type: 'order' }, { type: 'text', text: { body: '[order]' } }],
    [{ type: 'form', text: 'Form: size: L' }, { type: 'text', text: { body: 'Form: size: L' } }],
    [{ type: 'audio', media: { id: '300' } }, { type: 'text', text: { body: '[audio]' } }],
    [{ type: 'image', media: { id: '300', caption: 'Broken' } }, { type: 'text', text: { body: 'Broken' } }],
  ])('writes %j', (given, expected) => {
    const { payloadVersion, from, wabaNumber, timestamp, ...content } = written(given);
    expect(content).toEqual(expected);
    expect([payloadVersion, from, wabaNumber, timestamp]).toEqual(['0.1', '919800000001', '918889500122', '1790000300']);
    expect(isRelayable(message(given))).toBe(true);
  });

  it.each<Partial<RelayedInbound>>([
    { type: 'reaction', text: '👍' }, { type: 'other', text: 'x' }, { type: 'text' }, { type: 'text', text: '' }, { type: 'button' },
    { type: 'location' },
  ])('has no form for %j', (given) => {
    expect(writeInboundMessage(message(given))).toBeUndefined();
    expect(isRelayable(message(given))).toBe(false);
  });

  it('writes nothing for a person without a phone number, though there would be a form', () => {
    const given = message({ from: undefined, userId: 'IN.1000', text: 'Hi' });
    expect(writeInboundMessage(given)).toBeUndefined();
    expect(isRelayable(given)).toBe(true);
  });
});
