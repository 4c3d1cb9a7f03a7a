import { StoredMessage } from '../message-records.ts';
import type { SqlValue } from './driver.ts';

const COLUMNS = ['seq', 'account', 'msg_id', 'origin', 'recipient', 'summary', 'accepted_at'];

/** How many columns of a row are the message's. */
export const MESSAGE_WIDTH = COLUMNS.length;

/** The columns of a message, which a row begins with. */
export function messageColumns(table: string): string {
  return COLUMNS.map((column) => `${table}.${column}`).join(', ');
}

/** The message that a row begins with. */
export function storedMessage(row: SqlValue[]): StoredMessage {
  const [seq, account, msgId, origin, to, summary, acceptedAt] = row;
  return new StoredMessage({
    seq: Number(seq), account: String(account), msgId: String(msgId), origin: origin as StoredMessage['origin'], to: String(to), summary: String(summary),
    acceptedAt: Number(acceptedAt),
  });
}
