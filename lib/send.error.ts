/** What is wrong with a request of the host's; `overloaded`: nothing is, but the backlog has no room for it. */
export type SendErrorCode = 'invalid-phone-number' | 'invalid-msg-id' | 'unknown-account' | 'conflict' | 'overloaded';

/**
 * `WhatsAppBridge`'s `send()`, `message()`, `settle()` and `forget()` fail with it where the request itself is wrong, and `send()` also where the
 * backlog has no room. Nothing was done.
 */
export class SendError extends Error {
  constructor(readonly code: SendErrorCode, message: string) {
    super(message);
    this.name = 'SendError';
  }
}
