import type { StoredMessage } from '../message-records.ts';

/** So many that AiSensy's answer and the reports of one message find it here for some seconds, at thousands of messages a second; about ten megabytes. */
const MOST = 16_000;
/** Characters of a summary that is remembered. */
const LONGEST_SUMMARY = 500;

/**
 * The messages that were asked for last: an answer of AiSensy's and three reports follow each within seconds, and each would read it anew.
 * Only what is in the file may be in here, so it is emptied wherever rows are taken back or changed behind its back.
 */
export class RecentMessages<T extends StoredMessage> {
  private newer = new Generation<T>();
  /** Goes as a whole when the newer one is full: a map that always lost its oldest entry would have to search for it among those that are gone. */
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
  /** Of two accounts that use the same id at the same time, one is read anew. A key of both would have to be put together each time. */
  readonly byMsgId = new Map<string, T>();
}
