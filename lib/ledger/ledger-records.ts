import type { UnreadableElement } from '../messages/callback.ts';
import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import type { InboundMessage } from '../messages/inbound-message.ts';
import type { Acquaintance, Preference } from '../messages/preference.ts';
import type { DeadLetter, DeadLetterKind } from './dead-letter.ts';
import type { MessageState } from './message-history.ts';
import type { ClaimedJob, LoggedDispatch, RecordedEvent, StoredMessage } from './message-records.ts';

// What the ledger is given, and what it answers. Times are milliseconds since 1970.

/** What `recover()` needs to know. */
export interface Recovery {
  at: number;
  /** By account: how long a message of unknown outcome waits for a report, and when AiSensy is asked after it, where it can be. */
  accounts: Record<string, { unknownWaitMs: number; lookUpAfterMs?: number }>;
  /** The listeners' lanes that may want to hear what became of the messages that were on their way. */
  listenerLanes: string[];
}

/** The answer to `open()`: what the file held. */
export interface LedgerState {
  /** The library through which SQLite is spoken to. */
  driver: string;
  sqliteVersion: string;
  /** Jobs waiting, by lane. */
  waiting: Record<string, number>;
  /** What waits for AiSensy, by account. */
  backlog: Record<string, { messages: number; bytes: number }>;
}

/** What waits when the ledger is back. */
export type ResumedState = Pick<LedgerState, 'waiting' | 'backlog'>;

/** The answer to `accept()`. */
export type AcceptResult = { kind: 'new'; message: number; job: number } | RepeatResult;

/** The answer to a message whose msgId came before. */
export type RepeatResult =
  /** `refusal` is what the first one was answered, absent for success. */
  | { kind: 'repeat'; message: number; refusal?: FailureReason }
  | { kind: 'conflict' };

/** How the waiting for an unknown outcome ends. */
export interface Settlement {
  /** The ledger's number of the message. */
  message: number;
  /** The settling job, where it was the account's policy that decided. */
  job?: number;
  decision: 'sent' | 'failed' | 'resend';
  at: number;
  reason: FailureReason;
  /** With `resend`: when it may no longer be sent, and whether it overtakes the others of its lane. */
  expiresAt?: number;
  urgent?: boolean;
  listenerLanes: string[];
}

/** The answer to `settle()`. */
export interface SettlementResult {
  /** False where the message does not wait for its outcome (any more). */
  settled: boolean;
  event?: RecordedEvent;
  relayed: boolean;
  /** With `resend`: the size of the body that waits for AiSensy again. */
  bytes?: number;
}

/** A message that waits for its outcome. */
export interface UnknownMessage extends StoredMessage {
  /** When the account's policy decides. */
  settlesAt: number;
}

/** One round of looking for what has waited too long. */
export interface Sweep {
  at: number;
  /** The listeners' lanes that may want to hear of an expired message. */
  listenerLanes: string[];
}

/** The answer to `sweep()`. */
export interface SweepResult {
  events: RecordedEvent[];
  expired: number;
  unmatched: number;
}

/** The answer to `forget()`: one step of forgetting a person. */
export interface Forgotten {
  /** Messages and inbound messages that were blanked. */
  forgotten: number;
  /** Messages of theirs that no longer wait for AiSensy, by their account and their body's size. */
  left: { account: string; bytes: number }[];
  /** Where the next step begins; none when all is done. */
  next?: number;
}

/** One dead letter to put back. */
export interface Replay {
  id: number;
  at: number;
  dryRun: boolean;
  /** When a message that is sent again may no longer be sent, by its account's rule, and whether it overtakes the others of its lane. */
  expiresAt?: number;
  urgent?: boolean;
  /** The listeners' lanes that want to hear where an unmatched report now shows that its message went out. */
  settledLanes?: string[];
}

/**
 * The answer to `replay()`: back in its lane, with the size of the body that waits again and the log's entries that came of it; or why not.
 * `gone`: there is no such letter, or it was replayed before.
 */
export type ReplayOutcome =
  | { replayed: true; bytes: number; recorded: RecordedEvent[] }
  | { replayed: false; why: 'gone' | 'settled' | 'forgotten' | 'no-lane' };

/** The answer to `claim()`. */
export interface Claim {
  jobs: ClaimedJob[];
  /** Whether more jobs are due now. */
  more: boolean;
  /** When the next job that is not due yet will be. */
  nextDue?: number;
}

/** What one attempt at AiSensy showed. */
export interface DispatchRecord {
  job: number;
  message: number;
  attempt: number;
  at: number;
  outcome: LoggedDispatch['outcome'];
  reason?: FailureReason;
  /** The provider's ids, to match reports by. */
  names: string[];
  /** With `retry`: when to try again. */
  due?: number;
  /** With `unknown`: until when a report may settle it before the account's policy does. */
  settleAt?: number;
  /** When AiSensy is to be asked after the message, unless a report comes first; never where it is left out. */
  lookUpAt?: number;
  /** With `rejected`: whether CleverTap was told in the answer to its own request; else a failed report is owed to it. */
  answered?: boolean;
  /** The listeners' lanes that want this outcome. */
  listenerLanes: string[];
  /** Those that want `dispatched`, in case a report has already proved that the message went out. */
  provenLanes: string[];
}

/** The answer to `recordDispatch()`. */
export interface DispatchResult {
  /** The log's entry, for a final outcome; none where it was written down before. */
  event?: RecordedEvent;
  /** Whether a failed report now waits for CleverTap. */
  relayed: boolean;
  /** Reports that had come before AiSensy's answer and are matched by its ids. */
  matched: RecordedEvent[];
  /** The message no longer counted as waiting for AiSensy: its person was forgotten while it was on its way. */
  gone?: true;
}

/** How many more jobs a lane has room for. */
export interface LanePlaces {
  lane: string;
  places: number;
}

/** One request of AiSensy's, ready to keep. */
export interface CallbackRecord {
  /** Accounts whose credentials the callback carried. */
  accounts: string[];
  reports: { report: DeliveryReport; listenerLanes: string[] }[];
  inbound?: InboundRecord[];
  preferences?: PreferenceRecord[];
  /** People of whom both names are known now: a later message of theirs may bring the id alone. */
  people?: Acquaintance[];
  unreadable?: UnreadableElement[];
  at: number;
  /** How long a report that matches no message waits for it. */
  parkForMs: number;
  /** The listeners' lanes that may want to hear that a report has settled an unknown outcome. */
  settledLanes?: string[];
  /** Lanes with room for jobs of this callback, and for how many. Such a job is born claimed, unless others of its key wait before it. */
  room?: LanePlaces[];
}

/** One inbound message, ready to keep. */
export interface InboundRecord {
  message: InboundMessage;
  account: string;
  listenerLanes: string[];
  /** The lane to CleverTap; none where CleverTap has no form for such a message. */
  relayLane?: string;
  /** Why it is a dead letter at once where the person's number is not known: CleverTap would take it, but knows numbers only. */
  undeliverable?: string;
}

/** A person's word on marketing messages, ready to keep. */
export interface PreferenceRecord {
  preference: Preference;
  account: string;
  listenerLanes: string[];
}

/** How a claimed job ended, or several that are done. */
export type JobResult =
  /** `relayed` says that CleverTap has them, and when. */
  | { ids: number[]; kind: 'done'; relayed?: number }
  | { id: number; kind: 'retry'; due: number; alone?: boolean }
  | { id: number; kind: 'dead'; letter: DeadLetterKind; reason: string; at: number }
  /** Handed back untried. */
  | { id: number; kind: 'release'; due?: number };

/** The answer to `waiting()`. */
export interface Waiting {
  /** Jobs by lane, those being worked on included. */
  jobs: Record<string, number>;
  /** When the oldest message that waits for AiSensy was taken. */
  oldestMessageAt?: number;
}

/** What the ledger holds. */
export interface LedgerCounts {
  /** Messages by state; without a state in which there are none. */
  messages: Partial<Record<MessageState, number>>;
  /** Jobs by lane, those being worked on included. */
  jobs: Record<string, number>;
  /** Dead letters by kind; without a kind of which there are none. */
  deadLetters: Partial<Record<DeadLetterKind, number>>;
  parkedReports: number;
}

/** A dead letter as the ledger keeps it, with the account's number. */
export interface KeptDeadLetter extends Omit<DeadLetter, 'message'> {
  message?: StoredMessage;
}
