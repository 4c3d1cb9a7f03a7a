import { Logger } from '@nestjs/common';
import type { DeliveryReport } from '../messages/delivery-report.ts';
import { type CallbackCode, NO_REASON } from '../messages/failure-reason.ts';
import { firstText, numberOf } from '../messages/json-fields.ts';
import { oneLine } from '../messages/one-line.ts';
import type { FailureReasonOptions } from '../whatsapp-bridge.options.ts';
import { codeInFront, LARGEST_CODE, withCode } from './error-code.ts';

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
  /** What it stands for, for logs and alerts, where CleverTap's code says too little. */
  means?: string;
}

const OTHER: FailureRule = { action: 'never', callbackCode: 1009 };
const BAD_CREDENTIAL: FailureRule = { action: 'stop', callbackCode: 1000 };
const NO_CREDIT: FailureRule = { action: 'stop', callbackCode: 1009, means: 'no plan or no credits' };
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
  [/template params? do(?:es)? ?n(?:o|')t match|media url missing|campaign (?:does not exist|is not live)|number of (?:\w+ )?param/i, TEMPLATE],
  [/invalid (?:phone )?number(?! of\b)/i, BAD_NUMBER],
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

/** CleverTap's own codes, which may come in place of Meta's and need no entry. */
const CLEVERTAP_CODES = new Set([1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 2000, 2001, 2002, 2003, 2004]);

/** So many distinct codes are remembered at the most. */
const MOST_UNKNOWN = 1_000;

/**
 * The one table of failures: what to do about each, and what CleverTap is told of it. The host may change single entries. Codes that
 * it does not hold are "other" (1009), counted, and named in the log once.
 */
export class FailureReasons {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly byCode: ReadonlyMap<number, FailureRule>;
  private readonly unknown = new Map<number, number>();

  constructor(changes: Record<number, FailureReasonOptions> = {}) {
    this.byCode = new Map([...BY_CODE, ...Object.entries(changes).map(([code, change]) => changed(Number(code), change))]);
  }

  /** The rule for a failure: by its code, else by its words, else by its HTTP status, else "other, never again". */
  rule({ code, text, status }: FailureSigns): FailureRule {
    return this.byCode.get(numberOf(code) ?? NaN) ?? ruleByText(firstText(text)) ?? BY_STATUS.get(status ?? 0) ?? OTHER;
  }

  /** Whether a code stands in the table. */
  knows(code: unknown): boolean {
    return this.byCode.has(numberOf(code) ?? NaN);
  }

  /**
   * What a delivery report tells of a failure, the original code in front of its title: `131026: Message undeliverable`. Where the
   * report does not say whether its message was a freeform one, and that makes a difference, both codes are told. A code that is missing
   * may stand in front of the words.
   */
  ofReport(given: unknown, title: unknown, freeform?: boolean): Pick<DeliveryReport, 'failure' | 'freeformCode' | 'accountWide'> {
    const code = firstText(given) ?? codeInFront(firstText(title))?.toString();
    this.note(code);
    const { action, callbackCode, freeformCode = callbackCode } = this.rule({ code, text: title });
    return {
      failure: { code: freeform ? freeformCode : callbackCode, title: titled(code, firstText(title)) },
      ...(freeform === undefined && freeformCode !== callbackCode && { freeformCode }),
      ...(action === 'stop' && { accountWide: true as const }),
    };
  }

  /** Counts a code that is not in the table. */
  note(code: unknown): void {
    const number = numberOf(code) ?? NaN;
    if (!Number.isInteger(number) || number < 0 || number > LARGEST_CODE || CLEVERTAP_CODES.has(number) || this.knows(number)) return;
    const count = this.unknown.get(number);
    if (count === undefined && this.unknown.size >= MOST_UNKNOWN) return;
    this.unknown.set(number, (count ?? 0) + 1);
    if (count !== undefined) return;
    this.logger.warn(`AiSensy told of code ${number}, which is not in the table of failures: CleverTap is told 1009. The option failureReasons can hold it.`);
  }

  /** How often each code came that is not in the table. */
  get unknownCodes(): Record<number, number> {
    return Object.fromEntries(this.unknown);
  }
}

/** What is left out of a change stays; a code for CleverTap that the host has chosen holds for freeform messages too. */
function changed(code: number, { action, callbackCode }: FailureReasonOptions): [number, FailureRule] {
  const { freeformCode, ...rule } = BY_CODE.get(code) ?? OTHER;
  return [code, {
    ...rule,
    ...(action !== undefined && { action }),
    ...(callbackCode === undefined ? { freeformCode } : { callbackCode }),
  }];
}

function titled(code: string | undefined, title: string | undefined): string {
  const words = oneLine(title ?? '', 300);
  return code === undefined ? words ?? NO_REASON : withCode(code, words ?? '');
}

function ruleByText(text: string | undefined): FailureRule | undefined {
  return text === undefined ? undefined : BY_TEXT.find(([pattern]) => pattern.test(text))?.[1];
}
