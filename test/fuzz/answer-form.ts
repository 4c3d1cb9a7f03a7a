import { BODY_LIMITS } from './accounts.ts';
import type { FuzzInput } from './fuzz-input.ts';

/** What came back for an input. */
export interface FuzzAnswer {
  status: number;
  contentType: string;
  text: string;
  /** How long it took, in milliseconds. */
  tookMs: number;
  /** How much of the processor's time this process took meanwhile, in milliseconds. */
  workedMs: number;
}

/** CleverTap counts a later answer as lost ("Generic WhatsApp"), AiSensy tries again and switches off ("Webhooks"). */
const DEADLINES_MS = { messages: 1_000, callback: 5_000 };

/** How often a deadline may pass while the machine works for somebody else: then it is not the bridge that is slow. */
const PATIENCE = 5;

const SUCCESS = '{"status":"success"}';

type Fields = Record<string, unknown>;

/** Whether an answer came too late, in words. */
export function latenessOf(input: FuzzInput, { tookMs, workedMs }: FuzzAnswer): string | undefined {
  if (Math.min(tookMs, Math.max(workedMs, tookMs / PATIENCE)) <= DEADLINES_MS[input.route]) return undefined;
  return `was answered after ${Math.round(tookMs)} ms, ${Math.round(workedMs)} of them at work`;
}

/** What is wrong with an answer; nothing where it is as the contract has it. */
export function faultOf(input: FuzzInput, { status, contentType, text }: FuzzAnswer): string | undefined {
  if (status >= 500) return `was answered ${status}`;
  if (!/^application\/json(;|$)/.test(contentType)) return `was answered as "${contentType}"`;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return 'was answered with something else than JSON';
  }
  if (!isFields(body)) return 'was answered with something else than a JSON object';
  // Fastify tells a path with a slash behind it from one without.
  if (status === 404) return /\/(\?|$)/.test(input.path) ? undefined : 'was not found';
  if (input.authentic && input.sound && !(input.route === 'messages' ? text === SUCCESS : status === 200)) return 'was not taken, and there is nothing wrong with it';
  return input.route === 'messages' ? faultOfMessage(input, status, body) : faultOfCallback(input, status, body);
}

/** Whether the message was taken: what then has to reach AiSensy. */
export function isSuccess({ route }: FuzzInput, { status, text }: FuzzAnswer): boolean {
  return route === 'messages' && status === 200 && text === SUCCESS;
}

function faultOfMessage({ authentic }: FuzzInput, status: number, body: Fields): string | undefined {
  if (!authentic && status !== 401 && status !== 429) return `was answered ${status} without right credentials`;
  switch (status) {
    case 200:
      if (body.status === 'success') return only(body, 'status');
      return faultOfFailure(body, [2001, 2002, 2003, 2004]);
    case 401:
      return faultOfFailure(body, [2000]);
    case 403:
    case 429:
      return words(body.message) ?? only(body, 'message');
    default:
      return `was answered ${status}, which the contract does not have`;
  }
}

function faultOfFailure(body: Fields, codes: number[]): string | undefined {
  if (body.status !== 'failure' || !isFields(body.error)) return 'is neither a success nor a failure';
  if (!codes.includes(body.error.code as number)) return `has the code ${String(body.error.code)}`;
  return words(body.error.message) ?? only(body.error, 'code', 'message') ?? only(body, 'status', 'error');
}

function faultOfCallback(input: FuzzInput, status: number, body: Fields): string | undefined {
  const { authentic, method, plain } = input;
  if (status === 200) {
    // AiSensy's test passes without credentials: there is nothing in it to protect.
    const open = authentic || method === 'GET' || plain?.includes('"test.webhook"') === true;
    return open ? only(body, 'status') : 'was taken without right credentials';
  }
  if (![400, 401, 413, 429].includes(status)) return `was answered ${status}, which the contract does not have`;
  if (authentic && status === 401) return 'was refused though its credentials are right';
  if (!authentic && !isUncheckable(input) && status !== 401 && status !== 429) return `was answered ${status} without right credentials`;
  return words(body.message);
}

/** Signed, rightly or not, but without a body that could be compared with its signature. */
function isUncheckable({ headers, plain }: FuzzInput): boolean {
  return headers.includes('x-aisensy-signature') && (plain === undefined || plain.length > BODY_LIMITS.callbacks);
}

function words(message: unknown): string | undefined {
  return typeof message === 'string' && message !== '' && message.length <= 300 ? undefined : 'has no words, or too many';
}

function only(fields: Fields, ...names: string[]): string | undefined {
  const other = Object.keys(fields).find((name) => !names.includes(name));
  return other === undefined ? undefined : `holds "${other}", which the contract does not have`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
