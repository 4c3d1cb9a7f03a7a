import type { InboundMedia, InboundMessage, InboundType } from '../messages/inbound-message.ts';
import { fieldsOf, firstText, isObject, listOf } from '../messages/json-fields.ts';
import type { JsonObject } from '../messages/json-fields.ts';
import { oneLine } from '../messages/one-line.ts';
import { contactsSummary, formSummary, orderSummary } from './inbound-summaries.ts';

/** What of an inbound message depends on its type. */
export type InboundContent = Pick<InboundMessage, 'type' | 'text' | 'button' | 'media' | 'location' | 'replyTo'>;

/** Meta's types and AiSensy's, in lower case; what is missing here is `other`. */
const TYPES: ReadonlyMap<string, InboundType> = new Map([
  ['text', 'text'],
  ['image', 'image'],
  ['video', 'video'],
  ['audio', 'audio'],
  ['voice', 'audio'],
  ['file', 'file'],
  ['document', 'file'],
  ['sticker', 'sticker'],
  ['location', 'location'],
  ['button', 'button'],
  ['button_reply', 'button'],
  ['quick_reply', 'button'],
  ['list_reply', 'button'],
  ['contact', 'contacts'],
  ['contacts', 'contacts'],
  ['order', 'order'],
  ['nfm_reply', 'form'],
  ['reaction', 'reaction'],
]);

/**
 * Reads the content of a person's message: Meta's object of the message's type, or AiSensy's `message_content`, whose fields
 * are named in several ways. A message that lacks what its type needs becomes `other`, so that the host still gets it.
 */
export function readInboundContent(sentType: string, content: unknown): InboundContent {
  const name = sentType.trim().toLowerCase();
  if (name === 'interactive') return readInteractive(content);
  const fields = typeof content === 'string' ? { text: content } : fieldsOf(content);
  const type = TYPES.get(name) ?? (name === '' && plainText(fields) !== undefined ? 'text' : 'other');
  return readers[type]?.(type, fields, name, content) ?? other(fields);
}

type Reader = (type: InboundType, fields: JsonObject, name: string, content: unknown) => InboundContent | undefined;

const media: Reader = (type, fields, name) => {
  const found = readMedia(fields, name);
  return found.url === undefined && found.id === undefined ? undefined : { type, media: found };
};

const readers: Partial<Record<InboundType, Reader>> = {
  text: (type, fields) => withText(type, plainText(fields)),
  image: media,
  video: media,
  audio: media,
  file: media,
  sticker: media,
  location: (type, fields) => {
    const place = { ...fields, ...fieldsOf(fields.location) };
    const latitude = firstText(place.latitude, place.lat);
    const longitude = firstText(place.longitude, place.lng, place.long);
    if (latitude === undefined || longitude === undefined) return undefined;
    return {
      type,
      location: {
        latitude, longitude, name: firstText(place.name), address: firstText(place.address), url: firstText(place.url),
      },
    };
  },
  button: (type, fields) => {
    const reply = [fields.button_reply, fields.list_reply, fields.button].find(isObject);
    const { title, id, payload, ...rest } = { ...fields, ...reply };
    const label = firstText(title) ?? plainText(rest);
    return label === undefined ? undefined : { type, button: { payload: firstText(payload, id), text: label } };
  },
  contacts: (type, fields, _name, content) => {
    return { type, text: contactsSummary(Array.isArray(content) ? content : listOf(fields.contacts ?? fields)) };
  },
  order: (type, fields) => ({ type, text: orderSummary({ ...fields, ...fieldsOf(fields.order) }) }),
  form: (type, fields) => ({ type, text: formSummary({ ...fields, ...fieldsOf(fields.nfm_reply) }) }),
  reaction: (type, fields) => ({ type, text: firstText(fields.emoji), replyTo: firstText(fields.message_id) }),
};

function readInteractive(content: unknown): InboundContent {
  const fields = fieldsOf(content);
  const kind = firstText(fields.type) ?? Object.keys(fields).find((key) => isObject(fields[key])) ?? 'unknown';
  return kind === 'interactive' ? other(fields) : readInboundContent(kind, fields[kind]);
}

/** Meta gives a medium to nobody who does not show the account's token; since November 2025 its webhook brings such an address beside the id. */
const FOR_META_ALONE = /^https?:\/\/(?:[^/?#@]+\.)?(?:fbsbx\.com|fbcdn\.net|facebook\.com|whatsapp\.net)(?:[:/?#]|$)/i;

function readMedia(fields: JsonObject, name: string): InboundMedia {
  const inner = { ...fieldsOf(fields[name]), ...fieldsOf(fields.media) };
  const find = (...keys: string[]): string | undefined => firstText(...[fields, inner].flatMap((place) => keys.map((key) => place[key])));
  const url = find('url', 'publicUrl', 'link', 'mediaURL');
  return {
    url: url !== undefined && FOR_META_ALONE.test(url) ? undefined : url,
    id: find('id'),
    mimeType: find('mime_type', 'mimeType'),
    caption: find('caption'),
    filename: find('filename', 'fileName'),
  };
}

function plainText({ text, body, caption, title }: JsonObject): string | undefined {
  return firstText(text, fieldsOf(text).body, body, caption, title);
}

function withText(type: InboundType, text: string | undefined): InboundContent | undefined {
  return text === undefined ? undefined : { type, text };
}

function other(fields: JsonObject): InboundContent {
  const text = plainText(fields);
  return { type: 'other', text: text === undefined ? undefined : oneLine(text) };
}
