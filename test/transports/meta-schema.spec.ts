import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CleverTapPayload, components as c, freeformMessage, templateMessage } from 'nestjs-whatsapp-bridge/testing';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { campaignProblems, metaProblems } from '../support/meta-schema.ts';
import { message } from '../support/messages.ts';

type Json = Record<string, unknown>;

const target = (index: number): Parameters<typeof templateMessage>[0] => {
  const { msgId, to, wabaNumber } = message();
  return { msgId, to, wabaNumber, index };
};

const param = (value: string): object => ({ type: 'text', text: value });
const body = (...values: string[]): object => ({ type: 'body', parameters: values.map(param) });
const header = (parameter: object): object => ({ type: 'header', parameters: [parameter] });
const button = (subType: string, index: string, parameter: object): object => ({ type: 'button', sub_type: subType, index, parameters: [parameter] });

/** Messages that stand in no sample, and what Meta's pages ask for: name, language, CleverTap's components, Meta's. */
const TEMPLATES: [what: string, language: [clevertap: string, meta: string], parts: Json[], expected: object[] | undefined][] = [
  ['a value of a text header', ['hi', 'hi'], [c.headerText('Diwali in Pune', ' Pune\n(East)')], [header(param('Pune (East)'))]],
  ['a picture and nothing else', ['pt_BR', 'pt_BR'], [c.headerMedia('image', 'https://cdn.example.com/a.webp?w=1&h=2')], [header({ type: 'image', image: { link: 'https://cdn.example.com/a.webp?w=1&h=2' } })]],
  ['a film', ['zh_HK', 'zh_HK'], [c.headerMedia('video', 'https://cdn.example.com/a.mp4'), c.body('x', 'x')], [header({ type: 'video', video: { link: 'https://cdn.example.com/a.mp4' } }), body('x')]],
  [
    'a file under CleverTap\'s other name', ['en(UK)', 'en_GB'], [{ type: 'header', header: { type: 'document', document: { mediaURL: 'https://cdn.example.com/b.pdf', filename: 'Bill 7.pdf' } } }],
    [header({ type: 'document', document: { link: 'https://cdn.example.com/b.pdf', filename: 'Bill 7.pdf' } })],
  ],
  [
    'a place with all that it has', ['en(uk)', 'en_GB'], [c.headerLocation({ longitude: '-0.1585', latitude: '51.5238', name: 'Museum', address: '221b Baker Street' })],
    [header({ type: 'location', location: { latitude: '51.5238', longitude: '-0.1585', name: 'Museum', address: '221b Baker Street' } })],
  ],
  [
    'white space of every kind', ['en_US', 'en_US'], [c.body('x', ' a\nb\tc ', 'd\r\n\r\ne', `f${' '.repeat(9)}g`, 'h\u2028i', 'j    k')],
    [body('a b c', 'd e', 'f    g', 'h i', 'j    k')],
  ],
  [
    'buttons of every kind, only some with values', ['en', 'en'],
    [c.button(0, 'callPhone', 'Call', '+918000000000'), c.button(1, 'dynamicUrl', 'Open', 'o/1?x=%20y'), c.button(2, 'staticUrl', 'Shop', 'https://shop.example.com'), c.button(3, 'copy_code', 'Copy', 'SAVE50'), c.button(4, 'quickReply', 'Yes', '{"a":1}'), c.button(5, 'quickReply', 'No')],
    [button('url', '1', param('o/1?x=%20y')), button('copy_code', '3', { type: 'coupon_code', coupon_code: 'SAVE50' }), button('quick_reply', '4', { type: 'payload', payload: '{"a":1}' })],
  ],
  [
    'two buttons at one place, in older spellings', ['en', 'en'], [c.button(0, 'static_url', 'Shop', 'https://shop.example.com'), c.button(0, 'dynamic_url', 'Open', 'o/2'), c.button(0, 'Quickreply', 'Yes', 'y')],
    [button('url', '1', param('o/2')), button('quick_reply', '2', { type: 'payload', payload: 'y' })],
  ],
  [
    'an offer that ends, with its code', ['en', 'en'], [c.body('x', 'Asha'), c.limitedTimeOffer('Ends soon', 1_795_000_000_000), c.button(0, 'copy_code', 'Copy', 'LTO9')],
    [body('Asha'), button('copy_code', '0', { type: 'coupon_code', coupon_code: 'LTO9' }), { type: 'limited_time_offer', parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 1_795_000_000_000 } }] }],
  ],
  [
    'three cards, no two alike', ['en', 'en'],
    [c.carousel(
      [c.headerMedia('video', 'https://cdn.example.com/1.mp4'), c.body('x', '1'), c.button(0, 'quickReply', 'More', 'm|1'), c.button(1, 'dynamicUrl', 'Open', 'c/1')],
      [c.headerMedia('video', 'https://cdn.example.com/2.mp4'), c.button(1, 'dynamicUrl', 'Open', 'c/2')],
      [c.headerMedia('video', 'https://cdn.example.com/3.mp4'), c.body('x', 'a\nb')],
    )],
    [{ type: 'carousel', cards: [
      { card_index: 0, components: [header({ type: 'video', video: { link: 'https://cdn.example.com/1.mp4' } }), body('1'), button('quick_reply', '0', { type: 'payload', payload: 'm|1' }), button('url', '1', param('c/1'))] },
      { card_index: 1, components: [header({ type: 'video', video: { link: 'https://cdn.example.com/2.mp4' } }), button('url', '1', param('c/2'))] },
      { card_index: 2, components: [header({ type: 'video', video: { link: 'https://cdn.example.com/3.mp4' } }), body('a b')] },
    ] }],
  ],
  ['nothing that varies', ['fil', 'fil'], [c.headerText('Hello'), c.body('Fixed words'), c.footer('Bye'), c.button(0, 'staticUrl', 'Shop', 'https://shop.example.com'), c.customProps({ a: 'b' })], undefined],
];

const FREEFORMS: [content: Json, type: Parameters<typeof freeformMessage>[1], expected: object][] = [
  [{ body: 'Line one\nhttps://shop.example.com/x' }, 'text', { type: 'text', text: { body: 'Line one\nhttps://shop.example.com/x', preview_url: true } }],
  [{ mediaURL: 'https://cdn.example.com/p.png' }, 'image', { type: 'image', image: { link: 'https://cdn.example.com/p.png' } }],
  [{ mediaURL: 'https://cdn.example.com/v.mp4', caption: 'Look\nhere' }, 'video', { type: 'video', video: { link: 'https://cdn.example.com/v.mp4', caption: 'Look\nhere' } }],
  [{ mediaURL: 'https://cdn.example.com/a.ogg' }, 'audio', { type: 'audio', audio: { link: 'https://cdn.example.com/a.ogg' } }],
  [{ mediaURL: 'https://cdn.example.com/f.csv', filename: 'f.csv' }, 'file', { type: 'document', document: { link: 'https://cdn.example.com/f.csv', filename: 'f.csv' } }],
  [{ longitude: '72.8', latitude: '19', name: 'Gate' }, 'location', { type: 'location', location: { latitude: '19', longitude: '72.8', name: 'Gate' } }],
];

describe.each(PLATFORMS)("messages in Meta's form on %s", (platform) => {
  const start = hostsOn(platform);

  it.each(['direct', 'project'] as const)("are as Meta's pages ask for them, through the %s API", async (transport) => {
    const host = await start({ transport, account: { preflight: false }, aiSensy: { reports: { statuses: [] } } });
    for (const [place, [what, [written, code], parts, expected]] of TEMPLATES.entries()) {
      const sent = templateMessage(target(place), `template_${place}`, parts, written);
      expect([what, await host.cleverTap.send(sent)]).toMatchObject([what, { outcome: 'success' }]);
      const received = JSON.parse(host.aiSensy.received.at(-1)!.body.toString()) as object;
      expect([what, received]).toEqual([what, {
        messaging_product: 'whatsapp', recipient_type: 'individual', to: sent.to.replace('+', ''), biz_opaque_callback_data: sent.msgId,
        type: 'template', template: { name: `template_${place}`, language: { code }, ...(expected && { components: expected }) },
      }]);
      expect([what, metaProblems(received)]).toEqual([what, []]);
    }
    for (const [place, [content, type, expected]] of FREEFORMS.entries()) {
      expect(await host.cleverTap.send(freeformMessage(target(place), type, content as Record<string, string>))).toMatchObject({ outcome: 'success' });
      const received = JSON.parse(host.aiSensy.received.at(-1)!.body.toString()) as object;
      expect(received).toMatchObject(expected);
      expect(metaProblems(received)).toEqual([]);
    }
    expect(host.aiSensy.taken).toHaveLength(TEMPLATES.length + FREEFORMS.length);
  });

  it.each(['direct', 'project'] as const)("keep to Meta's schema whatever CleverTap asks for, through the %s API; the others are refused and not sent", async (transport) => {
    const host = await start({ transport, account: { preflight: false }, aiSensy: { reports: { statuses: [] } } });
    const payloads = fc.sample(payload, { seed: transport.length, numRuns: 150 });
    let taken = 0;
    for (const sent of payloads) {
      const before = host.aiSensy.received.length;
      const { outcome, code } = await host.cleverTap.send(sent);
      if (outcome === 'refused') {
        expect([sent, code, host.aiSensy.received.length]).toEqual([sent, 2001, before]);
        continue;
      }
      taken += 1;
      expect([sent, outcome]).toEqual([sent, 'success']);
      expect([sent, metaProblems(JSON.parse(host.aiSensy.received.at(-1)!.body.toString()))]).toEqual([sent, []]);
    }
    expect(taken).toBeGreaterThan(75);
    expect(host.aiSensy.taken).toHaveLength(taken);
  });

  it("keep to the Campaign API's form too; what it has no place for is refused and not sent", async () => {
    const host = await start({ transport: 'campaign', aiSensy: { reports: { statuses: [] } } });
    let taken = 0;
    for (const sent of fc.sample(payload, { seed: 7, numRuns: 500 })) {
      const { outcome, code } = await host.cleverTap.send(sent);
      if (outcome === 'refused') {
        expect([sent, code]).toEqual([sent, 2001]);
        continue;
      }
      taken += 1;
      expect([sent, campaignProblems(JSON.parse(host.aiSensy.received.at(-1)!.body.toString()))]).toEqual([sent, []]);
      expect(JSON.stringify(sent)).not.toContain('limited_time_offer');
    }
    expect(taken).toBeGreaterThan(30);
    expect(host.aiSensy.received).toHaveLength(taken);
    for (const [content, type] of FREEFORMS) {
      expect(await host.cleverTap.send(freeformMessage(target(0), type, content as Record<string, string>))).toMatchObject({
        outcome: 'refused', code: 2004, text: expect.stringContaining("AiSensy's Campaign API sends templates only"),
      });
    }
    expect(host.aiSensy.received).toHaveLength(taken);
  });
});

/** A value as a campaign fills it in: any words, seldom none. */
const value = fc.oneof(
  { weight: 30, arbitrary: fc.array(fc.constantFrom('Asha', 'नमस्ते', '🙂', ' ', '     ', '\n', '\t', '\r\n', '42', '"', '{{1}}', '%20'), { minLength: 1, maxLength: 6 }).map((parts) => `x${parts.join('')}`) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', '\n\t ') },
);
const url = fc.constantFrom('https://cdn.example.com/a.jpg', 'https://cdn.example.com/b?c=d%20e', 'http://cdn.example.com/f');
const optionally = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.option(one, { nil: undefined }).map((found) => (found === undefined ? [] : [found]));
const media = fc.oneof(
  fc.tuple(fc.constantFrom('image', 'video'), url).map(([type, link]) => c.headerMedia(type as 'image', link)),
  url.map((link) => c.headerFile(link, 'a b.pdf')),
);
const anyHeader = fc.oneof(media, fc.array(value, { maxLength: 1 }).map((values) => c.headerText('Words', ...values)), fc.constant(c.headerLocation({ longitude: '-1.5', latitude: '2' })));
const anyBody = fc.array(value, { maxLength: 5 }).map((values) => c.body('Words', ...values));
const anyButton = (index: number): fc.Arbitrary<Json> => fc.oneof(
  value.map((suffix) => c.button(index, 'dynamicUrl', 'Open', suffix)), value.map((own) => c.button(index, 'quickReply', 'Yes', own)), fc.constant(c.button(index, 'quickReply', 'No')),
  value.map((code) => c.button(index, 'copy_code', 'Copy', code)), fc.constant(c.button(index, 'staticUrl', 'Shop', 'https://s.example.com')), fc.constant(c.button(index, 'callPhone', 'Call', '+918000000000')),
);
const anyButtons = fc.constantFrom(0, 1, 2, 3, 4).chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => anyButton(index))));
const card = fc.tuple(media, optionally(anyBody), anyButtons).map(([own, text, buttons]) => [own, ...text, ...buttons]);
const parts = fc.tuple(
  optionally(anyHeader), optionally(anyBody), optionally(fc.constant(c.footer('Bye'))), anyButtons,
  optionally(fc.constant(c.limitedTimeOffer('Soon', 1_795_000_000_000))), optionally(fc.array(card, { minLength: 2, maxLength: 4 }).map((cards) => c.carousel(...cards))),
).map((all) => all.flat() as Json[]);
const language = fc.constantFrom('en', 'en(UK)', 'en(uk)', 'en_US', 'pt_BR', 'hi', 'fil', 'zh_HK');
const payload: fc.Arbitrary<CleverTapPayload> = fc.tuple(parts, language).map(([own, code]) => templateMessage(target(0), 'any_template', own, code));
