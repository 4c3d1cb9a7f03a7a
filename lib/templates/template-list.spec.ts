import { describe, expect, it } from '@jest/globals';
import { templates } from 'nestjs-whatsapp-bridge/testing';
import { content, contentOf, rowFor, template } from '../../test/support/templates.ts';
import { readMetaTemplate } from '../aisensy/templates/meta-template.reader.ts';
import { readProjectTemplate } from '../aisensy/templates/project-template.reader.ts';
import type { TemplateButton, TemplateContent, TemplateHeader } from '../messages/outbound-message.ts';
import type { Template, TemplateComponent } from '../messages/template.ts';
import { TemplateList } from './template-list.ts';

const body = { type: 'BODY', text: 'Hi {{1}}' };
const values = ['Asha'];

/** What is wrong with a message of a template with these components. */
const wrong = (components: TemplateComponent[], message: TemplateContent): string | undefined =>
  new TemplateList([template({ components })], 0).problemOf(message)?.replace('Template order_update (en): ', '');

const header = (format: string, more: object = {}): TemplateComponent => ({ type: 'HEADER', format, ...more });
const image: TemplateHeader = { type: 'image', mediaUrl: 'https://media.example.com/a.jpg' };
const button = (kind: TemplateButton['kind'], value?: string): TemplateButton => ({ kind, ...(value !== undefined && { value }) });

describe('a message held against its template', () => {
  it.each<[string, TemplateComponent[], TemplateContent]>([
    ['body values', [body], content({}, 'Asha')],
    ['a variable that stands twice', [{ type: 'BODY', text: '{{1}} {{ 1 }} {{2}}' }], content({}, 'a', 'b')],
    ['named variables', [{ type: 'BODY', text: 'Hi {{first_name}}, {{order}}' }], content({}, 'a', 'b')],
    ['no values and no body', [{ type: 'BODY', text: 'Hi' }], content({ body: undefined })],
    ['an image', [header('IMAGE'), body], content({ header: image }, ...values)],
    ['a file for a document', [header('DOCUMENT'), body], content({ header: { type: 'file', mediaUrl: 'https://media.example.com/a.pdf' } }, ...values)],
    ['a place', [header('LOCATION'), body], content({ header: { type: 'location', longitude: '1', latitude: '2' } }, ...values)],
    ['a text header that is repeated', [header('TEXT', { text: 'Sale' }), body], content({ header: { type: 'text', text: 'Sale', parameters: [] } }, ...values)],
    ['a text header that is not', [header('TEXT', { text: 'Sale' }), body], content({}, ...values)],
    ['a header value', [header('TEXT', { text: 'Hi {{1}}' }), body], content({ header: { type: 'text', text: 'Hi', parameters: ['x'] } }, ...values)],
    ['a kind of header nobody knows', [header('PRODUCT'), body], content({}, ...values)],
    ['buttons', [body, { type: 'BUTTONS', buttons: [{ type: 'URL', url: 'https://x.example/{{1}}' }, { type: 'QUICK_REPLY' }, { type: 'PHONE_NUMBER' }] }],
      content({ buttons: [button('quickReply', 'p'), button('quickReply'), button('dynamicUrl', 'a'), button('callPhone', '+91')] }, ...values)],
    ['a one-time password, whose button does not tell', [body, { type: 'BUTTONS', buttons: [{ type: 'OTP' }] }], content({ buttons: [button('dynamicUrl', '123')] }, ...values)],
    ['a coupon', [body, { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE' }] }], content({ buttons: [button('copyCode', 'SAVE10')] }, ...values)],
    ['an offer that shows its end', [body, { type: 'LIMITED_TIME_OFFER', limited_time_offer: { has_expiration: true } }], content({ limitedTimeOffer: { expirationTimeMs: 1 } }, ...values)],
    ['an offer that does not', [body, { type: 'LIMITED_TIME_OFFER', limited_time_offer: { has_expiration: false } }], content({}, ...values)],
    ['a body whose text is not told', [{ type: 'BODY' }], content({}, 'any', 'number')],
    ['cards that are not told', [body, { type: 'CAROUSEL' }], content({ carousel: [{ buttons: [] }] }, ...values)],
  ])('fits: %s', (_, components, message) => {
    expect(wrong(components, message)).toBeUndefined();
  });

  it.each<[string, TemplateComponent[], TemplateContent, string]>([
    ['too few values', [body], content(), 'its body takes 1 value, 0 came'],
    ['too many', [{ type: 'BODY', text: 'Hi {{1}} {{2}}' }], content({}, 'a', 'b', 'c'), 'its body takes 2 values, 3 came'],
    ['values without a variable', [{ type: 'BODY', text: 'Hi' }], content({}, 'a'), 'its body takes 0 values, 1 came'],
    ['no medium', [header('VIDEO'), body], content({}, ...values), 'its header takes a video, and none came'],
    ['a text in place of a medium', [header('IMAGE'), body], content({ header: { type: 'text', text: 'x', parameters: [] } }, ...values), 'its header takes an image, and none came'],
    ['another medium', [header('DOCUMENT'), body], content({ header: image }, ...values), 'its header takes a file, an image came'],
    ['a medium without an address', [header('IMAGE'), body], content({ header: { type: 'image', mediaUrl: ' ' } }, ...values), 'its header takes an image, and its URL is empty'],
    ['a medium too many', [body], content({ header: image }, ...values), 'its header takes no image, and one came'],
    ['a medium for a text', [header('TEXT', { text: 'Hi' }), body], content({ header: image }, ...values), 'its header takes no image, and one came'],
    ['no header value', [header('TEXT', { text: 'Hi {{1}}' }), body], content({}, ...values), 'its header takes 1 value, 0 came'],
    ['a URL without its end', [body, { type: 'BUTTONS', buttons: [{ type: 'URL', url: 'https://x.example/{{1}}' }] }],
      content({ buttons: [button('dynamicUrl', '')] }, ...values), 'its buttons take 1 URL value, 0 came'],
    ['no coupon', [body, { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE' }] }], content({}, ...values), 'its buttons take 1 coupon code, 0 came'],
    ['no end of an offer', [body, { type: 'LIMITED_TIME_OFFER', limited_time_offer: { has_expiration: true } }],
      content({ limitedTimeOffer: { text: 'Ends soon' } }, ...values), 'its limited time offer takes the time when it ends, and none came'],
    ['a card too few', [body, { type: 'CAROUSEL', cards: [{ components: [] }, { components: [] }] }],
      content({ carousel: [{ buttons: [] }] }, ...values), 'it has 2 cards, 1 came'],
    ['a carousel for none', [body], content({ carousel: [{ buttons: [] }] }, ...values), 'it has 0 cards, 1 came'],
    ['a card without its picture', [body, { type: 'CAROUSEL', cards: [{ components: [header('IMAGE')] }, { components: [header('IMAGE')] }] }],
      content({ carousel: [{ header: image, buttons: [] }, { buttons: [] }] }, ...values), 'card 2: its header takes an image, and none came'],
  ])('does not fit: %s', (_, components, message, why) => {
    expect(wrong(components, message)).toBe(why);
  });

  it.each<[string, Partial<Template>, TemplateContent]>([
    ['a one-time password, whatever its button is told as', { category: 'AUTHENTICATION', components: [body, { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE' }] }] }, content({ buttons: [button('dynamicUrl', '8841')] }, ...values)],
    ['a button more than are told', { mayHaveMore: ['buttons'], components: [body] }, content({ buttons: [button('dynamicUrl', 'a'), button('copyCode', 'SAVE10')] }, ...values)],
    ['a header that may be there', { mayHaveMore: ['header'], components: [body] }, content({ header: image }, ...values)],
    ['cards that may be there', { mayHaveMore: ['cards'], components: [body] }, content({ carousel: [{ buttons: [] }] }, ...values)],
    ['a template of which nothing but its name could be read', { components: [] }, content({ header: image }, 'any', 'number')],
  ])('fits where the template is not told whole: %s', (_, change, message) => {
    expect(new TemplateList([template(change)], 0).problemOf(message)).toBeUndefined();
  });

  it.each<[string, Partial<Template>, TemplateContent, string]>([
    ['a URL value that is told', { mayHaveMore: ['buttons'], components: [body, { type: 'BUTTONS', buttons: [{ type: 'URL', url: 'https://x.example/{{1}}' }] }] }, content({}, ...values), 'its buttons take 1 URL value, 0 came'],
    ['a header that is told', { mayHaveMore: ['header'], components: [header('VIDEO'), body] }, content({ header: image }, ...values), 'its header takes a video, an image came'],
    ['the values of a body', { mayHaveMore: ['buttons', 'header', 'cards'], components: [body] }, content({}, 'a', 'b'), 'its body takes 1 value, 2 came'],
  ])('must still bring what is told: %s', (_, change, message, why) => {
    expect(new TemplateList([template(change)], 0).problemOf(message)).toBe(`Template order_update (en): ${why}`);
  });

  const OTP = { id: '1', name: 'otp', language: 'en', status: 'APPROVED', category: 'AUTHENTICATION', type: 'TEXT', text: '{{1}} is your verification code.' };
  it.each([
    ['none', {}], ['of a type of its own', { call_to_action: [{ type: 'OTP', button_title: 'Copy code' }] }],
    ['a coupon', { call_to_action: [{ type: 'COPY_CODE', button_title: 'Copy code', button_value: '' }] }], ['one without a title', { call_to_action: [{ type: 'OTP' }] }],
    ['a link', { text: `${OTP.text} | [Copy code,https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}]` }],
  ])("takes a one-time password whose button AiSensy's own form tells as %s", (_, change) => {
    const list = new TemplateList([readProjectTemplate({ ...OTP, ...change })!], 0);
    const message = { name: 'otp', buttons: [{ kind: 'dynamicUrl' as const, index: 0, value: '8841' }] };
    expect(list.problemOf(content(message, '8841'))).toBeUndefined();
    expect(list.problemOf(content(message))).toBe('Template otp (en): its body takes 1 value, 0 came');
  });

  it.each(Object.entries(templates))("takes CleverTap's form %s for its own template", (_, form) => {
    const payload = form({ msgId: '1|2|3|4', to: '+919800000001', wabaNumber: '+918889500122', index: 0 });
    const list = new TemplateList([readMetaTemplate(rowFor(payload))!], 0);
    expect(list.problemOf(contentOf(payload) as TemplateContent)).toBeUndefined();
  });
});

describe('TemplateList', () => {
  const several: Template[] = [template({ name: 'b', language: 'en_GB' }), template({ name: 'a', language: 'hi' }), template({ name: 'a', language: 'en' })];
  const list = new TemplateList(several, 7);

  it('is in order, by name and language', () => {
    expect(list.templates.map(({ name, language }) => `${name} ${language}`)).toEqual(['a en', 'a hi', 'b en_GB']);
    expect(list.askedAt).toBe(7);
  });

  it.each(['en(UK)', 'en(uk)', 'en_GB', 'en-gb', ' en_gb '])("knows a language by CleverTap's spelling: %s", (language) => {
    expect(list.problemOf(content({ name: 'b', language }, 'x', 'y'))).toBeUndefined();
  });

  it('tells an unknown template, and an unknown language with those that there are', () => {
    expect(list.problemOf(content({ name: 'c' }, 'x', 'y'))).toBe("Template c is none of AiSensy's approved ones");
    expect(list.problemOf(content({ name: 'a', language: 'fr' }, 'x', 'y'))).toBe('Template a is not approved in fr, but in en, hi');
    expect(list.problemOf(content({ name: 'b', language: 'en' }, 'x', 'y'))).toBe('Template b is not approved in en, but in en_GB');
  });

  it('takes a missing language for the only one there is', () => {
    expect(list.problemOf(content({ name: 'b', language: '' }, 'x', 'y'))).toBeUndefined();
    expect(list.problemOf(content({ name: 'a', language: '' }, 'x', 'y'))).toMatch(/^Template a is not approved in /);
  });

  it('keeps its words short, whatever came', () => {
    expect(list.problemOf(content({ name: 'x'.repeat(5_000) }, 'x', 'y'))!.length).toBeLessThan(200);
    expect(list.problemOf(content({ name: 'a', language: 'x'.repeat(5_000) }, 'x', 'y'))!.length).toBeLessThan(300);
  });

  it('knows the names of variables, in the order in which their values come', () => {
    const named = template({
      name: 'named', language: 'en_GB', parameterFormat: 'NAMED',
      components: [
        header('TEXT', { text: 'For {{ shop }}' }), { type: 'BODY', text: 'Hi {{name}}, order {{order_id}} of {{name}}' },
        { type: 'CAROUSEL', cards: [{ components: [{ type: 'BODY', text: 'Only {{price}}' }] }, { components: [header('IMAGE')] }] },
      ],
    });
    const known = new TemplateList([named, template()], 0);
    expect(known.variableNamesOf(content({ name: 'named', language: 'en(UK)' }))).toEqual({
      header: ['shop'], body: ['name', 'order_id'], cards: [{ header: [], body: ['price'] }, { header: [], body: [] }],
    });
    expect(known.variableNamesOf(content({ name: 'named', language: 'hi' }))).toBeUndefined();
    expect(known.variableNamesOf(content())).toBeUndefined();
  });

  it('does not list for the import what could not be read', () => {
    const list = new TemplateList([template({ name: 'nameless', components: [] }), template()], 0);
    expect(list.templates.map(({ name }) => name)).toEqual(['order_update']);
  });

  it('says nothing where it is empty', () => {
    expect(new TemplateList([], 0).problemOf(content({}, 'x'))).toBeUndefined();
  });
});
