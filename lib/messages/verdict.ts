import type { FailureReason } from './failure-reason.ts';

/** What one attempt to hand a message to AiSensy showed. */
export type Verdict =
  /** AiSensy took it. `names` are the ids that AiSensy gave it, none where its answer holds none. */
  | { kind: 'taken'; names: string[] }
  /** AiSensy will not take it. `scope: 'account'` says that it will take none of this account's for now. */
  | { kind: 'refused'; reason: FailureReason; scope?: 'account' }
  /** Nothing was sent, or AiSensy asks to come again. `scope: 'account'` says that it is not about this message: AiSensy cannot be reached, or is asked too much. */
  | { kind: 'retryable'; reason: FailureReason; retryAfterMs?: number; scope?: 'account' }
  /** Bytes left and no answer told what became of them: it may have been sent. Never tried again blindly. `names` are ids that came all the same. */
  | { kind: 'unknown'; reason: FailureReason; names?: string[] };
