import { describe, expect, it } from '@jest/globals';
import { metaRow } from '../../../test/support/templates.ts';
import { readMetaTemplate } from './meta-template.reader.ts';
import { readProjectTemplate } from './project-template.reader.ts';

/** A row of Meta's with every kind of component, as the Direct API passes it on. */
const RICH = {
  name: 'sale', language: 'en_US', status: 'APPROVED', category: 'MARKETING', previous_category: 'UTILITY', id: '900',
  message_send_ttl_seconds: 43_200, parameter_format: 'NAMED', sub_category: 'CUSTOM', quality_score: { score: 'GREEN' },
  components: [
    { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['https://scontent.example.com/h.jpg'] } },
    { type: 'BODY', text: 'Hi {{name}}', example: { body_text_named_params: [{ param_name: 'name', example: 'Asha' }] } },
    { type: 'FOOTER', text: 'Team' },
    { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon', has_expiration: true } },
    { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE', text: 'Copy', example: ['SAVE10'] }, { type: 'FLOW', text: 'Go', flow_id: 7, navigate_screen: 'A' }] },
    { type: 'CAROUSEL', cards: [{ components: [{ type: 'BODY', text: 'Card {{1}}' }, { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Yes' }] }] }] },
  ],
};

/** A row of the Project API. */
const row = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: '66f0000000000000000000a1', name: 'order_update', status: 'APPROVED', category: 'UTILITY', language: 'en', type: 'TEXT',
  text: 'Hi {{1}}, order {{2}}', total_parameters: 2, call_to_action: [], quick_replies: [], ...change,
});
const componentsOf = (change: Record<string, unknown>) => readProjectTemplate(row(change))?.components;

describe("a row in Meta's form", () => {
  it('is kept with all that its components hold', () => {
    expect(readMetaTemplate(RICH)).toEqual({
      id: '900', name: 'sale', language: 'en_US', category: 'MARKETING', previousCategory: 'UTILITY', sendTtlSeconds: 43_200, parameterFormat: 'NAMED',
      components: RICH.components,
    });
  });

  it('may be written in lower case, and without what is not always there', () => {
    const row = { id: 7, name: 'a', language: 'en', status: 'approved', components: [{ type: 'header', format: 'image' }, { type: 'buttons', buttons: [{ type: 'url', url: 'x' }] }] };
    expect(readMetaTemplate(row)).toEqual({
      id: '7', name: 'a', language: 'en', category: 'UTILITY', parameterFormat: 'POSITIONAL',
      components: [{ type: 'HEADER', format: 'IMAGE' }, { type: 'BUTTONS', buttons: [{ type: 'URL', url: 'x' }] }],
    });
    expect(readMetaTemplate({ ...row, id: undefined })).toMatchObject({ id: 'a:en' });
  });

  it.each([
    ['is pending', metaRow({ status: 'PENDING' })], ['was rejected', metaRow({ status: 'REJECTED' })], ['is paused', metaRow({ status: 'PAUSED' })],
    ['has no status', metaRow({ status: undefined })], ['has no name', metaRow({ name: ' ' })], ['has no language', metaRow({ language: null })],
    ['is none', null], ['is a list', []], ['is a text', 'x'],
  ])('is left out where it %s', (_, row) => {
    expect(readMetaTemplate(row)).toBeUndefined();
  });
});

describe('a row that does not tell what its template holds', () => {
  it.each([
    ['no components', readMetaTemplate(metaRow({ components: [] }))], ['others than components', readMetaTemplate(metaRow({ components: ['x', {}, null] }))],
    ['no text', readProjectTemplate(row({ text: ' ' }))], ['buttons only', readProjectTemplate(row({ text: '| [A,https://a.example]' }))],
  ])('still tells that there is one: %s', (_, read) => {
    expect(read).toMatchObject({ name: 'order_update', language: 'en', components: [] });
  });
});

describe('the format of variables', () => {
  it.each([
    ['NAMED', 'as it is told', metaRow({ parameter_format: 'named' })], ['POSITIONAL', 'as it is told', metaRow({ components: [{ type: 'BODY', text: '{{a}}' }] })],
    ['NAMED', 'by a name in the body', row({ text: 'Hi {{first_name}}' })], ['NAMED', 'by a name in the header', row({ text: 'Hi', header_text: '{{shop}}' })],
    ['POSITIONAL', 'by numbers', row()], ['POSITIONAL', 'without any', row({ text: 'Hi' })],
    ['NAMED', "by a name where Meta's form does not tell", metaRow({ parameter_format: undefined, components: [{ type: 'BODY', text: 'Hi {{name}}' }] })],
  ])('is %s %s', (format, _, given) => {
    expect(readProjectTemplate(given)!.parameterFormat).toBe(format);
  });

  it("comes with examples under the names, which Meta's form wants", () => {
    expect(componentsOf({ text: 'Hi {{name}}, order {{id}}', header_text: 'For {{shop}}', sample_text: 'Hi [Asha], order [A-1]' })).toEqual([
      { type: 'HEADER', format: 'TEXT', text: 'For {{shop}}', example: { header_text_named_params: [{ param_name: 'shop', example: 'Sample' }] } },
      {
        type: 'BODY', text: 'Hi {{name}}, order {{id}}',
        example: { body_text_named_params: [{ param_name: 'name', example: 'Asha' }, { param_name: 'id', example: 'A-1' }] },
      },
    ]);
  });
});

describe("a row in AiSensy's form", () => {
  it("becomes Meta's, its glued buttons taken apart", () => {
    expect(readProjectTemplate(row({
      type: 'IMAGE', category: 'marketing',
      text: 'Hi {{1}}, order {{2}}\nThanks | [Track,https://shop.example.com/o/{{3}}] | [Call us,+918889500122] | [Good]',
      sample_text: 'Hi [Asha], order [A-1]\nThanks | [Track,https://shop.example.com/o/77] | [Call us,+918889500122] | [Good]',
      sample_media_url: 'https://media.example.com/h.jpg',
      call_to_action: [
        { type: 'URL', button_title: 'Track', button_value: 'https://shop.example.com/o/{{3}}' },
        { type: 'Phone Number', button_title: 'Call us', button_value: '+918889500122' },
      ],
      quick_replies: ['Good', ''], footerText: 'Team Shop',
    }))).toEqual({
      id: '66f0000000000000000000a1', name: 'order_update', language: 'en', category: 'MARKETING', parameterFormat: 'POSITIONAL', mayHaveMore: ['buttons'],
      components: [
        { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['https://media.example.com/h.jpg'] } },
        { type: 'BODY', text: 'Hi {{1}}, order {{2}}\nThanks', example: { body_text: [['Asha', 'A-1']] } },
        { type: 'FOOTER', text: 'Team Shop' },
        { type: 'BUTTONS', buttons: [
          { type: 'URL', text: 'Track', url: 'https://shop.example.com/o/{{1}}', example: ['https://shop.example.com/o/Sample'] },
          { type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+918889500122' },
          { type: 'QUICK_REPLY', text: 'Good' },
        ] },
      ],
    });
  });

  it('gives its buttons by the text alone, where it lists none', () => {
    const text = 'Hi | [Shop, all,https://shop.example.com/a,b] | [Call,+91 88895 00122] | [Yes, please] | [Pay,{{1}}]';
    expect(componentsOf({ text, call_to_action: undefined, quick_replies: undefined })).toEqual([
      { type: 'BODY', text: 'Hi' },
      { type: 'BUTTONS', buttons: [
        { type: 'URL', text: 'Shop, all', url: 'https://shop.example.com/a,b' }, { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+91 88895 00122' },
        { type: 'QUICK_REPLY', text: 'Yes, please' }, { type: 'URL', text: 'Pay', url: '{{1}}', example: ['Sample'] },
      ] },
    ]);
  });

  it.each([
    ['a bar and brackets of its own', 'A | B [one] and | [two] three', 'A | B [one] and | [two] three'],
    ['brackets at its end', 'Pick [one]', 'Pick [one]'],
    ['white space around', '  Hi {{1}}\n\n | [A,https://a.example]', 'Hi {{1}}'],
  ])('keeps a text with %s', (_, text, expected) => {
    expect(componentsOf({ text })![0]).toMatchObject({ type: 'BODY', text: expected });
  });

  it.each([
    ['VIDEO', 'VIDEO'], ['FILE', 'DOCUMENT'], ['image', 'IMAGE'], ['LOCATION', 'LOCATION'],
  ])('has a header of its type %s', (type, format) => {
    expect(componentsOf({ type })![0]).toEqual({ type: 'HEADER', format });
  });

  it('has a text header, with examples where it has variables, or none', () => {
    expect(componentsOf({ header_text: 'Sale' })![0]).toEqual({ type: 'HEADER', format: 'TEXT', text: 'Sale' });
    expect(componentsOf({ header_text: 'Hi {{1}}' })![0]).toEqual({ type: 'HEADER', format: 'TEXT', text: 'Hi {{1}}', example: { header_text: ['Sample'] } });
    expect(componentsOf({})![0]).toMatchObject({ type: 'BODY' });
  });

  it('has examples for all of its variables, or stand-ins', () => {
    const example = (change: object): unknown => componentsOf({ ...change })![0]!.example;
    expect(example({ sample_text: 'Hi [Asha], order [A-1]' })).toEqual({ body_text: [['Asha', 'A-1']] });
    expect(example({ sample_text: 'Hi [Asha]' })).toEqual({ body_text: [['Sample', 'Sample']] });
    expect(example({})).toEqual({ body_text: [['Sample', 'Sample']] });
    expect(example({ text: '{{1}} {{2}} {{1}}', sample_text: '[a] [b] [a]' })).toEqual({ body_text: [['a', 'b']] });
    expect(example({ text: 'Hi' })).toBeUndefined();
  });

  it('may have cards that it does not tell', () => {
    expect(componentsOf({ type: 'CAROUSEL' })).toContainEqual({ type: 'CAROUSEL' });
  });

  it.each([['TEXT', ['buttons']], ['FILE', ['buttons']], ['CAROUSEL', ['buttons']], ['PRODUCT', ['buttons', 'header', 'cards']], [undefined, ['buttons', 'header', 'cards']]])('says by its type %s how much it may leave out', (type, parts) => {
    expect(readProjectTemplate(row({ type }))!.mayHaveMore).toEqual(parts);
  });

  const OTP_URL = 'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp';
  it.each<[string, Record<string, unknown>, string]>([
    ['no button', {}, 'Copy code'], ['one of a type of its own', { call_to_action: [{ type: 'OTP', button_title: 'Kopieren' }] }, 'Kopieren'],
    ['a coupon', { call_to_action: [{ type: 'COPY_CODE', button_title: 'Copy', button_value: '' }] }, 'Copy'], ['a quick reply', { quick_replies: ['Copy it'] }, 'Copy it'],
    ['a link', { text: `{{1}} is your code. | [Copy,${OTP_URL}{{1}}]` }, 'Copy'],
  ])("has the one button of a one-time password as Meta lists it, where it tells %s", (_, change, text) => {
    const components = componentsOf({ category: 'authentication', text: '{{1}} is your code.', ...change });
    expect(components).toMatchObject([
      { type: 'BODY', text: '{{1}} is your code.' }, { type: 'BUTTONS', buttons: [{ type: 'URL', text, url: `${OTP_URL}{{1}}`, example: [expect.stringContaining(OTP_URL)] }] },
    ]);
  });

  it("may be Meta's after all", () => {
    expect(readProjectTemplate(metaRow())).toEqual(readMetaTemplate(metaRow()));
  });

  it.each([
    ['is pending', row({ status: 'PENDING' })],
    ['has no name', row({ name: '' })], ['is none', undefined],
  ])('is left out where it %s', (_, given) => {
    expect(readProjectTemplate(given)).toBeUndefined();
  });
});
