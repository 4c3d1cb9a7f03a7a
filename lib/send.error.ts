/** What is wrong with a request of the host's; `overloaded`: nothing is, but the backlog or the disk has no room for it. */
export type SendErrorCode = 'invalid-phone-number' | 'invalid-msg-id' | 'invalid-content' | 'unknown-account' | 'conflict' | 'overloaded';

/**
 * `WhatsAppBridge` and `DeadLetters` reject with it where the request itself is wrong, such as a number that is none or an account that there is
 * not, and `send()` also where there is no room. Nothing was done.
 */
export class SendError extends Error {
  constructor(readonly code: SendErrorCode, message: string) {
    super(message);
    this.name = 'SendError';
  }
}
