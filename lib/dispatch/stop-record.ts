import type { CallbackRecord } from '../ledger/ledger-records.ts';
import type { StoredMessage } from '../ledger/message-records.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import { saysStop } from '../messages/preference.ts';

/** For the ledger: that a person has stopped marketing messages, where a refusal says so; else nothing. */
export function stopRecord({ account, msgId, to }: StoredMessage, reason: FailureReason | undefined, at: number, listenerLanes: string[]): CallbackRecord | undefined {
  if (reason === undefined || !saysStop(reason)) return undefined;
  const preference = { from: to, at, change: 'stop' as const, category: 'marketing_messages', detail: reason.title, refused: [msgId] };
  return { accounts: [account], reports: [], preferences: [{ preference, account, listenerLanes }], at, parkForMs: 0 };
}
