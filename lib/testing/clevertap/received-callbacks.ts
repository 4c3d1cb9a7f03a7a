import { count, countsInWords, type Counts } from '../wire/counts.ts';
import type { CallbackMessage, CallbackStatus, Unreadable } from './callback-reader.ts';

/** A status that came to the delivery report callback. */
export interface ReceivedStatus extends Omit<CallbackStatus, 'msgId'> {
  /** When it came, in milliseconds since 1970. */
  at: number;
  /** Whether the same status of the same message had come before (a click: the same link at the same second). */
  duplicate: boolean;
}

/** A person's message that came to the inbound message callback. */
export interface ReceivedInbound extends CallbackMessage {
  at: number;
  /** Whether a campaign had targeted the person before: CleverTap records the message only then. */
  targeted: boolean;
  duplicate: boolean;
}

/** A callback, or an element of one, that CleverTap would not count. */
export interface RejectedCallback extends Unreadable {
  at: number;
  endpoint: 'delivery-reports' | 'inbound-messages';
}

/** Everything that came to the two callback URLs. */
export class ReceivedCallbacks {
  /** By msgId, in the order of arrival, duplicates included. */
  readonly statuses = new Map<string, ReceivedStatus[]>();
  readonly inbound: ReceivedInbound[] = [];
  readonly rejected: RejectedCallback[] = [];
  /** Statuses in the expected form, duplicates included. */
  statusCount = 0;
  /** Statuses and inbound messages that had come before. */
  duplicates = 0;
  /** Messages by the msgId that they reply to. */
  readonly replies = new Map<string, ReceivedInbound[]>();
  private readonly byStatus: Counts = {};
  private readonly inboundKeys = new Set<string>();

  addStatus(status: CallbackStatus, at: number): ReceivedStatus {
    const { msgId, ...rest } = status;
    let list = this.statuses.get(msgId);
    if (!list) this.statuses.set(msgId, (list = []));
    const received: ReceivedStatus = { ...rest, at, duplicate: list.some((earlier) => same(earlier, status)) };
    list.push(received);
    this.statusCount += 1;
    if (received.duplicate) this.duplicates += 1;
    count(this.byStatus, status.status);
    return received;
  }

  addInbound(message: CallbackMessage, at: number, targeted: boolean): ReceivedInbound {
    const { from, timestamp, type, replyTo, content } = message;
    const key = JSON.stringify([from, timestamp, type, replyTo, content]);
    const received: ReceivedInbound = { ...message, at, targeted, duplicate: this.inboundKeys.has(key) };
    this.inboundKeys.add(key);
    this.inbound.push(received);
    if (received.duplicate) this.duplicates += 1;
    if (replyTo !== undefined) {
      const replies = this.replies.get(replyTo);
      if (replies) replies.push(received);
      else this.replies.set(replyTo, [received]);
    }
    return received;
  }

  clear(): void {
    this.statuses.clear();
    this.replies.clear();
    this.inboundKeys.clear();
    this.inbound.length = 0;
    this.rejected.length = 0;
    this.statusCount = 0;
    this.duplicates = 0;
    for (const status of Object.keys(this.byStatus)) delete this.byStatus[status];
  }

  /** What came, in words for the error of a wait that was in vain. */
  inWords(): string {
    const last = this.rejected.at(-1);
    return [
      `${this.statusCount} statuses (${countsInWords(this.byStatus)})`,
      `${this.inbound.length} inbound messages`,
      `${this.duplicates} duplicates`,
      `${this.rejected.length} rejected${last ? ` (the last since ${last.reason})` : ''}`,
    ].join(', ');
  }
}

function same(earlier: ReceivedStatus, status: CallbackStatus): boolean {
  if (earlier.status !== status.status) return false;
  return status.status !== 'clicked' || (earlier.timestamp === status.timestamp && earlier.url === status.url);
}
