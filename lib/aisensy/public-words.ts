import { oneLine } from '../messages/one-line.ts';

const HIDDEN = '…';

/** Long enough for every text that AiSensy is known to answer, short enough for a column of CleverTap's report. */
const LIMIT = 200;

const URL = /\bhttps?:\/\/\S+/gi;
const E_MAIL = /[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+/g;
/** Eight digits or more, grouped in any way. Meta's codes have six at the most. */
const PHONE_NUMBER = /\+?\d(?:[\s().-]{0,2}\d){7,}/g;
/** As long as no word is; the names of templates, which marketers need to see, are words joined by underscores. */
const KEY = /[\w\-.+/=]{24,}/g;
const TEMPLATE_NAME = /^[a-z][a-z0-9]{0,19}(?:_[a-z0-9]{1,19})+$/;

/**
 * The other side's words as they may be shown to a marketer and in logs: one line, shortened, without addresses, phone
 * numbers and keys. `secrets` are hidden wherever they stand.
 */
export function publicWords(text: string, secrets: readonly string[] = []): string | undefined {
  let words = text.slice(0, 10 * LIMIT);
  for (const secret of secrets) words = words.replaceAll(secret, HIDDEN);
  words = words.replace(URL, HIDDEN).replace(E_MAIL, HIDDEN);
  words = words.replace(KEY, (word) => (TEMPLATE_NAME.test(word) ? word : HIDDEN)).replace(PHONE_NUMBER, HIDDEN);
  return oneLine(words, LIMIT);
}
