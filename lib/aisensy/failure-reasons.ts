import type { CallbackCode, FailureReason } from '../messages/failure-reason.ts';
import { firstText, oneLine } from './fields.ts';

/**
 * What to do with a message that failed: `retry` with back-off, `wait` for long before the next try, `never` try this
 * message again, or `stop` the account's lane and call for a person, since every other message would fail alike.
 */
export type FailureAction = 'retry' | 'wait' | 'never' | 'stop';

/** What one code of Meta's or one refusal of AiSensy's means. */
export interface FailureRule {
  action: FailureAction;
  /** What CleverTap is told. */
  callbackCode: CallbackCode;
  /** What CleverTap is told of a freeform message, where that differs. */
  freeformCode?: CallbackCode;
  /** The least wait before the next try, in milliseconds. */
  retryAfterMs?: number;
  /** The most tries after the first. */
  maxRetries?: number;
}

const OTHER: FailureRule = { action: 'never', callbackCode: 1009 };
const BAD_CREDENTIAL: FailureRule = { action: 'stop', callbackCode: 1000 };
const NO_CREDIT: FailureRule = { action: 'stop', callbackCode: 1009 };
const TEMPLATE: FailureRule = { action: 'never', callbackCode: 1001 };
const BAD_NUMBER: FailureRule = { action: 'never', callbackCode: 1002 };
const TOO_MANY: FailureRule = { action: 'retry', callbackCode: 1004 };

const PERMISSION_CODES = Array.from({ length: 100 }, (_, index) => 200 + index);

/** Meta's codes (Cloud API, "Error codes"), which AiSensy passes on in its answers and reports. */
const BY_CODE: ReadonlyMap<number, FailureRule> = new Map(([
  [[0, 190, 3, 10, ...PERMISSION_CODES, 131005], BAD_CREDENTIAL],
  [[33, 131045, 133010], BAD_CREDENTIAL],
  [[1, 2, 131000, 131016, 133004, 131057], { action: 'retry', callbackCode: 1009 }],
  [[4, 80007, 130429], TOO_MANY],
  [[131056], { ...TOO_MANY, retryAfterMs: 6_000 }],
  [[131048, 131064], { action: 'stop', callbackCode: 1010 }],
  [[368, 131031], { action: 'stop', callbackCode: 1010 }],
  [[130472, 130497, 131049], { action: 'never', callbackCode: 1010 }],
  [[131050], { action: 'never', callbackCode: 1006 }],
  [[131026], { action: 'never', callbackCode: 1005 }],
  [[131021, 131030, 131062], BAD_NUMBER],
  [[131047], { action: 'never', callbackCode: 1008 }],
  [[131051, 137000], { action: 'never', callbackCode: 1007 }],
  [[100, 131008, 131009, 135000], { ...TEMPLATE, freeformCode: 1009 }],
  [[131052, 131053], { action: 'retry', maxRetries: 1, callbackCode: 1001, freeformCode: 1009 }],
  [[132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018], TEMPLATE],
  [[132068], OTHER],
  [[132069], { action: 'wait', callbackCode: 1009 }],
  [[134100, 134102, 131055, 131063], TEMPLATE],
  [[134101], { action: 'wait', retryAfterMs: 600_000, callbackCode: 1001 }],
  [[131037, 131042, 134011], { action: 'stop', callbackCode: 1009 }],
] satisfies [number[], FailureRule][]).flatMap(([codes, rule]) => codes.map((code) => [code, rule])));

/** AiSensy's own refusals, which it tells in words: its answers carry no code, or only the HTTP status again. */
const BY_TEXT: readonly [RegExp, FailureRule][] = [
  [/invalid (?:token|api ?key|credentials?)|unauthori[sz]ed/i, BAD_CREDENTIAL],
  [/no plan active|insufficient .*credits?\b/i, NO_CREDIT],
  [/template params? do(?:es)? ?n(?:o|')t match|media url missing|campaign (?:does not exist|is not live)/i, TEMPLATE],
  [/invalid (?:phone )?number/i, BAD_NUMBER],
  [/too many requests|rate limit/i, TOO_MANY],
];

/** The HTTP statuses that say enough by themselves. */
const BY_STATUS: ReadonlyMap<number, FailureRule> = new Map([
  [401, BAD_CREDENTIAL],
  [402, NO_CREDIT],
  [403, BAD_CREDENTIAL],
  [429, TOO_MANY],
]);

/** What an answer or a report shows of a failure; whatever is missing is left out. */
export interface FailureSigns {
  /** Meta's or AiSensy's code: a number, a number in text, or some other name. */
  code?: unknown;
  /** AiSensy's words. */
  text?: unknown;
  /** The HTTP status of the answer. */
  status?: number;
}

/** The rule for a failure: by its code, else by its words, else by its HTTP status, else "other, never again". */
export function failureRule({ code, text, status }: FailureSigns): FailureRule {
  return BY_CODE.get(numberOf(code)) ?? ruleByText(firstText(text)) ?? BY_STATUS.get(status ?? 0) ?? OTHER;
}

/**
 * The reason that CleverTap is told, the original code in front of its title: `131026: Message undeliverable`. A code that
 * is not in the table is 1009.
 */
export function failureFromCode(code: unknown, title: unknown, { freeform = false }: { freeform?: boolean } = {}): FailureReason {
  const { callbackCode, freeformCode = callbackCode } = failureRule({ code, text: title });
  return { code: freeform ? freeformCode : callbackCode, title: titled(firstText(code), firstText(title)) };
}

function titled(code: string | undefined, title: string | undefined): string {
  const words = oneLine(title ?? '', 300);
  if (code === undefined || words?.startsWith(`${code.trim()}:`)) return words ?? 'No reason was given';
  return words === undefined ? code.trim() : `${code.trim()}: ${words}`;
}

function ruleByText(text: string | undefined): FailureRule | undefined {
  return text === undefined ? undefined : BY_TEXT.find(([pattern]) => pattern.test(text))?.[1];
}

/** NaN, which no table holds, where the code is no number. An empty code is none, not zero. */
function numberOf(code: unknown): number {
  return Number(firstText(code) ?? NaN);
}
