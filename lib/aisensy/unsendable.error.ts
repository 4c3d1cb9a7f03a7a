import type { CallbackCode, FailureReason } from '../messages/failure-reason.ts';

/** A message that this way to AiSensy cannot carry: nothing is sent, rather than half of it. */
export class UnsendableError extends Error {
  readonly reason: FailureReason;

  /** `title` is shown to a marketer; it holds nothing of the message. */
  constructor(code: CallbackCode, title: string) {
    super(title);
    this.name = 'UnsendableError';
    this.reason = { code, title };
  }
}
