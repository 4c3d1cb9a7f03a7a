import { describe, expect, it } from '@jest/globals';
import { sentBytes, SENT_NAMES } from '../../test/support/clevertap-fixtures.ts';
import { parseOutbound } from '../clevertap/outbound.parser.ts';
import type { MessageContent, TemplateContent } from '../messages/outbound-message.ts';
import { writeCampaignMessage } from './campaign-message.writer.ts';
import { UnsendableError } from './unsendable.error.ts';

const TO = '+919800000001';
const KEY = { apiKey: 'key-1' };
type Settings = Parameters<typeof writeCampaignMessage>[2];

const common = (campaignName: string, ...templateParams: string[]): object => ({
  apiKey: 'key-1', campaignName, destination: TO, userName: '919800000001', templateParams,
});
const image = (name: string): object => ({ url: `https://media.example.com/${name}`, filename: name });
const button = (index: string, subType: string, parameter: object): object => ({ type: 'button', sub_type: subType, index, parameters: [parameter] });
const card = (number: number, ...buttons: object[]): object => ({
  card_index: number - 1,
  components: [
    { type: 'header', parameters: [{ type: 'image', image: { link: `https://media.example.com/${number}.png` } }] },
    { type: 'body', parameters: [{ type: 'text', text: String(number) }, { type: 'text', text: 'Asha' }] },
    ...buttons,
  ],
});

/** What AiSensy's page asks for, written by hand; for the others, why they are not sent. */
const EXPECTED: Record<string, object | string> = {
  'template-carousel': { ...common('new_shoes', 'Asha'), carouselCards: [card(1, button('0', 'url', { type: 'text', text: 'shoe/1' })), card(2)] },
  'template-custom-props': common('order_update', 'Asha', '8842'),
  'template-file-call': { ...common('invoice', '8841'), media: { url: 'https://media.example.com/8841.pdf', filename: 'invoice-8841.pdf' } },
  'template-image-dynamic-url': {
    ...common('cart_reminder', 'Asha'), media: image('cart.png'), buttons: [button('0', 'url', { type: 'text', text: 'wa/AbC123' })],
  },
  'template-location': { ...common('pickup_point', '8841'), location: { latitude: '18.5204', longitude: '73.8567' } },
  'template-test': common('order_update', '0', '1'),
  'template-text-footer': common('order_update', 'Asha', '8841'),
  'template-video-quick-replies': {
    ...common('feedback', 'Asha'), media: image('thanks.mp4'),
    buttons: [
      button('0', 'quick_reply', { type: 'payload', payload: '25596366|good' }), button('1', 'quick_reply', { type: 'payload', payload: '25596366|bad' }),
    ],
  },
  validation: common('whatsapp:hsm:technology:generic:verify', '1', '2', '3'),
  'template-header-text': '1001 AiSensy\'s Campaign API has no place for the values of a text header',
  'template-limited-time-offer': '1001 AiSensy\'s Campaign API has no place for the end of a limited time offer',
  ...Object.fromEntries(SENT_NAMES.filter((name) => name.startsWith('freeform')).map((name) => [
    name, '1009 AiSensy\'s Campaign API sends templates only, no freeform messages',
  ])),
};

function write(content: MessageContent, settings: Settings = KEY): unknown {
  try {
    return JSON.parse(writeCampaignMessage(content, TO, settings));
  } catch (error) {
    if (error instanceof UnsendableError) return `${error.reason.code} ${error.reason.title}`;
    throw error;
  }
}

const template = (changes: Partial<TemplateContent> = {}): TemplateContent => (
  { type: 'template', name: 'order_update', language: 'en_US', buttons: [], customProps: {}, ...changes }
);

describe('a message for the Campaign API', () => {
  it.each(SENT_NAMES)('of %s', (name) => {
    const parsed = parseOutbound(sentBytes(name));
    expect(write(parsed.ok ? parsed.message.content : template())).toEqual(EXPECTED[name]);
  });

  it.each<[string, Settings['campaigns'], string]>([
    ['the template\'s own name', undefined, 'order_update'],
    ['the name that stands for it', { order_update: 'Order updates 2', other: 'Other' }, 'Order updates 2'],
    ['the template\'s own name where none stands for it', { other: 'Other' }, 'order_update'],
    ['what a function says', (name, language) => `${name} (${language})`, 'order_update (en_US)'],
    ['the template\'s own name where a function says nothing', () => '', 'order_update'],
  ])('names the campaign by %s', (_name, campaigns, campaignName) => {
    expect(write(template(), { ...KEY, campaigns })).toMatchObject({ campaignName });
  });

  it('does not take a name of every object for a campaign', () => {
    expect(write(template({ name: 'constructor' }), { ...KEY, campaigns: {} })).toMatchObject({ campaignName: 'constructor' });
  });

  it('says who and where from, where the account does', () => {
    expect(write(template(), { ...KEY, userName: 'Customer', source: 'CleverTap' })).toMatchObject({ userName: 'Customer', source: 'CleverTap' });
  });

  it.each([
    ['https://m.example.com/a%20b/cat%20pic.png?x=1', 'cat pic.png'], ['https://m.example.com/', 'image'], ['https://m.example.com/%zz', '%zz'], ['rubbish', 'image'],
  ])('names the medium %s %s', (mediaUrl, filename) => {
    expect(write(template({ header: { type: 'image', mediaUrl } }))).toMatchObject({ media: { url: mediaUrl, filename } });
  });

  it('is not written with an empty value, or an audio header', () => {
    expect(write(template({ body: { parameters: ['a', ' '] } }))).toBe("1001 A value of the template's body is empty");
    expect(write(template({ header: { type: 'audio', mediaUrl: 'https://m.example.com/1' } }))).toBe('1001 WhatsApp has no templates with an audio header');
  });
});
