import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { MessageContent } from '../messages/outbound-message.ts';
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
  wire: string;
  /** The same in the bridge's own form. May be read from `wire` when it is asked for, so only a transport that needs it asks. */
  readonly content: MessageContent;
  /** A message of the 24-hour window, no template: some of Meta's codes mean another thing for it. */
  freeform?: boolean;
  /** Attempts made before. Without it, what may be tried once more is refused at once. */
  attempts?: number;
}

/** What a message is called. */
export interface MessageNames {
  msgId: string;
  /** AiSensy's and Meta's ids, as far as they are known. */
  names: readonly string[];
}

/** A way to hand an outbound message to AiSensy, for one account. */
export interface Transport {
  /** The option's value that chooses it: `clevertap`. */
  readonly name: string;
  /** Makes one attempt and never throws. An aborted one is retryable where nothing had left yet, else unknown. */
  send(message: TransportMessage, signal?: AbortSignal): Promise<Verdict>;
  /** Tries the account's credentials out without a send, where sending CleverTap's validation message would not show whether they are right. */
  verify?(): Promise<Verdict>;
  /**
   * Asks AiSensy what became of a message that no report tells of, where there is somebody to ask. `undefined`: AiSensy does not know
   * it, or does not say, which proves nothing. Never rejects.
   */
  lookUp?(message: MessageNames): Promise<DeliveryReport | undefined>;
  /** Gives up what is in flight and closes its connections. */
  close?(): Promise<void>;
}

/** The transports, by account number. */
export const TRANSPORTS = Symbol.for('nestjs-whatsapp-bridge:transports');
