/**
 * Why work will not be tried again by itself: CleverTap's callback refused or never took it (`relay`), a listener gave it up
 * (`listener`), no message matched a report (`unmatched`), a callback's element could not be read (`unreadable`).
 */
export type DeadLetterKind = 'relay' | 'listener' | 'unmatched' | 'unreadable';

/** Work that will not be tried again by itself, kept whole with its reason. */
export interface DeadLetter {
  id: number;
  kind: DeadLetterKind;
  /** The account's number, where it is known. */
  account?: string;
  /** The listener's or the relay's lane, where it had one. */
  lane?: string;
  msgId?: string;
  reason: string;
  at: Date;
  /** The report, the inbound message or the unread element as it came. */
  payload: unknown;
}

/** Which dead letters; without a field, all. */
export interface DeadLetterFilter {
  kind?: DeadLetterKind;
  account?: string;
  msgId?: string;
  /** The most to return; 100. */
  limit?: number;
  /** Only those with a larger id, for paging. */
  after?: number;
}
