/** Why a message of the host's own was not sent. */
export type SendErrorCode = 'invalid-phone-number' | 'invalid-msg-id' | 'unknown-account' | 'conflict' | 'overloaded';

/** Thrown by `WhatsAppBridge.send()`: nothing was kept and nothing was sent. */
export class SendError extends Error {
  constructor(readonly code: SendErrorCode, message: string) {
    super(message);
    this.name = 'SendError';
  }
}
