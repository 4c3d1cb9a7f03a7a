import type { DeliveryStatus, LinkClick } from '../messages/delivery-report.ts';
import type { DispatchOutcome } from '../messages/dispatch-outcome.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import type { InboundMessage } from '../messages/inbound-message.ts';
import type { MessageSummary } from '../messages/message-summary.ts';
import type { Preference } from '../messages/preference.ts';

/** Told to `@OnDispatch` listeners and `dispatches$` once for each outcome of a message. An attempt that is made again is none. */
export interface DispatchEvent {
  /** The account's nickname. */
  account: string;
  message: MessageSummary;
  outcome: DispatchOutcome;
  /** When the bridge recorded it. */
  at: Date;
  /** Why, for every outcome but `dispatched`. */
  reason?: FailureReason;
}

/** Told to `@OnDeliveryReport` listeners and `deliveryReports$` once for each distinct status of a message. */
export interface DeliveryReportEvent {
  /** The account's nickname. */
  account: string;
  /** CleverTap's id or the host's own, or the provider's name for a message that the bridge never sent. */
  msgId: string;
  status: DeliveryStatus;
  /** When it happened, as AiSensy says. */
  at: Date;
  failure?: FailureReason;
  click?: LinkClick;
  /** The message reported on; absent where the bridge never sent it. */
  message?: MessageSummary;
}

/** Told to `@OnInboundMessage` listeners and `inboundMessages$` once for each message of a person. */
export interface InboundMessageEvent extends Omit<InboundMessage, 'at' | 'replyTo'> {
  /** The account's nickname. */
  account: string;
  at: Date;
  /** The msgId of the message replied to, where the bridge sent it; else the provider's id as it came. */
  replyTo?: string;
}

/**
 * Told to `@OnPreference` listeners and `preferences$` when a person stops or resumes marketing messages: by WhatsApp's own switch
 * (Meta, "user_preferences"), or known by a message that WhatsApp refused for it (error 131050).
 */
export interface PreferenceEvent extends Omit<Preference, 'at' | 'refused'> {
  /** The account's nickname. */
  account: string;
  at: Date;
  /** The message that was refused for it: CleverTap's id or the host's own, or the provider's name where the bridge never sent it. */
  msgId?: string;
}

/** The kinds of event, and what a listener of each is told. */
export interface BridgeEvents {
  dispatch: DispatchEvent;
  'delivery-report': DeliveryReportEvent;
  'inbound-message': InboundMessageEvent;
  preference: PreferenceEvent;
}

export type BridgeEventKind = keyof BridgeEvents;

/** Something that a person should look at, told to `alerts$`. */
export interface BridgeAlert {
  /**
   * `dispatch-paused`: AiSensy refuses the whole account (bad key, no credits, number blocked) or is not well; messages wait, and the
   * lane tries again by itself. `dispatch-resumed`: it takes messages again. `account-failing`: AiSensy takes messages, but reports that they fail for a
   * reason of the account's own (no payment, a locked number), as all others will; told once an hour at the most.
   */
  kind: 'dispatch-paused' | 'dispatch-resumed' | 'account-failing';
  /** The account's nickname. */
  account: string;
  at: Date;
  /** Why, in the bridge's own words, which hold nothing of a message; for every kind but `dispatch-resumed`. */
  reason?: string;
  /** With `dispatch-paused`: when AiSensy is tried again. */
  until?: Date;
}
