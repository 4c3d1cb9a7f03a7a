import { isObject, textOf } from '../messages/json-fields.ts';
import type { JsonObject } from '../messages/json-fields.ts';
import type { FreeformContent } from '../messages/outbound-message.ts';
import { contentKind, contentOf, readLocation, readMediaUrl } from './outbound-parts.ts';

/** A freeform message (CleverTap's page "Generic WhatsApp", freeform payload); `undefined` where the body is none. */
export function readFreeform(message: JsonObject): FreeformContent | undefined {
  const kind = contentKind(message);
  if (kind === undefined) return undefined;
  const content = contentOf(message, kind);
  if (kind === 'text') {
    const written = textOf(isObject(content) ? (content['body'] ?? content['text']) : content);
    return written === undefined ? undefined : { type: 'text', text: written };
  }
  if (!isObject(content)) return undefined;
  if (kind === 'location') {
    const location = readLocation(content);
    return location && { type: 'location', ...location };
  }
  return readMedia(kind, content);
}

function readMedia(type: 'image' | 'video' | 'audio' | 'file', media: JsonObject): FreeformContent | undefined {
  const mediaUrl = readMediaUrl(media);
  if (mediaUrl === undefined) return undefined;
  if (type === 'audio') return { type, mediaUrl };
  const caption = textOf(media['caption']);
  const captioned = caption === undefined ? { mediaUrl } : { mediaUrl, caption };
  if (type !== 'file') return { type, ...captioned };
  const filename = textOf(media['filename']);
  return filename === undefined ? { type, ...captioned } : { type, ...captioned, filename };
}
