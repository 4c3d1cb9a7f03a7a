import type { MessageSummary } from '../messages/message-summary.ts';

/**
 * Why work will not be tried again by itself: AiSensy refused a message (`refused`), its outcome never became known (`unknown`),
 * its time was over before it could be sent (`expired`), CleverTap's callback never took something (`relay`), a listener gave it up
 * (`listener`), no message matched a report (`unmatched`), a callback's element could not be read (`unreadable`).
 */
export type DeadLetterKind = 'refused' | 'unknown' | 'expired' | 'relay' | 'listener' | 'unmatched' | 'unreadable';

/** Work that will not be tried again by itself, kept whole with its reason. */
export interface DeadLetter {
  id: number;
  kind: DeadLetterKind;
  /** The account's nickname, where the account is known; the number of one that is configured no more. */
  account?: string;
  /** The listener's or the relay's lane, where it had one. */
  lane?: string;
  /** The message, or the message that a report belongs to. */
  message?: MessageSummary & { acceptedAt: Date };
  reason: string;
  at: Date;
  /** The report, the inbound message or the unread element as it came; for a message its content in CleverTap's form. */
  payload: unknown;
}

/** Which dead letters; without a field, all. */
export interface DeadLetterFilter {
  ids?: number[];
  kind?: DeadLetterKind;
  /** The account's nickname; the number of one that is configured no more. The ledger itself is given the number. */
  account?: string;
  msgId?: string;
  /** Only those laid down before. */
  before?: Date;
  /** The most to return, to put back or to throw away; 100. */
  limit?: number;
  /** Only those with a larger id, for paging. */
  after?: number;
}
