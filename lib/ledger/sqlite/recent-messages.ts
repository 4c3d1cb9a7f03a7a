import type { StoredMessage } from '../message-records.ts';

/** So many that AiSensy's answer and the reports of one message find it here, at some thousand messages a second; a few megabytes. */
const MOST = 5_000;
/** Characters of a summary that is remembered. */
const LONGEST_SUMMARY = 500;

/**
 * The messages that were asked for last: an answer of AiSensy's and three reports follow each within seconds, and each would read it anew.
 * Only what is in the file may be in here, so it is emptied wherever rows are taken back or changed behind its back.
 */
export class RecentMessages<T extends StoredMessage> {
  private readonly bySeq = new Map<number, T>();
  private readonly byMsgId = new Map<string, T>();

  get(seq: number): T | undefined {
    return this.bySeq.get(seq);
  }

  find(account: string, msgId: string): T | undefined {
    return this.byMsgId.get(keyOf(account, msgId));
  }

  keep(message: T): T {
    if (message.summary.length > LONGEST_SUMMARY) return message;
    this.bySeq.set(message.seq, message);
    this.byMsgId.set(keyOf(message.account, message.msgId), message);
    if (this.bySeq.size > MOST) this.drop(this.bySeq.values().next().value!);
    return message;
  }

  clear(): void {
    this.bySeq.clear();
    this.byMsgId.clear();
  }

  private drop({ seq, account, msgId }: T): void {
    this.bySeq.delete(seq);
    this.byMsgId.delete(keyOf(account, msgId));
  }
}

function keyOf(account: string, msgId: string): string {
  return `${account} ${msgId}`;
}
