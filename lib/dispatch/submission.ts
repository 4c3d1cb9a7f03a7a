import type { FailureReason } from '../messages/failure-reason.ts';

/** What the caller of the dispatch service is told of a message that it handed in. */
export type SubmissionAnswer =
  /** The message is durable; or AiSensy has taken it already. */
  | { kind: 'accepted' }
  /** AiSensy refused it before the answer was due. */
  | { kind: 'refused'; reason: FailureReason }
  /** The same msgId came before with another body: this one is not sent. */
  | { kind: 'conflict' }
  /** The backlog's limit is reached, or the bridge is stopping: nothing was kept. */
  | { kind: 'overloaded' };
