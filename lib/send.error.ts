/** Why the bridge did not do what its host asked of it. */
export type SendErrorCode = 'invalid-phone-number' | 'invalid-msg-id' | 'invalid-content' | 'unknown-account' | 'conflict' | 'overloaded';

/**
 * Thrown by `WhatsAppBridge` where it cannot do as asked: by `send()`, which then has kept and sent nothing, and wherever an account is named that
 * there is not, or a phone number that is none.
 */
export class SendError extends Error {
  constructor(readonly code: SendErrorCode, message: string) {
    super(message);
    this.name = 'SendError';
  }
}
