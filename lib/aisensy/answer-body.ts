import { fieldsOf, firstText, type JsonObject, numberOf, parseJson, texts } from '../messages/json-fields.ts';
import { codeInFront, LARGEST_CODE } from './error-code.ts';

/**
 * What the body of an answer says. The form of AiSensy's answers to CleverTap's payload is not published, and its other APIs answer
 * in several, so every form that is known is taken: CleverTap's (`status`, `error.code`), AiSensy's own (`message`, `errorMessage`,
 * `aisTraceId`), the Campaign API's (`success`, `submitted_message_id`) and Meta's (`messages[].id`, `error.code`).
 */
export interface AnswerBody {
  /** Whether it says by itself, whatever the HTTP status, that the message was not taken. */
  readonly refuses: boolean;
  /** The ids that AiSensy gave the message. */
  readonly names: readonly string[];
  /** CleverTap's or Meta's code of a failure. */
  readonly code?: number;
  /** The words of a failure, exactly as they came. */
  readonly text?: string;
  /** The HTTP status that AiSensy names in the body, where the answer's own may say less: `ERR401`. */
  readonly status?: number;
  /** AiSensy's own name for the call, for its support. */
  readonly traceId?: string;
}

/** Reads a body; one that is empty or no JSON object says nothing. What stands in its `data` counts where the rest gives no verdict. */
export function readAnswer(body: string): AnswerBody {
  const answer = fieldsOf(parseJson(body));
  const data = fieldsOf(answer.data);
  const names = [...new Set([...namesIn(answer), ...namesIn(data)])];
  const refused = refusesIn(answer, names) ?? refusesIn(data, names);
  const told = refused ? errorIn(answer) ?? errorIn(data) : answer.error;
  const error = fieldsOf(told);
  const status = statusIn(answer, error, refused);
  const words = firstText(error.message, answer.message, answer.errorMessage, told, data.message, data.errorMessage);
  const details = firstText(fieldsOf(error.error_data).details);
  const text = details === undefined || words?.includes(details) ? words : texts(words, details).join(': ');
  return {
    refuses: refused === true || status !== undefined,
    names,
    code: toCode(error.code) ?? codeInFront(text),
    text,
    status,
    traceId: firstText(answer.aisTraceId, error.fbtrace_id),
  };
}

/** The same for one who reads many answers and is nearly always told the same: it knows its last one again. */
export function answerReader(): typeof readAnswer {
  let last: { body: string; answer: AnswerBody } | undefined;
  return (body) => {
    if (last?.body !== body) last = { body, answer: readAnswer(body) };
    return last.answer;
  };
}

/** Whether the message was not taken, as far as these fields say. A list of errors beside the id of a message may be about something else. */
function refusesIn(fields: JsonObject, names: readonly string[]): boolean | undefined {
  if (said(fields.success) === '0') return true; // of `success` alone: in some APIs a status of 0 is one without an error
  const verdict = [fields.success, fields.status].map(said).find((word) => word !== undefined) ?? '';
  if (/^(false|fail|err|rej|[45]\d\d$)/.test(verdict)) return true;
  if (/^(true|success|ok$)/.test(verdict)) return false;
  if (isYes(fields.error) || namesError(fields.error) || namesError(fields.errorMessage)) return true;
  return names.length === 0 && errorIn(fields) !== undefined ? true : undefined;
}

/** The error that is told, or the first of several: an object, or words. */
function errorIn({ error, errors }: JsonObject): unknown {
  return [error, ...(Array.isArray(errors) ? (errors as unknown[]) : [])].find(namesError);
}

/** Whether it is more than a yes or no: `"error":true` tells of an error that other fields may name, `"error":false` that there is none. */
function namesError(value: unknown): boolean {
  const word = said(value);
  return word === undefined ? Object.keys(fieldsOf(value)).length > 0 : !/^(?:true|false|[01])$/.test(word);
}

function isYes(value: unknown): boolean {
  const word = said(value);
  return word === 'true' || word === '1';
}

/** `"true"` is as good as `true`: AiSensy writes both. */
function said(value: unknown): string | undefined {
  return typeof value === 'boolean' ? String(value) : firstText(value)?.trim().toLowerCase();
}

/**
 * `{"name":"ERR401"}` of the Project API, `{"errorCode":400}` of the Campaign API; `{"statusCode":400}`, and the code of an error that
 * speaks of the account and not of the message, in an answer that does not call itself a success.
 */
function statusIn({ name, errorCode, statusCode }: JsonObject, { code }: JsonObject, refused: boolean | undefined): number | undefined {
  const own = refusalStatus(/^ERR([45]\d\d)$/.exec(firstText(name) ?? '')?.[1] ?? errorCode);
  if (own !== undefined || refused === false) return own;
  const ofAccount = refused ? refusalStatus(code) : undefined;
  return refusalStatus(statusCode) ?? (STATUSES_OF_ACCOUNT.has(ofAccount ?? 0) ? ofAccount : undefined);
}

function refusalStatus(value: unknown): number | undefined {
  const status = numberOf(value) ?? NaN;
  return status >= 400 && status <= 599 ? status : undefined;
}

function namesIn({ submitted_message_id, messageId, id, messages }: JsonObject): string[] {
  return texts(submitted_message_id, messageId, id, Array.isArray(messages) ? fieldsOf(messages[0]).id : undefined);
}

/** A wrong credential, no credit, too many requests. */
const STATUSES_OF_ACCOUNT = new Set([401, 402, 403, 429]);

/** AiSensy's `errorCode` is none, nor is 400 to 599: they only repeat an HTTP status. */
function toCode(code: unknown): number | undefined {
  const number = numberOf(code) ?? NaN;
  return Number.isInteger(number) && Math.abs(number) <= LARGEST_CODE && (number < 400 || number > 599) ? number : undefined;
}
