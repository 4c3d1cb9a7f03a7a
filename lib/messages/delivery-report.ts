import type { CallbackCode, FailureReason } from './failure-reason.ts';

/** What a delivery report says of its message. `clicked` is an event of its own and changes no state. */
export type DeliveryStatus = 'sent' | 'delivered' | 'read' | 'failed' | 'clicked';

/** A tap on a tracked link. */
export interface LinkClick {
  url?: string;
  shortUrl?: string;
  userAgent?: string;
}

/** One status of one message, parsed from any of AiSensy's callback forms. */
export interface DeliveryReport {
  /**
   * Every id by which the report names its message, the surest first: CleverTap's `msgId` where the form carries it, else
   * AiSensy's `submitted_message_id`, `messageId`, `id`, or Meta's wamid. Never empty.
   */
  names: string[];
  status: DeliveryStatus;
  /** When it happened, in milliseconds since 1970, as the sender says; the time of receipt where it says nothing. */
  at: number;
  /** Why it failed, with status `failed` only. */
  failure?: FailureReason;
  /** The code of the failure if the message was a freeform one: Meta's form does not say whether it was. */
  freeformCode?: CallbackCode;
  /** Whether every message of the account fails alike until a person has seen to it: no payment, a locked number. */
  accountWide?: true;
  /** What was tapped, with status `clicked` only. */
  click?: LinkClick;
  /** The person's number, E.164, where the form carries it. */
  recipient?: string;
}

/** Why a report's message failed, once it is known whether it was a freeform one. */
export function failureOf({ failure, freeformCode }: Pick<DeliveryReport, 'failure' | 'freeformCode'>, freeform: boolean): FailureReason | undefined {
  return failure && freeform && freeformCode !== undefined ? { ...failure, code: freeformCode } : failure;
}

/**
 * The order in which a message's statuses outrank each other. The message's own status is the highest that was ever
 * reported, so every order and repetition of reports ends in the same state: `failed` outranks `sent` (the usual pair of a
 * failure), and a proof of delivery outranks `failed`.
 */
const RANK: Record<DeliveryStatus, number> = { clicked: 0, sent: 1, failed: 2, delivered: 3, read: 4 };

/** The rank of a status, 0 for none and for `clicked`. */
export function statusRank(status: DeliveryStatus | undefined): number {
  return status === undefined ? 0 : RANK[status];
}
