import { TEST_MSG_ID } from '../messages/outbound-message.ts';

/** Whether a message goes before its account's campaigns: a reply in somebody's chat, or a test, need not queue behind them. */
export function overtakes(msgId: string, freeform: boolean): boolean {
  return freeform || msgId === TEST_MSG_ID;
}
