/**
 * The messages that CleverTap posts to a generic WhatsApp provider ("Generic WhatsApp", request body), written by hand from
 * that page: the simulator shares no code with the bridge that reads them.
 */
export type CleverTapPayload = CleverTapTemplateMessage | CleverTapFreeformMessage;

interface Envelope {
  payloadVersion: number | string;
  to: string;
  wabaNumber: string;
  msgId: string;
}

export interface CleverTapTemplateMessage extends Envelope {
  isTemplate: true;
  template: { namespace: string; languageCode: string };
  components: CleverTapComponent[];
}

/** A freeform message: `type` names the object that holds its content. */
export interface CleverTapFreeformMessage extends Envelope {
  isTemplate: false;
  type: 'text' | 'image' | 'video' | 'audio' | 'file' | 'location';
  [content: string]: unknown;
}

/** One element of a template message's `components`. */
export type CleverTapComponent = Record<string, unknown>;

/** The spellings of a button's kind that CleverTap's pages show; the last four are older. */
export type CleverTapButtonSubType =
  | 'dynamicUrl' | 'staticUrl' | 'quickReply' | 'callPhone' | 'copy_code'
  | 'dynamic_url' | 'static_url' | 'Quickreply' | 'call_phone';

/** Whom a message is for, and its place in its campaign. */
export interface MessageTarget {
  /** The person's number, digits with or without a leading `+`. */
  to: string;
  wabaNumber: string;
  msgId: string;
  /** The message's place in its campaign, from 0. */
  index: number;
}

export function templateMessage(
  target: MessageTarget, name: string, components: CleverTapComponent[], languageCode = 'en',
): CleverTapTemplateMessage {
  const { to, wabaNumber, msgId } = target;
  return { payloadVersion: 0.1, to, wabaNumber, isTemplate: true, msgId, template: { namespace: name, languageCode }, components };
}

export function freeformMessage(
  target: MessageTarget, type: CleverTapFreeformMessage['type'], content: Record<string, string>,
): CleverTapFreeformMessage {
  const { to, wabaNumber, msgId } = target;
  return { payloadVersion: 0.1, to, wabaNumber, msgId, type, isTemplate: false, [type]: content };
}

const textParameters = (values: string[]): CleverTapComponent[] => values.map((text) => ({ type: 'text', text }));

/** The components of a template message, each as CleverTap writes it. */
export const components = {
  /** The text with its values filled in, and the values alone. */
  body: (text: string, ...values: string[]): CleverTapComponent => ({
    type: 'body', body: { text, parameters: textParameters(values) },
  }),
  headerText: (text: string, ...values: string[]): CleverTapComponent => ({
    type: 'header', header: { type: 'text', text: values.length > 0 ? { text, parameters: textParameters(values) } : { text } },
  }),
  headerMedia: (type: 'image' | 'video' | 'audio', mediaURL: string): CleverTapComponent => ({
    type: 'header', header: { type, [type]: { mediaURL } },
  }),
  headerFile: (mediaURL: string, filename: string): CleverTapComponent => ({
    type: 'header', header: { type: 'file', file: { mediaURL, filename } },
  }),
  headerLocation: (location: { longitude: string; latitude: string; name?: string; address?: string }): CleverTapComponent => ({
    type: 'header', header: { type: 'location', location },
  }),
  footer: (footer: string): CleverTapComponent => ({ type: 'footer', footer }),
  /** The older spelling. */
  footertext: (footertext: string): CleverTapComponent => ({ type: 'footer', footertext }),
  /** `value` is a URL or its suffix, a phone number, a payload or a coupon code, by `subType`; none leaves `parameters` out. */
  button: (index: number, subType: CleverTapButtonSubType, buttonText: string, value?: string): CleverTapComponent => ({
    type: 'button', index, subType, buttonText, ...(value === undefined ? {} : { parameters: [buttonParameter(subType, value)] }),
  }),
  limitedTimeOffer: (text: string, expirationTimeMs: number): CleverTapComponent => ({
    type: 'limited_time_offer', text,
    parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: expirationTimeMs } }],
  }),
  carousel: (...cards: CleverTapComponent[][]): CleverTapComponent => ({
    type: 'carousel', cards: cards.map((card) => ({ components: card })),
  }),
  /** The campaign's own key-value pairs: the one element without a `type`. */
  customProps: (pairs: Record<string, string>): CleverTapComponent => ({
    customProps: Object.entries(pairs).map(([key, value]) => ({ [key]: value })),
  }),
};

function buttonParameter(subType: CleverTapButtonSubType, value: string): CleverTapComponent {
  if (subType === 'quickReply' || subType === 'Quickreply') return { type: 'payload', payload: value };
  if (subType === 'copy_code') return { type: 'coupon_code', coupon_code: value };
  return { type: 'text', text: value };
}
