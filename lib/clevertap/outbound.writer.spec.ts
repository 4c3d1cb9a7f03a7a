import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SENT_NAMES, sent } from '../../test/support/clevertap-fixtures.ts';
import type { FreeformContent, TemplateButton, TemplateCard, TemplateContent, TemplateHeader } from '../messages/outbound-message.ts';
import { parseOutbound } from './outbound.parser.ts';
import type { ReadOutbound } from './outbound.parser.ts';
import { writeOutbound } from './outbound.writer.ts';
import type { WritableMessage } from './outbound.writer.ts';

const read = (bytes: Uint8Array | string): ReadOutbound['message'] => (parseOutbound(bytes, 'host') as ReadOutbound).message;

/** An object with some of its members, as a host app would write it: what is absent is not there. */
const part = <T extends object>(members: { [K in keyof T]-?: fc.Arbitrary<NonNullable<T[K]>> }, needed: (keyof T)[]): fc.Arbitrary<T> =>
  fc.record(members, { requiredKeys: needed }) as fc.Arbitrary<unknown> as fc.Arbitrary<T>;

const words = fc.string({ unit: 'binary', maxLength: 20 });
const named = fc.string({ minLength: 1, maxLength: 20 });
const degrees = fc.double({ min: -180, max: 180, noNaN: true }).map(String);
const kind = <T extends string>(...kinds: T[]): fc.Arbitrary<T> => fc.constantFrom(...kinds);

/** What a variable may be called: no number, which is a position. */
const variable = named.filter((name) => !/^\d+$/.test(name));
/** Values, some with a name for each. */
const values = fc.oneof(
  fc.record({ parameters: fc.array(words) }),
  fc.array(fc.tuple(words, variable), { minLength: 1 }).map((pairs) => ({ parameters: pairs.map(([value]) => value), parameterNames: pairs.map(([, name]) => name) })),
);

const header: fc.Arbitrary<TemplateHeader> = fc.oneof(
  fc.tuple(fc.record({ type: kind('text'), text: words }), values).map(([shown, own]) => ({ ...shown, ...own })),
  fc.record({ type: kind('image', 'video', 'audio'), mediaUrl: words }),
  part<Extract<TemplateHeader, { type: 'file' }>>({ type: kind('file'), mediaUrl: words, filename: words }, ['type', 'mediaUrl']),
  part<Extract<TemplateHeader, { type: 'location' }>>(
    { type: kind('location'), longitude: degrees, latitude: degrees, name: words, address: words }, ['type', 'longitude', 'latitude'],
  ),
);
const button = part<TemplateButton>(
  { kind: kind('dynamicUrl', 'staticUrl', 'quickReply', 'callPhone', 'copyCode'), index: fc.nat(10), text: words, value: words }, ['kind'],
);
const card = part<TemplateCard>(
  {
    header,
    body: fc.tuple(part<{ text?: string }>({ text: words }, []), values).map(([shown, own]) => ({ ...shown, ...own })),
    buttons: fc.array(button, { maxLength: 4 }),
  },
  ['buttons'],
);
const template = fc.tuple(card, part<Omit<TemplateContent, keyof TemplateCard>>({
  type: kind('template'), name: named, language: words, footer: words, carousel: fc.array(card, { maxLength: 3 }),
  limitedTimeOffer: part<NonNullable<TemplateContent['limitedTimeOffer']>>({ text: words, expirationTimeMs: fc.nat() }, []),
  customProps: fc.dictionary(fc.oneof(words, fc.constantFrom('__proto__', 'constructor', '7')), words, { noNullPrototype: true }),
}, ['type', 'name', 'language', 'customProps'])).map(([shared, own]): TemplateContent => ({ ...shared, ...own }));
type Freeform<T extends FreeformContent['type']> = Extract<FreeformContent, { type: T }>;
const freeform: fc.Arbitrary<FreeformContent> = fc.oneof(
  fc.record({ type: kind('text'), text: words }),
  part<Freeform<'image' | 'video'>>({ type: kind('image', 'video'), mediaUrl: words, caption: words }, ['type', 'mediaUrl']),
  fc.record({ type: kind('audio'), mediaUrl: words }),
  part<Freeform<'file'>>({ type: kind('file'), mediaUrl: words, caption: words, filename: words }, ['type', 'mediaUrl']),
  part<Freeform<'location'>>(
    { type: kind('location'), longitude: degrees, latitude: degrees, name: words, address: words }, ['type', 'longitude', 'latitude'],
  ),
);
const message: fc.Arbitrary<WritableMessage> = fc.record({
  msgId: fc.string({ minLength: 1, maxLength: 60 }),
  to: fc.integer({ min: 0, max: 99_999_999 }).map((last) => `+9198${String(last).padStart(8, '0')}`),
  wabaNumber: fc.constant('+918889500122'),
  content: fc.oneof(template, freeform),
});

describe('writeOutbound', () => {
  it.each(SENT_NAMES)('writes %s as CleverTap does', (name) => {
    const { msgId, to, wabaNumber, content } = read(Buffer.from(JSON.stringify(sent(name))));
    const written = JSON.parse(Buffer.from(writeOutbound({ msgId, to, wabaNumber: wabaNumber!, content })).toString()) as unknown;
    expect(written).toEqual({ ...sent(name), to: '919800000001' });
  });

  it('writes in the order of the samples', () => {
    for (const name of ['template-limited-time-offer', 'template-carousel', 'template-custom-props', 'freeform-file']) {
      const { msgId, to, wabaNumber, content } = read(Buffer.from(JSON.stringify(sent(name))));
      const keys = Object.keys(sent(name));
      const written = JSON.parse(Buffer.from(writeOutbound({ msgId, to, wabaNumber: wabaNumber!, content })).toString()) as object;
      expect(Object.keys(written)).toEqual(keys);
    }
  });

  it('gives back through the parser whatever was written', () => {
    fc.assert(fc.property(message, (given) => {
      const { msgId, to, wabaNumber, content, origin } = read(writeOutbound(given));
      expect({ msgId, to, wabaNumber, content }).toEqual(given);
      expect(origin).toBe('host');
    }), { numRuns: 400 });
  });
});
