import type { FailureReason } from '../messages/failure-reason.ts';
import type { OutboundMessage } from '../messages/outbound-message.ts';

/** Where the edges hand outbound messages in. */
export const SUBMISSIONS = Symbol.for('nestjs-whatsapp-bridge:submissions');

/** Takes messages that are to be sent. Both methods reject only where the message, or AiSensy's refusal of it, could not be recorded. Times are milliseconds since 1970. */
export interface SubmissionPort {
  /** Keeps a message durably and dispatches it. `arrivedAt` is when its request came: the caller's deadline runs from there. */
  submit(message: OutboundMessage, arrivedAt: number): Promise<SubmissionAnswer>;
  /** Tries out an account's credentials with CleverTap's validation of the provider: nothing is kept, nothing reaches a person. */
  validate(message: OutboundMessage, arrivedAt: number): Promise<SubmissionAnswer>;
}

/** What the caller of the dispatch service is told of a message that it handed in. */
export type SubmissionAnswer =
  /** The message is durable; or AiSensy has taken it already. */
  | { kind: 'accepted' }
  /** AiSensy refused it before the answer was due; `unkept`: it does not fit its template, so AiSensy was not even asked. */
  | { kind: 'refused'; reason: FailureReason; unkept?: true }
  /** The same msgId came before with another body: this one is not sent. */
  | { kind: 'conflict' }
  /** The backlog's limit is reached: nothing was kept. */
  | { kind: 'overloaded' };
