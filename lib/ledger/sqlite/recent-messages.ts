import type { StoredMessage } from '../message-records.ts';

/** Enough that AiSensy's answer and the reports of a message find it here some seconds later, at thousands of messages a second; about ten megabytes. */
const MOST = 16_000;
/** In characters; a message with a longer summary is not remembered. */
const LONGEST_SUMMARY = 500;

/**
 * A cache of the messages that were asked for last: each is followed within seconds by an answer of AiSensy's and three reports, which would
 * each read it again. Only what is in the file may be in here, so it is emptied where rows are rolled back or changed by others.
 */
export class RecentMessages<T extends StoredMessage> {
  private newer = new Generation<T>();
  /** Dropped as a whole when the newer one is full: a `Map` that lost its oldest entry each time would search for it among deleted ones. */
  private older = new Generation<T>();

  get(seq: number): T | undefined {
    return this.newer.bySeq.get(seq) ?? this.older.bySeq.get(seq);
  }

  find(account: string, msgId: string): T | undefined {
    const message = this.newer.byMsgId.get(msgId) ?? this.older.byMsgId.get(msgId);
    return message?.account === account ? message : undefined;
  }

  keep(message: T): T {
    if (message.summary.length > LONGEST_SUMMARY) return message;
    if (this.newer.bySeq.size >= MOST / 2) {
      this.older = this.newer;
      this.newer = new Generation();
    }
    this.newer.bySeq.set(message.seq, message);
    this.newer.byMsgId.set(message.msgId, message);
    return message;
  }

  clear(): void {
    this.newer = new Generation();
    this.older = new Generation();
  }
}

class Generation<T> {
  readonly bySeq = new Map<number, T>();
  /** Where two accounts use the same id at the same time, only one is cached. A key with the account would have to be joined at each look-up. */
  readonly byMsgId = new Map<string, T>();
}
