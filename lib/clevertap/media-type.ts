const BY_ENDING = new Map([
  ['jpg', 'image/jpeg'], ['jpeg', 'image/jpeg'], ['png', 'image/png'], ['webp', 'image/webp'], ['gif', 'image/gif'],
  ['mp4', 'video/mp4'], ['3gp', 'video/3gpp'],
  ['mp3', 'audio/mpeg'], ['ogg', 'audio/ogg'], ['opus', 'audio/ogg'], ['aac', 'audio/aac'], ['amr', 'audio/amr'], ['m4a', 'audio/mp4'],
  ['pdf', 'application/pdf'], ['txt', 'text/plain'], ['csv', 'text/csv'],
  ['doc', 'application/msword'], ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xls', 'application/vnd.ms-excel'], ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt', 'application/vnd.ms-powerpoint'], ['pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
]);

const BY_KIND = {
  image: 'image/jpeg', sticker: 'image/webp', video: 'video/mp4', audio: 'audio/ogg', file: 'application/octet-stream',
} as const;

/** What a medium most likely is, where its sender did not say: by its address, else what WhatsApp makes of its kind. */
export function likelyMediaType(kind: keyof typeof BY_KIND, url: string): string {
  const ending = /\.(\w{2,5})(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase();
  return BY_ENDING.get(ending ?? '') ?? BY_KIND[kind];
}
