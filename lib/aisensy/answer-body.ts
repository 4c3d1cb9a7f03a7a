import { codeInFront } from './error-code.ts';
import { type Fields, fieldsOf, firstText, isFields, texts } from './fields.ts';

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

/** Reads a body; one that is empty or no JSON object says nothing. */
export function readAnswer(body: string): AnswerBody {
  const answer = fieldsOf(parse(body));
  const error = fieldsOf(answer.error);
  const status = statusIn(answer);
  const words = firstText(error.message, answer.message, answer.errorMessage, answer.error);
  const details = firstText(fieldsOf(error.error_data).details);
  const text = details === undefined || words?.includes(details) ? words : texts(words, details).join(': ');
  return {
    refuses: refuses(answer) || status !== undefined,
    names: [...new Set([...namesIn(answer), ...namesIn(fieldsOf(answer.data))])],
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

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function refuses({ status, success, error, errorMessage }: Fields): boolean {
  const verdict = [success, status].map(said).find((word) => word !== undefined) ?? '';
  if (/^(false|fail|err|rej|[45]\d\d$)/.test(verdict)) return true;
  if (/^(true|success|ok$)/.test(verdict)) return false;
  return firstText(error, errorMessage) !== undefined || (isFields(error) && Object.keys(error).length > 0);
}

/** `"true"` is as good as `true`: AiSensy writes both. */
function said(value: unknown): string | undefined {
  return typeof value === 'boolean' ? String(value) : firstText(value)?.trim().toLowerCase();
}

/** `{"name":"ERR401"}` of the Project API, `{"errorCode":400}` of the Campaign API. */
function statusIn({ name, errorCode }: Fields): number | undefined {
  const status = Number(/^ERR([45]\d\d)$/.exec(firstText(name) ?? '')?.[1] ?? firstText(errorCode) ?? NaN);
  return status >= 400 && status <= 599 ? status : undefined;
}

function namesIn({ submitted_message_id, messageId, id, messages }: Fields): string[] {
  return texts(submitted_message_id, messageId, id, Array.isArray(messages) ? fieldsOf(messages[0]).id : undefined);
}

/** Meta's have six digits at the most; a longer number may be a person's. */
const LARGEST_CODE = 999_999;

/** AiSensy's `errorCode` is none, nor is 400 to 599: they only repeat an HTTP status. */
function toCode(code: unknown): number | undefined {
  const number = Number(firstText(code) ?? NaN);
  return Number.isInteger(number) && Math.abs(number) <= LARGEST_CODE && (number < 400 || number > 599) ? number : undefined;
}
