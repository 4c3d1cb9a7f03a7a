import { keyword, numberOf, textOf } from '../messages/json-fields.ts';
import type { JsonObject } from '../messages/json-fields.ts';
import type { FreeformContent, TemplateHeader } from '../messages/outbound-message.ts';

/** The kinds of content that headers of templates and freeform messages share. */
export type ContentKind = (TemplateHeader | FreeformContent)['type'];

type Location = Omit<Extract<TemplateHeader, { type: 'location' }>, 'type'>;

const KINDS = new Map<string, ContentKind>([
  ['text', 'text'], ['image', 'image'], ['video', 'video'], ['audio', 'audio'], ['voice', 'audio'], ['file', 'file'],
  ['document', 'file'], ['location', 'location'],
]);

/** The kind that `type` names, if its object is there; else the kind whose object is. */
export function contentKind(holder: JsonObject): ContentKind | undefined {
  const named = KINDS.get(holder['type'] as string) ?? KINDS.get(keyword(holder['type']));
  if (named !== undefined && contentOf(holder, named) !== undefined) return named;
  for (const [name, kind] of KINDS) if (holder[name] !== undefined) return kind;
  return undefined;
}

/** The object of a kind, under its own name or another that is in use for it. */
export function contentOf(holder: JsonObject, kind: ContentKind): unknown {
  if (kind === 'file') return holder['file'] ?? holder['document'];
  if (kind === 'audio') return holder['audio'] ?? holder['voice'];
  return holder[kind];
}

export function readMediaUrl(media: JsonObject): string | undefined {
  return textOf(media['mediaURL'] ?? media['mediaUrl'] ?? media['url'] ?? media['link']);
}

/** Coordinates as text, since CleverTap writes them so. Its own page also spells `lattitude`. */
export function readLocation(location: JsonObject): Location | undefined {
  const longitude = location['longitude'];
  const latitude = location['latitude'] ?? location['lattitude'];
  if (numberOf(longitude) === undefined || numberOf(latitude) === undefined) return undefined;
  const read: Location = { longitude: String(longitude), latitude: String(latitude) };
  const name = textOf(location['name']);
  const address = textOf(location['address']);
  if (name !== undefined) read.name = name;
  if (address !== undefined) read.address = address;
  return read;
}
