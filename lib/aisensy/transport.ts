import type { Verdict } from '../messages/verdict.ts';

/** A message as a transport needs it. */
export interface TransportMessage {
  /** CleverTap's id, or the host's own. */
  msgId: string;
  /** The person's number, E.164. */
  to: string;
  /** The account's WhatsApp number, E.164. */
  account: string;
  /** The message in CleverTap's wire form. */
  wire: Uint8Array;
  /** A message of the 24-hour window, no template: some of Meta's codes mean another thing for it. */
  freeform?: boolean;
  /** Attempts made before. Without it, what may be tried once more is refused at once. */
  attempts?: number;
}

/** A way to hand an outbound message to AiSensy, for one account. */
export interface Transport {
  /** The option's value that chooses it: `clevertap`. */
  readonly name: string;
  /** Makes one attempt and never throws. An aborted one is retryable where nothing had left yet, else unknown. */
  send(message: TransportMessage, signal?: AbortSignal): Promise<Verdict>;
  /** Gives its connections back, after what is in flight or, where that takes longer, after `withinMs` (5,000). */
  close?(withinMs?: number): Promise<void>;
}

/** The transports, by account number. */
export const TRANSPORTS = Symbol.for('nestjs-whatsapp-bridge:transports');
