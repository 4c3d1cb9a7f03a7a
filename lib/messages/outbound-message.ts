/** The msgId of every validation and test that CleverTap sends: it repeats, so it names no message. */
export const TEST_MSG_ID = '0|0|0|0';

/** Who asked for the message: CleverTap through the provider endpoint, or the host app through `WhatsAppBridge.send()`. */
export type MessageOrigin = 'clevertap' | 'host';

/** A part's values, and what they are called. Few templates name their variables, so most values are plain texts and nothing beside them. */
export interface TemplateValues {
  /** In order. */
  parameters: string[];
  /** The variables' names where any came, each at its value's place; empty for a value that came without one. */
  parameterNames?: string[];
}

/** What a header of a template, or of a carousel's card, shows. */
export type TemplateHeader =
  | ({ type: 'text'; text: string } & TemplateValues)
  | { type: 'image' | 'video' | 'audio'; mediaUrl: string }
  | { type: 'file'; mediaUrl: string; filename?: string }
  | { type: 'location'; longitude: string; latitude: string; name?: string; address?: string };

/** What a button of a template does when it is tapped. */
export type TemplateButtonKind = 'dynamicUrl' | 'staticUrl' | 'quickReply' | 'callPhone' | 'copyCode';

/** One button, in the order of the message. `index` is its place as CleverTap wrote it; two buttons may carry the same. */
export interface TemplateButton {
  kind: TemplateButtonKind;
  index?: number;
  text?: string;
  /** URL suffix, URL, phone number, quick reply's payload or coupon code, by kind. A quick reply may have none. */
  value?: string;
}

/** A template's parts that may also stand on a carousel's card. */
export interface TemplateCard {
  header?: TemplateHeader;
  /** The body's text with its values filled in, and the values alone. */
  body?: { text?: string } & TemplateValues;
  buttons: TemplateButton[];
}

/** An approved template with this message's values. */
export interface TemplateContent extends TemplateCard {
  type: 'template';
  /** The template's name as CleverTap and WhatsApp know it (CleverTap's `namespace`). */
  name: string;
  /** Meta's language code as CleverTap wrote it: `en`, `en_US`, `en(UK)`. */
  language: string;
  footer?: string;
  limitedTimeOffer?: { text?: string; expirationTimeMs?: number };
  carousel?: TemplateCard[];
  /** The campaign's own key-value pairs, meant for the provider and the host, not for WhatsApp. */
  customProps: Record<string, string>;
}

/** A free message, which WhatsApp delivers within 24 hours of the person's own last message only. */
export type FreeformContent =
  | { type: 'text'; text: string }
  | { type: 'image' | 'video'; mediaUrl: string; caption?: string }
  | { type: 'audio'; mediaUrl: string }
  | { type: 'file'; mediaUrl: string; caption?: string; filename?: string }
  | { type: 'location'; longitude: string; latitude: string; name?: string; address?: string };

/** What a message says: an approved template, or free words. */
export type MessageContent = TemplateContent | FreeformContent;

/** What CleverTap or the host app asks to send, parsed once at the edge. */
export interface OutboundMessage {
  /** CleverTap's id, carried byte for byte and never parsed; or the host's own. Unique within an account, but for `TEST_MSG_ID`. */
  msgId: string;
  origin: MessageOrigin;
  /** The account's WhatsApp number, E.164. */
  account: string;
  /** The person's number, E.164. */
  to: string;
  content: MessageContent;
  /** The message in CleverTap's wire form: for CleverTap's own messages what came in, to the byte. Text, since it is UTF-8 or refused. */
  wire: string;
}
