import type { OutgoingResult } from '../http/outgoing-call.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import { type CallbackCode, type FailureReason, loggableReason } from '../messages/failure-reason.ts';
import type { Verdict } from '../messages/verdict.ts';
import { type AnswerBody, readAnswer } from './answer-body.ts';
import { withCode } from './error-code.ts';
import { FailureReasons, type FailureRule } from './failure-reasons.ts';
import { publicWords } from './public-words.ts';
import type { TransportMessage } from './transport.ts';

type Answer = Extract<OutgoingResult, { kind: 'answered' }>;
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

/** How to judge an answer. */
export interface Judgement {
  /** Hidden in titles. */
  secrets?: readonly string[];
  reasons?: FailureReasons;
  /** Whether Meta's own errors are passed through: then a code of theirs counts with 5xx too, which Meta answers with some of them. */
  passesMetaOn?: boolean;
  /** Reads the answer; may remember what it read. */
  read?: typeof readAnswer;
  /** What a date in `Retry-After` is measured from. */
  now?: number;
}

/** No such address, not for POST, gone, or moved: the account's endpoint is wrong, so every message would meet the same. */
const WRONG_ENDPOINT = new Set([404, 405, 410]);

/** A reason in AiSensy's own words, for CleverTap's reports and the host's code. They may quote the message, so logs and alerts have others. */
class QuotedReason implements FailureReason {
  /** Private, since they are no part of what is written down and handed on. */
  readonly #status: number;
  readonly #original: number | undefined;
  readonly #means: string | undefined;

  constructor(readonly code: CallbackCode, readonly title: string, status: number, original: number | undefined, { means }: FailureRule) {
    this.#status = status;
    this.#original = original;
    this.#means = means;
  }

  get ownWords(): string {
    const means = this.#means === undefined ? '' : `, ${this.#means}`;
    // Not by the title, whose words may begin with any number.
    const title = this.#original === undefined ? '' : `${this.#original}:`;
    return `AiSensy answered ${this.#status}${means}: ${loggableReason({ code: this.code, title })}`;
  }
}

/** A verdict's reason in the bridge's own words: they hold nothing of the message, and so may stand in logs, alerts and health. */
export function ownWords(reason: FailureReason): string {
  return reason instanceof QuotedReason ? reason.ownWords : reason.title;
}

/** What one attempt to send a message showed. */
export function verdictOf(result: OutgoingResult, message: Sent, judgement: Judgement = {}): Verdict {
  switch (result.kind) {
    case 'not-sent':
      return { kind: 'retryable', scope: 'account', reason: { code: 1009, title: `AiSensy could not be reached (${result.error})` } };
    case 'lost':
      return unknown(`No whole answer from AiSensy (${result.error})`);
    case 'answered':
      return verdictOfAnswer(result, message, judgement);
  }
}

function verdictOfAnswer(answer: Answer, message: Sent, judgement: Judgement): Verdict {
  const { secrets = [], reasons = new FailureReasons(), passesMetaOn = false, read = readAnswer, now = Date.now() } = judgement;
  const body = read(answer.body);
  const status = statusOf(answer, body);
  const isMetasError = passesMetaOn && status !== 408 && reasons.knows(body.code);
  // A 408 should mean that the request never came in whole. But it did leave whole, and a backend also answers 408 when it gives
  // up waiting for its own work, which may go on: sending again could reach the person twice.
  if ((status >= 500 || status === 408) && !isMetasError) return unknown(`AiSensy answered ${status}`, namesOf(body, message));
  if (status >= 200 && status < 300 && !body.refuses) {
    // A coding that is still named could not be undone. A refusal comes with 200 too, so this shows neither that nor a success.
    if (answer.headers['content-encoding'] !== undefined) return unknown(`AiSensy answered ${status} in a coding that cannot be read`);
    // 200 means accepted, so it counts even where the body is empty or no JSON.
    return { kind: 'taken', names: namesOf(body, message) };
  }
  reasons.note(body.code);
  const rule = ruleFor(status, body, reasons);
  if (isOther(rule) && body.code === undefined && (status < 400 ? status >= 300 : WRONG_ENDPOINT.has(status))) {
    const title = `AiSensy's endpoint answered ${status}: check the account's endpoint`;
    return { kind: 'refused', scope: 'account', reason: { code: 1009, title } };
  }
  const reason = new QuotedReason(callbackCode(rule, message), titleOf(status, body, secrets), status, body.code, rule);
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

/** The answer's status; the body's where that says more than a plain "accepted" or "bad request". */
function statusOf({ status }: Answer, body: AnswerBody): number {
  return body.status !== undefined && (status === 400 || (status >= 200 && status < 300)) ? body.status : status;
}

function namesOf({ names }: AnswerBody, { msgId }: Sent): string[] {
  return names.filter((name) => name !== msgId);
}

/** By what the body says where that is more than the HTTP status, for 403 is CleverTap's "bad request" as well. */
function ruleFor(status: number, { code, text }: AnswerBody, reasons: FailureReasons): FailureRule {
  if (status === 401 || status === 402) return reasons.rule({ status });
  if (status === 429) return reasons.rule({ code, status });
  const told = reasons.rule({ code, text });
  if (told.action === 'stop') return told;
  const byCleverTap = CLEVERTAP_RULES.get(code ?? 0);
  if (byCleverTap) return byCleverTap;
  return isOther(told) && code === undefined ? reasons.rule({ status }) : told;
}

/** Whether a rule says no more than that the message was refused. */
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
  return code === undefined ? words : withCode(code, words);
}

function unknown(title: string, names: string[] = []): Verdict {
  return { kind: 'unknown', ...(names.length > 0 && { names }), reason: { code: 1009, title: `${title}: the message may have been sent` } };
}
