/** Meta's have six digits at the most; a longer number may be a person's. */
export const LARGEST_CODE = 999_999;

/**
 * Meta writes its code in front of the words: `(#131030) Recipient phone number not in allowed list`, or `131026: …`. Where it stands
 * as `(#4)` nothing else can be meant. Otherwise it must have six digits, as its newer codes have, since fewer may be anything.
 */
const IN_FRONT = /^\s*(?:\(#(\d{1,6})\)|\(?#?(\d{6})\b)/;

/** The code of Meta's that words begin with. */
export function codeInFront(words: string | undefined): number | undefined {
  const found = IN_FRONT.exec(words ?? '');
  const code = found?.[1] ?? found?.[2];
  return code === undefined ? undefined : Number(code);
}

/** The words with their code in front, once, however they had it there. */
export function withCode(code: number | string, words: string): string {
  const own = String(code).trim();
  const rest = words.startsWith(`${own}:`) ? words.slice(own.length + 1) : /^\d+$/.test(own) ? words.replace(new RegExp(`^\\(?#?${own}\\b[):\\s]*`), '') : words;
  return rest.trim() === '' ? own : `${own}: ${rest.trim()}`;
}
