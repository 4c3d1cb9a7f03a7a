import {
  components as c, freeformMessage, templateMessage, type CleverTapFreeformMessage, type CleverTapTemplateMessage, type MessageTarget,
} from './payloads.ts';

/** The name that CleverTap gives the template of the message which tests a provider as it is saved. */
export const VALIDATION_TEMPLATE = 'whatsapp:hsm:technology:generic:verify';

/** The msgId of all test traffic ("Generic WhatsApp"): it repeats, so it names no message. */
export const TEST_MSG_ID = '0|0|0|0';

const MEDIA = 'https://media.example.com';

/** Template messages, one for each thing that a template may hold. */
export const templates = {
  textFooter: (t: MessageTarget): CleverTapTemplateMessage => templateMessage(t, 'order_update', [
    c.body(`Hi Asha, order ${t.index} has shipped.`, 'Asha', String(t.index)), c.footer('Reply STOP to opt out'),
  ]),
  headerText: (t: MessageTarget): CleverTapTemplateMessage => templateMessage(t, 'store_opening', [
    c.headerText('New in Pune', 'Pune'), c.body(`Shop ${t.index} opens on Friday.`, String(t.index)),
  ], 'en_US'),
  headerImage: (t: MessageTarget): CleverTapTemplateMessage => templateMessage(t, 'cart_reminder', [
    c.headerMedia('image', `${MEDIA}/cart-${t.index}.png`), c.body('Asha, your cart is waiting.', 'Asha'),
    c.button(0, 'dynamicUrl', 'Back to cart', `wa/${t.index}`),
  ]),
  headerVideo: (t: MessageTarget): CleverTapTemplateMessage => templateMessage(t, 'welcome', [
    c.headerMedia('video', `${MEDIA}/welcome.mp4`), c.body(`Welcome, member ${t.index}.`, String(t.index)),
  ]),
  headerFile: (t: MessageTarget): CleverTapTemplateMessage => templateMessage(t, 'invoice', [
    c.headerFile(`${MEDIA}/${t.index}.pdf`, `invoice-${t.index}.pdf`), c.body(`Invoice ${t.index}`, String(t.index)),
    c.button(0, 'staticUrl', 'Pay', 'https://pay.example.com'), c.button(1, 'callPhone', 'Call us', '+918000000000'),
  ]),
  headerLocation: (t: MessageTarget): CleverTapTemplateMessage => templateMessage(t, 'pickup_point', [
    c.headerLocation({ longitude: '73.8567', latitude: '18.5204', name: 'Shop', address: '107 Baker Street' }),
    c.body(`Pick up order ${t.index} here.`, String(t.index)),
  ]),
  /** Asks for feedback: two quick replies with a payload, one without any parameters. */
  quickReplies: (t: MessageTarget): CleverTapTemplateMessage => templateMessage(t, 'feedback', [
    c.body('How was it, Asha?', 'Asha'), c.button(0, 'quickReply', 'Good', `${t.index}|good`),
    c.button(1, 'quickReply', 'Bad', `${t.index}|bad`), c.button(2, 'quickReply', 'Stop promotions'),
  ], 'en(UK)'),
  copyCode: (t: MessageTarget): CleverTapTemplateMessage => templateMessage(t, 'coupon', [
    c.body('20% off for you, Asha.', 'Asha'), c.button(0, 'copy_code', 'Copy offer code', `SAVE${t.index}`),
  ]),
  /** Every older spelling that CleverTap's samples still show, and two buttons at one place. */
  oldSpellings: (t: MessageTarget): CleverTapTemplateMessage => {
    const { payloadVersion, ...message } = templateMessage(t, 'old_spellings', [
      c.body('Hi Asha', 'Asha'), c.footertext('Reply STOP to opt out'), c.button(0, 'dynamic_url', 'Open', `wa/${t.index}`),
      c.button(0, 'static_url', 'Shop', 'https://shop.example.com'), c.button(1, 'Quickreply', 'Good', `${t.index}|good`),
      c.button(2, 'call_phone', 'Call', '+918000000000'),
    ], 'en(uk)');
    return { payloadversion: String(payloadVersion), ...message } as unknown as CleverTapTemplateMessage;
  },
  limitedTimeOffer: (t: MessageTarget): CleverTapTemplateMessage => templateMessage(t, 'diwali_offer', [
    c.headerMedia('image', `${MEDIA}/diwali.png`), c.body('Asha, 20% off.', 'Asha'),
    c.limitedTimeOffer('Ends tonight', 1_790_086_400_000), c.button(0, 'copy_code', 'Copy offer code', 'DIWALI20'),
    c.button(1, 'dynamicUrl', 'Shop now', `diwali?u=${t.index}`), c.button(2, 'quickReply', 'Not now'),
  ]),
  carousel: (t: MessageTarget): CleverTapTemplateMessage => templateMessage(t, 'new_shoes', [
    c.body('Asha, new arrivals', 'Asha'),
    c.carousel(...[1, 2].map((shoe) => [
      c.headerMedia('image', `${MEDIA}/${shoe}.png`), c.body(`Shoe ${shoe} for Asha`, String(shoe), 'Asha'),
      c.button(0, 'dynamicUrl', 'Open', `shoe/${shoe}?u=${t.index}`), c.button(1, 'quickReply', 'More like this'),
    ])),
  ]),
  customProps: (t: MessageTarget): CleverTapTemplateMessage => templateMessage(t, 'order_update', [
    c.body(`Hi Asha, order ${t.index} has shipped.`, 'Asha', String(t.index)),
    c.customProps({ orderId: String(t.index), tier: 'gold' }),
  ]),
};

/** Freeform messages, one for each type. */
export const freeforms = {
  freeformText: (t: MessageTarget): CleverTapFreeformMessage =>
    freeformMessage(t, 'text', { body: `Your refund ${t.index} is on its way 🙂` }),
  freeformImage: (t: MessageTarget): CleverTapFreeformMessage =>
    freeformMessage(t, 'image', { mediaURL: `${MEDIA}/map-${t.index}.png`, caption: 'Our shop' }),
  freeformVideo: (t: MessageTarget): CleverTapFreeformMessage =>
    freeformMessage(t, 'video', { mediaURL: `${MEDIA}/how-to-${t.index}.mp4`, caption: 'How to' }),
  freeformAudio: (t: MessageTarget): CleverTapFreeformMessage => freeformMessage(t, 'audio', { mediaURL: `${MEDIA}/note-${t.index}.mp3` }),
  freeformFile: (t: MessageTarget): CleverTapFreeformMessage =>
    freeformMessage(t, 'file', { mediaURL: `${MEDIA}/menu-${t.index}.pdf`, caption: 'Menu', filename: 'menu.pdf' }),
  /** Only in older text of CleverTap's page. */
  freeformLocation: (t: MessageTarget): CleverTapFreeformMessage =>
    freeformMessage(t, 'location', { longitude: '73.8567', latitude: '18.5204', name: `Shop ${t.index}` }),
};

/** Every form by name: what `runCampaign({ form })` takes. */
export const forms = { ...templates, ...freeforms };

export type FormName = keyof typeof forms;

/** The message that CleverTap sends as the provider is saved. */
export function validationMessage(to: string, wabaNumber: string): CleverTapTemplateMessage {
  return templateMessage({ to, wabaNumber, msgId: TEST_MSG_ID, index: 0 }, VALIDATION_TEMPLATE, [
    c.body('1 code: 2.Valid for 3 minutes.', '1', '2', '3'),
  ]);
}
