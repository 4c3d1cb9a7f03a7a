import { count, type Counts } from '../wire/counts.ts';
import type { SendOutcome } from './answers.ts';
import type { SentMessage } from './campaign.ts';
import type { ReceivedCallbacks, ReceivedStatus } from './received-callbacks.ts';

/** One message from its request to the last thing heard of it. */
export interface MessageBalance {
  msgId: string;
  to: string;
  /** Absent while the answer is waited for. */
  outcome?: SendOutcome;
  /** The code of a refusal. */
  code?: number;
  /** How long the answer took, in milliseconds. */
  ms: number;
  /** Distinct statuses in the order of their first arrival. */
  statuses: ReceivedStatus['status'][];
  failure?: { code: number; title: string };
  /** Replies to it by name. */
  replies: number;
}

/** What came back of everything that was sent, and what did not. Test traffic (`0|0|0|0`) is left out: it names no message. */
export interface Balance {
  /** Distinct messages sent. */
  messages: number;
  /** Still waiting for their answer. */
  inFlight: number;
  success: number;
  refused: number;
  refusedByCode: Counts;
  /** Ended after the deadline: lost to the campaign, though reports may still come. */
  late: number;
  /** HTTP errors, unreadable answers and failed connections. */
  errors: number;
  /** Messages with at least one such status. */
  sent: number;
  delivered: number;
  read: number;
  clicked: number;
  failed: number;
  failedByCode: Counts;
  /** Messages that somebody replied to. */
  replied: number;
  /** Answered with success, and no status ever came. */
  unaccounted: number;
  unaccountedMsgIds: string[];
  /** Refused in the answer, and yet reported sent, delivered or read. */
  contradicted: number;
  /** Statuses of messages that were never sent from here, the host app's own among them. */
  foreignMsgIds: number;
  /** Statuses and inbound messages that came more than once. */
  duplicates: number;
  /** Callbacks, or elements of them, that CleverTap would not count. */
  rejected: number;
}

export function balanceOf(sent: ReadonlyMap<string, SentMessage>, received: ReceivedCallbacks): Balance {
  const balance: Balance = {
    messages: sent.size, inFlight: 0, success: 0, refused: 0, refusedByCode: {}, late: 0, errors: 0, sent: 0, delivered: 0, read: 0,
    clicked: 0, failed: 0, failedByCode: {}, replied: 0, unaccounted: 0, unaccountedMsgIds: [], contradicted: 0, foreignMsgIds: 0,
    duplicates: received.duplicates, rejected: received.rejected.length,
  };
  for (const message of sent.values()) addMessage(balance, messageBalanceOf(message, received));
  for (const msgId of received.statuses.keys()) if (!sent.has(msgId)) balance.foreignMsgIds += 1;
  return balance;
}

export function messageBalanceOf(message: SentMessage, received: ReceivedCallbacks): MessageBalance {
  const { msgId, to, outcome, code, ms } = message;
  const came = received.statuses.get(msgId) ?? [];
  const failure = came.find(({ error }) => error)?.error;
  return {
    msgId, to, outcome, ms, ...(code === undefined ? {} : { code }),
    statuses: [...new Set(came.map(({ status }) => status))], ...(failure ? { failure } : {}),
    replies: received.replies.get(msgId)?.length ?? 0,
  };
}

function addMessage(balance: Balance, message: MessageBalance): void {
  const { outcome, statuses, failure } = message;
  if (outcome === undefined) balance.inFlight += 1;
  else if (outcome === 'success') balance.success += 1;
  else if (outcome === 'late') balance.late += 1;
  else if (outcome === 'refused') {
    balance.refused += 1;
    count(balance.refusedByCode, message.code ?? 'none');
  } else balance.errors += 1;

  for (const status of statuses) balance[status] += 1;
  if (failure) count(balance.failedByCode, failure.code);
  if (message.replies > 0) balance.replied += 1;
  if (outcome === 'success' && statuses.length === 0) {
    balance.unaccounted += 1;
    balance.unaccountedMsgIds.push(message.msgId);
  }
  if (outcome === 'refused' && statuses.some((status) => status !== 'failed')) balance.contradicted += 1;
}
