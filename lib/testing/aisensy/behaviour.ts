/** What AiSensy does with one message. Plain data, so that it can be sent to another process. */
export type Behaviour = AnswerBehaviour | SilentBehaviour;

interface CommonBehaviour {
  /** How long before it does so, in milliseconds; the simulator's `delayMs` by default. */
  delayMs?: number;
  /** Whether the message goes on to the person, so that reports follow. */
  taken?: boolean;
}

/** An HTTP answer. `taken` is true by default for a status of 200 whose body holds no failure. */
export interface AnswerBehaviour extends CommonBehaviour {
  kind: 'answer';
  /** 200. */
  status?: number;
  /** JSON; what the API answers to a message that it takes. */
  body?: object;
  headers?: Record<string, string>;
}

/** No answer: `hang` keeps the connection open until the caller or the simulator ends it, `reset` drops it. `taken` is false by default. */
export interface SilentBehaviour extends CommonBehaviour {
  kind: 'hang' | 'reset';
}

/** The behaviours that AiSensy is known or suspected of, ready to be used in a plan. */
export const behaviours = {
  accept: (): AnswerBehaviour => ({ kind: 'answer' }),
  /** Accepts after so many milliseconds. */
  slow: (delayMs: number): AnswerBehaviour => ({ kind: 'answer', delayMs }),
  /** Refuses in CleverTap's answer form: codes 2000 to 2004. */
  refuse: (code = 2004, message = 'Refused'): AnswerBehaviour => ({
    kind: 'answer', body: { status: 'failure', error: { code, message } },
  }),
  /** Refuses with 400, as AiSensy does for "Invalid Number" or "Template params does not match the campaign". */
  badRequest: (message = 'Template params does not match the campaign'): AnswerBehaviour => ({
    kind: 'answer', status: 400, body: { message },
  }),
  /** 400, for every message until somebody buys a plan. */
  noPlan: (): AnswerBehaviour => accountWide(400, 'No Plan active on assistant!'),
  /** 402, for every message until somebody buys credits. */
  noCredits: (): AnswerBehaviour => accountWide(402, 'Insufficient WhatsApp Conversation Credits (WCC)!'),
  /** An error of Meta's, as the Direct and the Project API pass it on; 400. */
  metaError: (code: number, message = 'Message undeliverable', { status = 400, details = message }: { status?: number; details?: string } = {}): AnswerBehaviour => ({
    kind: 'answer', status,
    body: { error: { message: `(#${code}) ${message}`, type: 'OAuthException', code, error_data: { messaging_product: 'whatsapp', details }, fbtrace_id: 'AbCdEfGhIjK' } },
  }),
  /** 422, as the Direct API answers to a wrong token. */
  invalidToken: (): AnswerBehaviour => ({ kind: 'answer', status: 422, body: { message: 'Invalid Token!' } }),
  badCredential: (): AnswerBehaviour => ({
    kind: 'answer', status: 401, body: { status: 'failure', error: { code: 2000, message: 'Invalid credentials' } },
  }),
  /** 429, with `Retry-After` in seconds where it is given. */
  tooMany: (retryAfter?: number): AnswerBehaviour => ({
    kind: 'answer', status: 429, body: { message: 'Too many requests' },
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } }),
  }),
  /** 500; `taken` says whether the message went out all the same, which no caller can know. */
  serverError: (taken = false): AnswerBehaviour => ({ kind: 'answer', status: 500, body: { message: 'Internal Server Error' }, taken }),
  hang: (taken = false): SilentBehaviour => ({ kind: 'hang', taken }),
  /** Resets the connection without having taken the message. */
  reset: (): SilentBehaviour => ({ kind: 'reset' }),
  /** Takes the message and resets the connection instead of answering. */
  dropAnswer: (): SilentBehaviour => ({ kind: 'reset', taken: true }),
};

/** Whether the message goes on to the person. */
export function isTaken(behaviour: Behaviour): boolean {
  if (behaviour.taken !== undefined || behaviour.kind !== 'answer') return behaviour.taken ?? false;
  const { status = 200, body = {} } = behaviour;
  return status === 200 && (body as { status?: unknown }).status !== 'failure' && !('error' in body);
}

function accountWide(status: number, message: string): AnswerBehaviour {
  const aisTraceId = '00000000-0000-4000-8000-000000000000';
  return { kind: 'answer', status, body: { message, name: `ERR${status}`, errorCode: status, errorMessage: message, aisTraceId } };
}
