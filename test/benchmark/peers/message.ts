/** The account of every subject. */
export const ACCOUNT = {
  mobileNumber: '+918889500122',
  /** The header that CleverTap shows, as typed into its provider form. */
  key: { 'x-bridge-key': 'benchmark-key-of-clevertap' },
  /** What AiSensy's CleverTap integration carries in the URL. */
  token: 'benchmark-token-of-aisensy',
};

/** A second account, whose AiSensy takes every message and never answers. */
export const STALLED_NUMBER = '+918889500123';

const BODY_TEXT =
  'Hi Asha, your order 4711 has left our warehouse in Pune and will be with you on Friday between 10 and 12. Please keep the ' +
  'code 902144 ready for the courier. You can follow the parcel on its way, change the address until Thursday evening, or ' +
  'hand it to a neighbour by choosing one from the list. Thank you for shopping with us, and see you soon in our shop.';

/** A template message of CleverTap's with everything that a campaign usually has, 1.2 kB; only id and numbers differ. */
const [HEAD, BETWEEN, MIDDLE, TAIL] = JSON.stringify({
  payloadVersion: 0.1,
  to: '<to>',
  wabaNumber: '<from>',
  isTemplate: true,
  msgId: '<msgId>',
  template: { namespace: 'order_shipped', languageCode: 'en' },
  components: [
    { type: 'header', header: { type: 'image', image: { mediaURL: 'https://media.example.com/campaigns/2026/09/order-shipped.png' } } },
    { type: 'body', body: { text: BODY_TEXT, parameters: ['Asha', '4711', 'Pune', 'Friday'].map((text) => ({ type: 'text', text })) } },
    { type: 'footer', footer: 'Reply STOP to opt out' },
    { type: 'button', index: 0, subType: 'dynamicUrl', buttonText: 'Follow it', parameters: [{ type: 'text', text: 'track/4711' }] },
    { type: 'button', index: 1, subType: 'quickReply', buttonText: 'Call me', parameters: [{ type: 'payload', payload: 'call-me|4711' }] },
    { customProps: [{ orderId: '4711' }, { tier: 'gold' }] },
  ],
}).split(/<to>|<from>|<msgId>/) as [string, string, string, string];

/** The n-th message of a campaign, as CleverTap writes it. */
export function messageOf(campaign: string, index: number, from = ACCOUNT.mobileNumber): string {
  const place = String(index).padStart(8, '0');
  return `${HEAD}9198${place}${BETWEEN}${from}${MIDDLE}${place}|${campaign}|20260922|1${TAIL}`;
}
