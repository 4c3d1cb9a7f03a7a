import type { SendResult } from '../http/http-sender.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import type { CallbackCode } from '../messages/failure-reason.ts';
import type { Verdict } from '../messages/verdict.ts';
import { type AnswerBody, readAnswer } from './clevertap.answer.ts';
import { failureRule, type FailureRule } from './failure-reasons.ts';
import { publicWords } from './public-words.ts';
import type { TransportMessage } from './transport.ts';

type Answer = Extract<SendResult, { kind: 'answered' }>;
type Sent = Pick<TransportMessage, 'msgId' | 'freeform' | 'attempts'>;

/** How long "only after a long wait" is, where the table names no time. */
const LONG_WAIT_MS = 600_000;

/**
 * The codes by which CleverTap's form refuses a message ("Generic WhatsApp", response); 2004 is "other", where the words may
 * tell more.
 */
const CLEVERTAP_RULES: ReadonlyMap<number, FailureRule> = new Map<number, FailureRule>([
  [2000, { action: 'stop', callbackCode: 1000 }],
  [2001, { action: 'never', callbackCode: 1001 }],
  [2002, { action: 'never', callbackCode: 1002 }],
  [2003, { action: 'never', callbackCode: 1006 }],
]);

/** No such address, not for POST, gone, or moved: the account's endpoint is wrong, so every message would meet the same. */
const WRONG_ENDPOINT = new Set([404, 405, 410]);

/**
 * What one call to AiSensy's CleverTap endpoint showed. `secrets` are never repeated in a title; `now` is the time that a date
 * in `Retry-After` is measured from.
 */
export function verdictOf(result: SendResult, message: Sent, secrets: readonly string[] = [], now = Date.now()): Verdict {
  switch (result.kind) {
    case 'not-sent':
      return { kind: 'retryable', reason: { code: 1009, title: `AiSensy could not be reached (${result.error})` } };
    case 'lost':
      return unknown(`No whole answer from AiSensy (${result.error})`);
    case 'answered':
      return verdictOfAnswer(result, message, secrets, now);
  }
}

function verdictOfAnswer(answer: Answer, message: Sent, secrets: readonly string[], now: number): Verdict {
  const { status } = answer;
  // A 408 should mean that the request never came in whole. But it did leave whole, and it is also what a backend says that
  // lost patience with its own work, which may go on: sending again could reach the person twice.
  if (status >= 500 || status === 408) return unknown(`AiSensy answered ${status}`);
  const body = readAnswer(answer.body);
  // 200 means accepted, so it counts even where the body is empty or cannot be read.
  if (status >= 200 && status < 300 && !body.refuses) {
    return { kind: 'taken', names: body.names.filter((name) => name !== message.msgId) };
  }
  const rule = ruleFor(status, body);
  if (isOther(rule) && body.code === undefined && (status < 400 ? status >= 300 : WRONG_ENDPOINT.has(status))) {
    const title = `AiSensy's endpoint answered ${status}: check the account's endpoint`;
    return { kind: 'refused', scope: 'account', reason: { code: 1009, title } };
  }
  const reason = { code: callbackCode(rule, message), title: titleOf(status, body, secrets) };
  if (rule.action === 'stop') return { kind: 'refused', scope: 'account', reason };
  if (rule.action === 'never' || isSpent(rule, message)) return { kind: 'refused', reason };
  const least = rule.retryAfterMs ?? (rule.action === 'wait' ? LONG_WAIT_MS : 0);
  const wait = Math.max(least, retryAfterMs(answer.headers['retry-after'], now) ?? 0);
  return {
    kind: 'retryable',
    reason,
    ...(wait > 0 && { retryAfterMs: wait }),
    ...(isPaceOfAccount(rule) && { scope: 'account' as const }),
  };
}

/** By what the body says where that is more than the HTTP status, for 403 is CleverTap's "bad request" as well. */
function ruleFor(status: number, { code, text }: AnswerBody): FailureRule {
  if (status === 401 || status === 402) return failureRule({ status });
  if (status === 429) return failureRule({ code, status });
  const told = failureRule({ code, text });
  if (told.action === 'stop') return told;
  const byCleverTap = CLEVERTAP_RULES.get(code ?? 0);
  if (byCleverTap) return byCleverTap;
  return isOther(told) && code === undefined ? failureRule({ status }) : told;
}

/** Whether a rule only says that the message was refused. */
function isOther({ action, callbackCode }: FailureRule): boolean {
  return action === 'never' && callbackCode === 1009;
}

/** Whether the account as a whole is too fast. Too much for one person comes with a wait of its own. */
function isPaceOfAccount({ callbackCode, retryAfterMs: ownWait }: FailureRule): boolean {
  return callbackCode === 1004 && ownWait === undefined;
}

function isSpent({ maxRetries = Infinity }: FailureRule, { attempts = Infinity }: Sent): boolean {
  return maxRetries < Infinity && attempts >= maxRetries;
}

function callbackCode({ callbackCode: code, freeformCode = code }: FailureRule, { freeform = false }: Sent): CallbackCode {
  return freeform ? freeformCode : code;
}

/** AiSensy's words, the code in front; short enough and fit to be read by a marketer. */
function titleOf(status: number, { code, text }: AnswerBody, secrets: readonly string[]): string {
  const words = publicWords(text ?? '', secrets) ?? `AiSensy refused the message (HTTP ${status})`;
  // It stands there already in Meta's own words: `131026: …`, or `(#131026) …`.
  return code === undefined || words.replace(/^\(?#?/, '').startsWith(String(code)) ? words : `${code}: ${words}`;
}

function unknown(title: string): Verdict {
  return { kind: 'unknown', reason: { code: 1009, title: `${title}: the message may have been sent` } };
}
