import type { DispatchOutcome } from '../messages/dispatch-outcome.ts';
import type { DeliveryStatus } from '../messages/delivery-report.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import type { MessageOrigin } from '../messages/outbound-message.ts';

/** Where a message stands on its way to AiSensy. `unknown` is left only by evidence: a report, the account's policy, an operator. */
export type MessageState = 'accepted' | 'dispatching' | 'dispatched' | 'rejected' | 'unknown' | 'expired';

/** One thing that happened to a message. */
export interface MessageStep {
  /** `accepted`; an attempt's outcome (`dispatched`, `rejected`, `unknown`, `expired`, `retry`); or a report's status. */
  step: 'accepted' | 'retry' | DispatchOutcome | DeliveryStatus;
  /** When it happened, as its source says. */
  at: Date;
  /** When the bridge wrote it down. */
  recordedAt: Date;
  reason?: FailureReason;
  /** For a report: when CleverTap's callback took it; absent while it is owed, or where it is not for CleverTap. */
  relayedAt?: Date;
}

/** A message's whole life, as `WhatsAppBridge.message(msgId)` tells it. */
export interface MessageHistory {
  msgId: string;
  /** The account's nickname; the ledger itself tells its number. */
  account: string;
  origin: MessageOrigin;
  to: string;
  state: MessageState;
  /** The highest status reported. */
  status?: DeliveryStatus;
  /** AiSensy's ids for the message. */
  names: string[];
  acceptedAt: Date;
  /** In the order in which they were written down. */
  steps: MessageStep[];
}
