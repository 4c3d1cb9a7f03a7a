/** What a person may send, in the bridge's own words. `other` is what no side has a form for: reactions, system notes. */
export type InboundType =
  | 'text' | 'image' | 'video' | 'audio' | 'file' | 'sticker' | 'location' | 'button' | 'contacts' | 'order' | 'form'
  | 'reaction' | 'other';

/** A picture, film, recording or document. A form that has only Meta's media id, or Meta's own address for it, has no `url`. */
export interface InboundMedia {
  url?: string;
  id?: string;
  mimeType?: string;
  caption?: string;
  filename?: string;
}

/** What a person wrote to an account's number, parsed from any of AiSensy's callback forms. */
export interface InboundMessage {
  /** The same each time that the message is delivered: the provider's id, or a digest where the form has none. */
  id: string;
  /** The person's number, E.164. Absent for a person who hides it (Meta, since 2026). */
  from?: string;
  /** Meta's id of a person, where it came. */
  userId?: string;
  /** The person's name as WhatsApp shows it, where it came. */
  name?: string;
  /** The account's number as the form says it, E.164; absent in AiSensy's project webhook. */
  wabaNumber?: string;
  /** Milliseconds since 1970. */
  at: number;
  type: InboundType;
  /** The message replied to, by CleverTap's msgId or by the provider's id, as it came. */
  replyTo?: string;
  /** `text`: what was written. Other types: a one-line summary where there is one. */
  text?: string;
  /** `button`: a template's quick reply, an interactive reply or a list's row. The label is passed on exactly. */
  button?: { payload?: string; text: string };
  media?: InboundMedia;
  location?: { latitude: string; longitude: string; name?: string; address?: string; url?: string };
  /** The element of the callback as it came, for what the bridge has no word for. */
  raw: unknown;
}
