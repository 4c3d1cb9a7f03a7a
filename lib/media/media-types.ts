/** What WhatsApp carries (Meta, "Media"). Only ever lengthened: links name a type by its place. */
const TYPES = [
  'image/jpeg', 'image/png', 'image/webp', 'video/mp4', 'video/3gpp', 'audio/ogg', 'audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/amr',
  'application/pdf', 'text/plain', 'text/csv', 'application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
];

/** A type as a link names it; nothing for one that WhatsApp does not know. */
export function shortMediaType(mimeType: string | undefined): string {
  const place = TYPES.indexOf(bareType(mimeType));
  return place === -1 ? '' : place.toString(36);
}

export function mediaTypeOf(short: string): string | undefined {
  return short === '' ? undefined : TYPES[parseInt(short, 36)];
}

/** What may be shown in a browser as it is: a person may send anything, a page with scripts too. */
export function isHarmless(mimeType: string): boolean {
  return /^(?:image\/(?:jpeg|png|webp|gif)|video\/|audio\/|application\/pdf$|text\/plain$)/.test(mimeType);
}

/** `audio/ogg` of `audio/ogg; codecs=opus`. */
export function bareType(mimeType: string | undefined): string {
  return mimeType?.split(';')[0]!.trim().toLowerCase() ?? '';
}
