import { type Fields, fieldsOf, firstText, isFields, texts } from './fields.ts';

/**
 * What the body of an answer says. The form of AiSensy's answers to CleverTap's payload is not published, so every form that
 * is known of its endpoints is taken: CleverTap's (`status`, `error.code`), AiSensy's own (`message`, `errorMessage`,
 * `aisTraceId`), the Campaign API's (`success`, `submitted_message_id`) and Meta's (`messages[].id`, `error.code`).
 */
export interface AnswerBody {
  /** Whether it says by itself, whatever the HTTP status, that the message was not taken. */
  refuses: boolean;
  /** The ids that AiSensy gave the message. */
  names: string[];
  /** CleverTap's or Meta's code of a failure. */
  code?: number;
  /** The words of a failure, exactly as they came. */
  text?: string;
  /** AiSensy's own name for the call, for its support. */
  traceId?: string;
}

/** Reads a body; one that is empty or no JSON object says nothing. */
export function readAnswer(body: string): AnswerBody {
  const answer = fieldsOf(parse(body));
  const error = fieldsOf(answer.error);
  const text = firstText(error.message, answer.message, answer.errorMessage, fieldsOf(error.error_data).details, answer.error);
  return {
    refuses: refuses(answer),
    names: [...new Set([...namesIn(answer), ...namesIn(fieldsOf(answer.data))])],
    code: toCode(error.code) ?? codeInFront(text),
    text,
    traceId: firstText(answer.aisTraceId, error.fbtrace_id),
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

function namesIn({ submitted_message_id, messageId, id, messages }: Fields): string[] {
  return texts(submitted_message_id, messageId, id, Array.isArray(messages) ? fieldsOf(messages[0]).id : undefined);
}

/** AiSensy's `errorCode` is not looked at, and 400 to 599 is none: they only repeat an HTTP status. */
function toCode(code: unknown): number | undefined {
  const number = Number(firstText(code) ?? NaN);
  return Number.isInteger(number) && (number < 400 || number > 599) ? number : undefined;
}

/** Meta's messages may carry their code: `(#131030) Recipient phone number not in allowed list`. */
function codeInFront(text: string | undefined): number | undefined {
  return toCode(/^\(?#?(\d{6})\b/.exec(text ?? '')?.[1]);
}
