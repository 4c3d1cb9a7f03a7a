import type { DeadLetter, MessageHistory } from '../../lib/index.ts';
import type { ReceivedMessage, WireLogEntry } from '../../lib/testing/index.ts';
import type { Heard } from './host.ts';
import type { Scenario } from './scenario.ts';

/** What is left of a run when it has come to rest, each part from the process that saw it. */
export interface Evidence {
  scenario: Pick<Scenario, 'unknown' | 'callbackForm' | 'storm'>;
  /** CleverTap's wire log: requests, answers, statuses and inbound messages, in order. */
  cleverTap: WireLogEntry[];
  /** AiSensy's wire log: messages, reports and people's messages, in order. */
  aiSensy: WireLogEntry[];
  /** What AiSensy answered to each request. */
  attempts: Attempt[];
  /** Callbacks that AiSensy gave up. */
  callbacksLost: number;
  /** What CleverTap could not read. */
  rejected: number;
  /** What the ledger says, of every message that it knows. */
  histories: MessageHistory[];
  deadLetters: DeadLetter[];
  heard: Heard[];
  /** What the ledger said while the run went on, in order. */
  observed: Observation[];
}

/** One request at AiSensy. */
export type Attempt = Pick<ReceivedMessage, 'msgId' | 'taken' | 'status'>;

/** A message as the ledger told it at one moment. */
export type Observation = Pick<MessageHistory, 'msgId' | 'state' | 'status'>;

/** Where every message that was answered `success` is in the end. */
export interface Balance {
  accepted: number;
  taken: number;
  refused: number;
  unknown: number;
  pending: number;
  expired: number;
  dead: number;
}

/** A promise that was broken, and by which messages. */
export interface Violation {
  promise: string;
  msgIds: string[];
}
