import { describe, expect, it } from '@jest/globals';
import { sent, SENT_NAMES, sentBytes } from '../../test/support/clevertap-fixtures.ts';
import { parseOutbound } from '../clevertap/outbound.parser.ts';
import type { MessageContent, TemplateContent } from '../messages/outbound-message.ts';
import type { VariableNames } from '../messages/template.ts';
import { writeMetaMessage } from './meta-message.writer.ts';
import { UnsendableError } from './unsendable.error.ts';

const TO = '+919800000001';

const text = (value: string): object => ({ type: 'text', text: value });
const template = (name: string, code: string, ...components: object[]): object => ({ type: 'template', template: { name, language: { code }, components } });
const body = (...values: string[]): object => ({ type: 'body', parameters: values.map(text) });
const header = (parameter: object): object => ({ type: 'header', parameters: [parameter] });
const button = (subType: string, index: string, parameter: object): object => ({ type: 'button', sub_type: subType, index, parameters: [parameter] });
const payload = (value: string): object => ({ type: 'payload', payload: value });

/** What Meta's pages ask for, written by hand: for each of CleverTap's samples. */
const EXPECTED: Record<string, object> = {
  'freeform-audio': { type: 'audio', audio: { link: 'https://media.example.com/note.mp3' } },
  'freeform-file': { type: 'document', document: { link: 'https://media.example.com/menu.pdf', caption: 'Menu', filename: 'menu.pdf' } },
  'freeform-image': { type: 'image', image: { link: 'https://media.example.com/map.png', caption: 'Our shop' } },
  'freeform-text': { type: 'text', text: { body: 'Your refund is on its way 🙂', preview_url: false } },
  'freeform-video': { type: 'video', video: { link: 'https://media.example.com/how-to.mp4', caption: 'How to' } },
  'template-carousel': template('new_shoes', 'en', body('Asha'), {
    type: 'carousel',
    cards: [
      {
        card_index: 0,
        components: [
          header({ type: 'image', image: { link: 'https://media.example.com/1.png' } }), body('1', 'Asha'), button('url', '0', text('shoe/1')),
        ],
      },
      { card_index: 1, components: [header({ type: 'image', image: { link: 'https://media.example.com/2.png' } }), body('2', 'Asha')] },
    ],
  }),
  'template-custom-props': template('order_update', 'en', body('Asha', '8842')),
  'template-file-call': template(
    'invoice', 'en', header({ type: 'document', document: { link: 'https://media.example.com/8841.pdf', filename: 'invoice-8841.pdf' } }), body('8841'),
  ),
  'template-header-text': template('store_opening', 'en_US', header(text('Pune'))),
  'template-image-dynamic-url': template(
    'cart_reminder', 'en', header({ type: 'image', image: { link: 'https://media.example.com/cart.png' } }), body('Asha'),
    button('url', '0', text('wa/AbC123')),
  ),
  'template-limited-time-offer': template(
    'diwali_offer', 'en', header({ type: 'image', image: { link: 'https://media.example.com/diwali.png' } }), body('Asha'),
    button('copy_code', '0', { type: 'coupon_code', coupon_code: 'DIWALI20' }), button('url', '1', text('diwali?u=1')),
    { type: 'limited_time_offer', parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 1790086400000 } }] },
  ),
  'template-location': template(
    'pickup_point', 'en', header({ type: 'location', location: { latitude: '18.5204', longitude: '73.8567' } }), body('8841'),
  ),
  'template-test': template('order_update', 'en', body('0', '1')),
  'template-text-footer': template('order_update', 'en', body('Asha', '8841')),
  'template-video-quick-replies': template(
    'feedback', 'en_GB', header({ type: 'video', video: { link: 'https://media.example.com/thanks.mp4' } }), body('Asha'),
    button('quick_reply', '0', payload('25596366|good')), button('quick_reply', '1', payload('25596366|bad')),
  ),
  validation: template('whatsapp:hsm:technology:generic:verify', 'en', body('1', '2', '3')),
};

function write(bytes: Uint8Array): unknown {
  const parsed = parseOutbound(bytes);
  if (!parsed.ok) throw new Error(parsed.detail);
  return JSON.parse(writeMetaMessage(parsed.message));
}

/** The template's components of a message whose parts are changed. */
function components(changes: Partial<TemplateContent>, names?: VariableNames): unknown {
  const content: MessageContent = { type: 'template', name: 't', language: 'en', buttons: [], customProps: {}, ...changes };
  return (JSON.parse(writeMetaMessage({ msgId: 'm', to: TO, content }, names)) as { template: { components?: unknown } }).template.components;
}

function reasonOf(changes: Partial<TemplateContent>): unknown {
  try {
    components(changes);
    return undefined;
  } catch (error) {
    if (error instanceof UnsendableError) return error.reason;
    throw error;
  }
}

/** What goes out for one value of the body. */
const valueOf = (value: string): unknown => (components({ body: { parameters: [value] } }) as { parameters: { text: string }[] }[])[0]!.parameters[0]!.text;

describe('a message in Meta\'s form', () => {
  it.each(SENT_NAMES)('of %s is as Meta asks for it', (name) => {
    expect(write(sentBytes(name))).toEqual({
      messaging_product: 'whatsapp', recipient_type: 'individual', to: '919800000001', ...EXPECTED[name],
      biz_opaque_callback_data: sent(name).msgId,
    });
  });

  it.each([
    ['en', 'en'], ['en(UK)', 'en_GB'], ['en(uk)', 'en_GB'], ['en_US', 'en_US'], ['pt_BR', 'pt_BR'], ['zh(HK)', 'zh_HK'], ['fil', 'fil'], ['en-us', 'en_US'],
  ])('names the language %s as %s', (language, code) => {
    const message = { ...sent('template-text-footer'), template: { namespace: 'order_update', languageCode: language } };
    expect(write(Buffer.from(JSON.stringify(message)))).toMatchObject({ template: { name: 'order_update', language: { code } } });
  });

  it('shows a link\'s preview where the text holds one', () => {
    const message = { ...sent('freeform-text'), text: { body: 'See https://shop.example.com/8841' } };
    expect(write(Buffer.from(JSON.stringify(message)))).toMatchObject({ text: { preview_url: true } });
  });

  it('carries a place that is sent without a template', () => {
    const content: MessageContent = { type: 'location', latitude: '18.52', longitude: '73.85', name: 'Shop', address: '107 Baker Street' };
    expect(JSON.parse(writeMetaMessage({ msgId: 'm', to: TO, content }))).toMatchObject({
      type: 'location', location: { latitude: '18.52', longitude: '73.85', name: 'Shop', address: '107 Baker Street' },
    });
  });

  it('has no components where there are no values', () => {
    expect(components({ body: { text: 'Hello', parameters: [] }, footer: 'Bye', header: { type: 'text', text: 'New', parameters: [] } })).toBeUndefined();
  });

  it('leaves an offer without an end alone', () => {
    expect(components({ limitedTimeOffer: { text: 'Soon' } })).toBeUndefined();
  });

  it('keeps a location\'s name and address, and a file without a name', () => {
    expect(components({ header: { type: 'location', latitude: '1.10', longitude: '2', name: 'Shop', address: 'Baker Street' } }))
      .toEqual([header({ type: 'location', location: { latitude: '1.10', longitude: '2', name: 'Shop', address: 'Baker Street' } })]);
    expect(components({ header: { type: 'file', mediaUrl: 'https://m.example.com/1' } }))
      .toEqual([header({ type: 'document', document: { link: 'https://m.example.com/1' } })]);
  });

  describe('names a button', () => {
    const dynamic = { kind: 'dynamicUrl' as const, value: 'x' };
    const still = { kind: 'staticUrl' as const, value: 'https://shop.example.com' };
    const places = (...buttons: TemplateContent['buttons']): unknown => (components({ buttons }) as { index: string }[] | undefined)?.map(({ index }) => index);

    it('by its place among all the template\'s buttons', () => {
      expect(places({ ...still, index: 0 }, { ...dynamic, index: 1 }, { kind: 'callPhone', index: 2 })).toEqual(['1']);
    });

    it('by CleverTap\'s own index, in whatever order they come', () => {
      expect(places({ ...dynamic, index: 2 }, { kind: 'quickReply', value: 'p', index: 0 })).toEqual(['2', '0']);
    });

    it.each([[[0, 0, 1]], [[undefined, undefined, undefined]], [[0, undefined, 1]], [[-1, 0, 1]], [[0.5, 0, 1]]])('by the order, where its index is no place: %j', (indexes) => {
      expect(places(...[still, dynamic, { kind: 'copyCode' as const, value: 'SAVE' }].map((one, order) => ({ ...one, index: indexes[order] })))).toEqual(['1', '2']);
    });

    it('only where it brings a value along', () => {
      expect(places({ kind: 'quickReply' }, { kind: 'quickReply', value: '' }, { kind: 'dynamicUrl' }, { kind: 'callPhone', value: '+918' })).toBeUndefined();
    });

    it('with a payload byte for byte', () => {
      expect(components({ buttons: [{ kind: 'quickReply', value: ' a\n|b  ' }] })).toEqual([button('quick_reply', '0', payload(' a\n|b  '))]);
    });
  });

  it.each([
    ['Asha', 'Asha'], [' Asha ', 'Asha'], ['12\nBaker Street', '12 Baker Street'], ['a \r\n\r\n b', 'a b'], ['a\tb', 'a b'], ['a\u2028b', 'a b'],
    ['a    b', 'a    b'], ['a     b', 'a    b'], [`a${' '.repeat(40)}b`, 'a    b'], ['नमस्ते 🙂', 'नमस्ते 🙂'],
  ])('writes the value %j as %j', (value, written) => {
    expect(valueOf(value)).toBe(written);
  });

  describe('names its variables', () => {
    const names: VariableNames = { header: ['shop'], body: ['name', 'order_id'], cards: [{ header: [], body: ['price'] }, { header: [], body: [] }] };
    const told = (changes: Partial<TemplateContent>, known?: VariableNames): unknown => components(changes, known);
    const value = (name: string, text: string): object => ({ type: 'text', parameter_name: name, text });
    const twoValues = { parameters: ['Asha', '8841'] };

    it('as they came', () => {
      expect(told({
        header: { type: 'text', text: 'x', parameters: ['Pune'], parameterNames: ['city'] }, body: { ...twoValues, parameterNames: ['first_name', 'order'] },
        carousel: [{ body: { parameters: ['9'], parameterNames: ['cost'] }, buttons: [] }],
      }, names)).toEqual([
        header(value('city', 'Pune')), { type: 'body', parameters: [value('first_name', 'Asha'), value('order', '8841')] },
        { type: 'carousel', cards: [{ card_index: 0, components: [{ type: 'body', parameters: [value('cost', '9')] }] }] },
      ]);
    });

    it('as its template calls them, in order, where they came without names', () => {
      expect(told({
        header: { type: 'text', text: 'x', parameters: ['Pune'] }, body: twoValues, buttons: [{ kind: 'dynamicUrl', value: 'o/1' }],
        carousel: [{ body: { parameters: ['9'] }, buttons: [] }, { body: { parameters: ['8'] }, buttons: [] }],
      }, names)).toEqual([
        header(value('shop', 'Pune')), { type: 'body', parameters: [value('name', 'Asha'), value('order_id', '8841')] }, button('url', '0', text('o/1')),
        { type: 'carousel', cards: [{ card_index: 0, components: [{ type: 'body', parameters: [value('price', '9')] }] }, { card_index: 1, components: [body('8')] }] },
      ]);
    });

    it('by place, where only some came with a name', () => {
      expect(told({ body: { ...twoValues, parameterNames: ['', 'order'] } }, names)).toEqual([{ type: 'body', parameters: [value('name', 'Asha'), value('order', '8841')] }]);
    });

    it('not at all where nobody knows the names', () => {
      expect(told({ body: twoValues })).toEqual([body('Asha', '8841')]);
    });
  });

  it.each<[string, Partial<TemplateContent>, string]>([
    ['an empty value of the body', { body: { parameters: ['Asha', ''] } }, "A value of the template's body is empty"],
    ['a value of spaces and breaks', { body: { parameters: [' \n\t '] } }, "A value of the template's body is empty"],
    ['an empty value of the header', { header: { type: 'text', text: 'x', parameters: [''] } }, "A value of the template's header is empty"],
    ['an empty link', { buttons: [{ kind: 'dynamicUrl', value: '' }] }, "A value of the template's buttons is empty"],
    ['an empty value on a card', { carousel: [{ body: { parameters: [''] }, buttons: [] }] }, "A value of the template's body is empty"],
    ['an audio header', { header: { type: 'audio', mediaUrl: 'https://m.example.com/1.mp3' } }, 'WhatsApp has no templates with an audio header'],
    ['no language', { language: ' ' }, 'The template came without a language'],
  ])('is not written with %s', (_name, changes, title) => {
    expect(reasonOf(changes)).toEqual({ code: 1001, title });
  });
});
