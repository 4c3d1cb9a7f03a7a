import type { PostResult } from '../wire/http-client.ts';

/**
 * What one message counts as in a campaign: `success`; `refused` by the provider's answer; `http-error` for every status but
 * 200; `unreadable` for a 200 that holds neither; `no-answer` for a connection that failed; `late` for everything that came
 * after the deadline, success included ("Generic WhatsApp": counted as *generic miscellaneous error*).
 */
export type SendOutcome = 'success' | 'refused' | 'http-error' | 'unreadable' | 'no-answer' | 'late';

/** An answer as CleverTap reads it. */
export interface ReadAnswer {
  outcome: SendOutcome;
  /** The code of a refusal: 2000 to 2004. */
  code?: number;
}

/** Reads an answer: the body counts where the HTTP status is 200, and nothing counts after the deadline. */
export function readAnswer(result: PostResult, deadlineMs: number): ReadAnswer {
  if (result.ms > deadlineMs) return { outcome: 'late' };
  if (result.status === 0) return { outcome: 'no-answer' };
  if (result.status !== 200) return { outcome: 'http-error' };
  const body = parseJson(result.text) as { status?: unknown; error?: { code?: unknown } } | undefined;
  if (body?.status === 'success') return { outcome: 'success' };
  if (body?.status !== 'failure') return { outcome: 'unreadable' };
  const code = body.error?.code;
  return typeof code === 'number' ? { outcome: 'refused', code } : { outcome: 'unreadable' };
}

/** The JSON value, or `undefined` where the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
