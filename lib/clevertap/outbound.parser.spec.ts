import { describe, expect, it } from '@jest/globals';
import { SENT_NAMES, sent, sentBytes } from '../../test/support/clevertap-fixtures.ts';
import type { TemplateContent } from '../messages/outbound-message.ts';
import { parseOutbound } from './outbound.parser.ts';
import type { ReadOutbound } from './outbound.parser.ts';

const bytesOf = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));

/** Reads a body that must be a message. */
function read(body: unknown): ReadOutbound {
  const parsed = parseOutbound(bytesOf(body));
  if (!parsed.ok) throw new Error(parsed.detail);
  return parsed;
}

const contentOf = (body: unknown): unknown => read(body).message.content;
const template = (components: unknown, change: object = {}): unknown => ({ ...sent('template-test'), components, ...change });
const readTemplate = (components: unknown): TemplateContent => contentOf(template(components)) as TemplateContent;
const freeform = (change: object): unknown =>
  ({ to: '919800000001', wabaNumber: '918889500122', msgId: 'm-1', isTemplate: false, ...change });

describe('parseOutbound, on every sample', () => {
  it.each(SENT_NAMES)('takes %s', (name) => {
    const bytes = sentBytes(name);
    const parsed = parseOutbound(bytes);
    expect(parsed).toMatchObject({
      ok: true,
      validation: name === 'validation',
      message: { msgId: sent(name)['msgId'], origin: 'clevertap', to: '+919800000001', wabaNumber: '+918889500122' },
    });
    expect((parsed as ReadOutbound).message.wire).toBe(bytes.toString());
  });

  it.each([
    ['template-text-footer', {
      type: 'template', name: 'order_update', language: 'en', buttons: [], customProps: {}, footer: 'Reply STOP to opt out',
      body: { text: 'Hi Asha, order 8841 has shipped.', parameters: ['Asha', '8841'] },
    }],
    ['template-header-text', {
      type: 'template', name: 'store_opening', language: 'en_US', buttons: [], customProps: {},
      header: { type: 'text', text: 'New in Pune', parameters: ['Pune'] }, body: { text: 'We open on Friday.', parameters: [] },
    }],
    ['template-image-dynamic-url', {
      type: 'template', name: 'cart_reminder', language: 'en', customProps: {},
      header: { type: 'image', mediaUrl: 'https://media.example.com/cart.png' },
      body: { text: 'Asha, your cart is waiting.', parameters: ['Asha'] },
      buttons: [{ kind: 'dynamicUrl', index: 0, text: 'Back to cart', value: 'wa/AbC123' }],
    }],
    ['template-video-quick-replies', {
      type: 'template', name: 'feedback', language: 'en(UK)', customProps: {},
      header: { type: 'video', mediaUrl: 'https://media.example.com/thanks.mp4' },
      body: { text: 'How was it, Asha?', parameters: ['Asha'] },
      buttons: [
        { kind: 'quickReply', index: 0, text: 'Good', value: '25596366|good' },
        { kind: 'quickReply', index: 1, text: 'Bad', value: '25596366|bad' },
        { kind: 'quickReply', index: 2, text: 'Stop promotions' },
      ],
    }],
    ['template-file-call', {
      type: 'template', name: 'invoice', language: 'en', customProps: {},
      header: { type: 'file', mediaUrl: 'https://media.example.com/8841.pdf', filename: 'invoice-8841.pdf' },
      body: { text: 'Invoice 8841', parameters: ['8841'] },
      buttons: [
        { kind: 'staticUrl', index: 0, text: 'Pay', value: 'https://pay.example.com' },
        { kind: 'callPhone', index: 1, text: 'Call us', value: '+918000000000' },
      ],
    }],
    ['template-location', {
      type: 'template', name: 'pickup_point', language: 'en', buttons: [], customProps: {},
      header: { type: 'location', longitude: '73.8567', latitude: '18.5204' },
      body: { text: 'Pick up order 8841 here.', parameters: ['8841'] },
    }],
    ['template-limited-time-offer', {
      type: 'template', name: 'diwali_offer', language: 'en', customProps: {},
      header: { type: 'image', mediaUrl: 'https://media.example.com/diwali.png' }, body: { text: 'Asha, 20% off.', parameters: ['Asha'] },
      limitedTimeOffer: { text: 'Ends tonight', expirationTimeMs: 1790086400000 },
      buttons: [
        { kind: 'copyCode', index: 0, text: 'Copy offer code', value: 'DIWALI20' },
        { kind: 'dynamicUrl', index: 1, text: 'Shop now', value: 'diwali?u=1' },
        { kind: 'quickReply', index: 2, text: 'Not now' },
      ],
    }],
    ['template-carousel', {
      type: 'template', name: 'new_shoes', language: 'en', buttons: [], customProps: {},
      body: { text: 'Asha, new arrivals', parameters: ['Asha'] },
      carousel: [
        {
          header: { type: 'image', mediaUrl: 'https://media.example.com/1.png' },
          body: { text: 'Shoe 1 for Asha', parameters: ['1', 'Asha'] },
          buttons: [
            { kind: 'dynamicUrl', index: 0, text: 'Open', value: 'shoe/1' },
            { kind: 'quickReply', index: 1, text: 'More like this' },
          ],
        },
        {
          header: { type: 'image', mediaUrl: 'https://media.example.com/2.png' },
          body: { text: 'Shoe 2 for Asha', parameters: ['2', 'Asha'] },
          buttons: [
            { kind: 'staticUrl', index: 0, text: 'Open', value: 'https://shop.example.com' },
            { kind: 'quickReply', index: 1, text: 'More like this' },
          ],
        },
      ],
    }],
    ['template-custom-props', {
      type: 'template', name: 'order_update', language: 'en', buttons: [], customProps: { orderId: '8842', tier: 'gold' },
      body: { text: 'Hi Asha, order 8842 has shipped.', parameters: ['Asha', '8842'] },
    }],
    ['freeform-text', { type: 'text', text: 'Your refund is on its way 🙂' }],
    ['freeform-image', { type: 'image', mediaUrl: 'https://media.example.com/map.png', caption: 'Our shop' }],
    ['freeform-video', { type: 'video', mediaUrl: 'https://media.example.com/how-to.mp4', caption: 'How to' }],
    ['freeform-audio', { type: 'audio', mediaUrl: 'https://media.example.com/note.mp3' }],
    ['freeform-file', { type: 'file', mediaUrl: 'https://media.example.com/menu.pdf', caption: 'Menu', filename: 'menu.pdf' }],
  ])('reads what %s says', (name, content) => {
    expect(contentOf(sent(name))).toEqual(content);
  });
});

describe('parseOutbound, on spellings', () => {
  it('takes the older names of the envelope', () => {
    const { msgId, payloadVersion, ...rest } = sent('freeform-text');
    expect(read({ ...rest, msg_id: msgId, payloadversion: String(payloadVersion) }).message).toMatchObject({ msgId, to: '+919800000001' });
  });

  it('takes numbers with and without +, and as JSON numbers', () => {
    for (const to of ['919800000001', '+919800000001', 919800000001]) {
      const { message } = read({ ...sent('freeform-text'), to, wabaNumber: 918889500122 });
      expect(message).toMatchObject({ to: '+919800000001', wabaNumber: '918889500122' });
    }
  });

  it('does without a wabaNumber', () => {
    expect(read({ ...sent('freeform-text'), wabaNumber: undefined }).message.wabaNumber).toBeUndefined();
    expect(read({ ...sent('freeform-text'), wabaNumber: { no: 1 } }).message.wabaNumber).toBeUndefined();
  });

  it('takes a message inside body, and keeps its bytes as they came', () => {
    const bytes = bytesOf({ body: sent('validation') });
    const parsed = parseOutbound(bytes) as ReadOutbound;
    expect(parsed).toMatchObject({ ok: true, validation: true, message: { msgId: '0|0|0|0', to: '+919800000001' } });
    expect(parsed.message.wire).toBe(bytes.toString());
  });

  it('takes a byte order mark', () => {
    const marked = Buffer.concat([Buffer.from('\ufeff'), sentBytes('freeform-text')]);
    const parsed = parseOutbound(marked) as ReadOutbound;
    expect(parsed.ok).toBe(true);
    expect(Buffer.from(parsed.message.wire).equals(marked)).toBe(true);
  });

  it('takes bytes that are a part of a larger buffer', () => {
    const whole = Buffer.concat([Buffer.from('{{{'), sentBytes('freeform-text'), Buffer.from('}}}')]);
    expect(parseOutbound(new Uint8Array(whole.buffer, whole.byteOffset + 3, whole.length - 6))).toMatchObject({ ok: true });
  });

  it('knows every spelling of a button', () => {
    const spellings = {
      dynamicUrl: ['dynamicUrl', 'dynamic_url', 'DynamicUrl'], staticUrl: ['staticUrl', 'static_url'],
      quickReply: ['quickReply', 'Quickreply', 'quick_reply', 'QUICK_REPLY'], callPhone: ['callPhone', 'call_phone'],
      copyCode: ['copy_code', 'copyCode'],
    };
    for (const [kind, subTypes] of Object.entries(spellings)) {
      for (const subType of subTypes) {
        const button = { type: 'button', index: '1', subType, buttonText: 'B', parameters: [{ type: 'text', text: 'v' }] };
        expect(readTemplate([button]).buttons).toEqual([{ kind, index: 1, text: 'B', value: 'v' }]);
      }
    }
  });

  it('keeps the place of a button whose kind is missing or new', () => {
    expect(readTemplate([
      { type: 'button', parameters: [{ type: 'payload', payload: 'p' }] },
      { type: 'button', subType: 'future', parameters: [{ type: 'coupon_code', coupon_code: 'c' }] },
      { type: 'button', subType: 'flow', index: 0 },
      { type: 'Button', subType: 'dynamic_url', index: 0, parameters: [{ type: 'text', text: 's' }] },
      { type: 'button', subType: '__proto__', parameters: 'rubbish' },
    ]).buttons).toEqual([
      { kind: 'quickReply', value: 'p' }, { kind: 'copyCode', value: 'c' }, { kind: 'staticUrl', index: 0 },
      { kind: 'dynamicUrl', index: 0, value: 's' }, { kind: 'staticUrl' },
    ]);
  });

  it('takes the footer under all its names', () => {
    for (const footer of [{ footer: 'F' }, { footertext: 'F' }, { footer: { text: 'F' } }]) {
      expect(readTemplate([{ type: 'footer', ...footer }]).footer).toBe('F');
    }
  });

  it('takes header kinds under other names, and coordinates as numbers', () => {
    const header = (value: object): unknown => readTemplate([{ type: 'header', header: value }]).header;
    expect(header({ type: 'document', document: { mediaURL: 'u', filename: 'f' } }))
      .toEqual({ type: 'file', mediaUrl: 'u', filename: 'f' });
    expect(header({ type: 'audio', audio: { mediaURL: 'u' } })).toEqual({ type: 'audio', mediaUrl: 'u' });
    expect(header({ image: { mediaURL: 'u' } })).toEqual({ type: 'image', mediaUrl: 'u' });
    expect(header({ type: 'text', text: 'T' })).toEqual({ type: 'text', text: 'T', parameters: [] });
    expect(header({ type: 'location', location: { longitude: 73.8, lattitude: 18.5, name: 'N', address: 'A' } }))
      .toEqual({ type: 'location', longitude: '73.8', latitude: '18.5', name: 'N', address: 'A' });
    const broken = [
      {}, { type: 'image' }, { type: 'image', image: {} }, { type: 'location', location: { longitude: 'x' } }, { type: '__proto__' },
    ];
    for (const value of broken) expect(header(value)).toBeUndefined();
  });

  it('takes freeform kinds under other names', () => {
    expect(contentOf(freeform({ type: 'document', document: { mediaURL: 'u' } }))).toEqual({ type: 'file', mediaUrl: 'u' });
    expect(contentOf(freeform({ type: 'voice', audio: { mediaURL: 'u' } }))).toEqual({ type: 'audio', mediaUrl: 'u' });
    expect(contentOf(freeform({ type: 'Text', text: { body: '' } }))).toEqual({ type: 'text', text: '' });
    expect(contentOf(freeform({ text: { body: 'no type' } }))).toEqual({ type: 'text', text: 'no type' });
    expect(contentOf(freeform({ type: 'location', location: { longitude: '1', latitude: 2, name: 'N' } })))
      .toEqual({ type: 'location', longitude: '1', latitude: '2', name: 'N' });
  });
});

describe('parseOutbound, on contradictions and what is unknown', () => {
  it('decides by what is there', () => {
    for (const isTemplate of [undefined, 'true', false, 'false', null, 0]) {
      expect(contentOf({ ...sent('template-text-footer'), isTemplate })).toMatchObject({ type: 'template', name: 'order_update' });
    }
    for (const isTemplate of [undefined, 'false', true, 'true']) {
      expect(contentOf({ ...sent('freeform-text'), isTemplate })).toMatchObject({ type: 'text' });
      expect(contentOf({ ...sent('freeform-text'), isTemplate, template: null })).toMatchObject({ type: 'text' });
    }
    expect(contentOf(freeform({ type: 'image', video: { mediaURL: 'u' } }))).toEqual({ type: 'video', mediaUrl: 'u' });
  });

  it('goes by isTemplate where a body holds both', () => {
    const both = { ...sent('template-test'), type: 'text', text: { body: 'free' } };
    expect(contentOf(both)).toMatchObject({ type: 'template' });
    expect(contentOf({ ...both, isTemplate: false })).toEqual({ type: 'text', text: 'free' });
  });

  it('does without components, and without a language', () => {
    for (const components of [undefined, null, [], {}, 'x', 7, [null, 1, 'x', [], {}]]) {
      expect(contentOf(template(components)))
        .toEqual({ type: 'template', name: 'order_update', language: 'en', buttons: [], customProps: {} });
    }
    expect(contentOf(template([], { template: { namespace: 'n' } }))).toMatchObject({ language: '' });
  });

  it('passes over what it has no word for', () => {
    const known = sent('template-limited-time-offer');
    const strange = [{ type: 'flow', flow: { id: 1 } }, { type: 7 }, { kind: 'x' }, { type: '__proto__' }, { type: 'constructor' }];
    const components = [...strange, ...(known['components'] as unknown[])];
    expect(contentOf({ ...known, components, priority: 'high' })).toEqual(contentOf(known));
  });

  it('keeps the place of a parameter that it cannot read', () => {
    const parameters = [{ type: 'text', text: 'a' }, { type: 'currency', currency: {} }, null, 3, 'd', { type: 'text', text: 5 }];
    expect(readTemplate([{ type: 'body', body: { parameters } }]).body).toEqual({ parameters: ['a', '', '', '3', 'd', '5'] });
  });

  it('keeps the names of its values where there are any, each at its place', () => {
    const parameters = [{ type: 'text', parameter_name: 'name', text: 'Asha' }, { type: 'text', text: '8841' }, { type: 'text', parameterName: 'city', text: 'Pune' }];
    const expected = { parameters: ['Asha', '8841', 'Pune'], parameterNames: ['name', '', 'city'] };
    const read = readTemplate([
      { type: 'header', header: { type: 'text', text: { text: 'x', parameters: parameters.slice(0, 1) } } }, { type: 'body', body: { parameters } },
      { type: 'carousel', cards: [{ components: [{ type: 'body', body: { parameters } }] }] },
    ]);
    expect(read).toMatchObject({ header: { parameters: ['Asha'], parameterNames: ['name'] }, body: expected, carousel: [{ body: expected }] });
    for (const none of ['', '1', 1, null, {}]) {
      expect(Object.keys(readTemplate([{ type: 'body', body: { parameters: [{ type: 'text', parameter_name: none, text: 'Asha' }] } }]).body!)).toEqual(['parameters']);
    }
  });

  it('keeps the first of two headers and of two bodies', () => {
    const { header, body } = readTemplate([
      { type: 'header', header: { type: 'text', text: { text: 'one' } } },
      { type: 'header', header: { type: 'text', text: { text: 'two' } } },
      { type: 'body', body: { text: 'one' } }, { type: 'body', body: { text: 'two' } },
    ]);
    expect(header).toMatchObject({ text: 'one' });
    expect(body).toEqual({ text: 'one', parameters: [] });
  });

  it('takes an offer without an end', () => {
    expect(readTemplate([{ type: 'limited_time_offer', text: 'Soon' }]).limitedTimeOffer).toEqual({ text: 'Soon' });
  });

  it('takes custom pairs in any shape, and lets none reach a prototype', () => {
    const hostile = '[{"customProps":[{"__proto__":"x","a":1},{"constructor":"y"},{"b":{"deep":1},"c":null,"d":true},"z"]},'
      + '{"customProps":{"e":"f"}}]';
    const { customProps } = readTemplate(JSON.parse(hostile));
    expect(Object.entries(customProps)).toEqual([['__proto__', 'x'], ['a', '1'], ['constructor', 'y'], ['d', 'true'], ['e', 'f']]);
    expect(Object.getPrototypeOf(customProps)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  it('takes a msgId of any form', () => {
    for (const msgId of ['1|2|3|4|wzrk_default', '-1|x', ' ', 'ü|🙂', '__proto__', 'm'.repeat(60), 'm'.repeat(255)]) {
      expect(read({ ...sent('freeform-text'), msgId }).message.msgId).toBe(msgId);
    }
    expect(read({ ...sent('freeform-text'), msgId: 12345 }).message.msgId).toBe('12345');
  });

  it('refuses a msgId that could not come back as it came', () => {
    for (const msgId of ['a\u0000b', '\u0000', '\ud83d', 'a\udc00b']) {
      expect(parseOutbound(bytesOf({ ...sent('freeform-text'), msgId }))).toMatchObject({ ok: false, problem: 'not-a-message' });
    }
  });
});

describe('parseOutbound, on the validation', () => {
  it('knows it by template and msgId together', () => {
    expect(read(sent('validation')).validation).toBe(true);
    expect(read({ ...sent('validation'), msgId: '1|2|3|4' }).validation).toBe(false);
    expect(read(sent('template-test')).validation).toBe(false);
  });
});
