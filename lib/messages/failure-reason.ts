/** CleverTap's codes for a failed message in a callback ("Generic WhatsApp", delivery report callback). */
export type CallbackCode = 1000 | 1001 | 1002 | 1003 | 1004 | 1005 | 1006 | 1007 | 1008 | 1009 | 1010;

/** CleverTap's codes for a refusal in the answer to its own request (same page, "response"). */
export type AnswerCode = 2000 | 2001 | 2002 | 2003 | 2004;

/** Why a message was refused or failed. */
export interface FailureReason {
  code: CallbackCode;
  /** Words for CleverTap's reports, the original code in front where there is one: `131026: Message undeliverable`. */
  title: string;
}

/** The title where nobody gave one. */
export const NO_REASON = 'No reason was given';

/** What the codes stand for. */
const CATEGORIES: Record<CallbackCode, string> = {
  1000: 'invalid credentials', 1001: 'invalid template parameters', 1002: 'invalid phone number', 1003: 'number no longer active', 1004: 'too many requests',
  1005: 'unavailable or not on WhatsApp', 1006: 'blacklisted', 1007: 'device cannot receive it', 1008: 'outside the chat window', 1009: 'other', 1010: 'blocked by Meta',
};

const ANSWER_CODES: Partial<Record<CallbackCode, AnswerCode>> = { 1000: 2000, 1001: 2001, 1002: 2002, 1006: 2003 };

/** The code that says the same in the answer to CleverTap's own request. */
export function answerCode(reason: FailureReason): AnswerCode {
  return ANSWER_CODES[reason.code] ?? 2004;
}

/** A reason as it may be logged: AiSensy's or Meta's own words may quote the message, but not their code. */
export function loggableReason({ code, title }: FailureReason): string {
  const original = /^\d{1,6}(?=:)/.exec(title)?.[0];
  return original === undefined ? `${code}, ${CATEGORIES[code]}` : `${code}, ${CATEGORIES[code]}; original code ${original}`;
}
