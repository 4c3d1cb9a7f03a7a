import type { DeadLetterFilter } from './dead-letter.ts';
import type {
  AcceptResult, CallbackRecord, Claim, DispatchRecord, DispatchResult, Forgotten, JobResult, KeptDeadLetter, LedgerCounts, LedgerState, Recovery,
  RepeatResult, ResumedState, Replay, ReplayOutcome, Settlement, SettlementResult, Sweep, SweepResult, UnknownMessage, Waiting,
} from './ledger-records.ts';
import type { NewMessage, RecordedEvent, StoredMessage } from './message-records.ts';
import type { MessageHistory } from './message-history.ts';

export const LEDGER = Symbol.for('nestjs-whatsapp-bridge:ledger');

/** Is told when the ledger can do nothing for a while though nobody closed it. */
export interface LedgerWatcher {
  /** Calls are rejected from now on. Called again each time that a restart has failed. */
  lost(error: Error): void;
  /** It works again. Claimed jobs are still claimed. Wake all lanes: some may have work that nobody announced. */
  back(state: ResumedState): void;
}

/**
 * The durable record of messages, reports and queues. Every method resolves when what it wrote would survive the loss of
 * power, and rejects with a `LedgerError` where that is not certain. Times are milliseconds since 1970.
 */
export interface Ledger {
  watch(watcher: LedgerWatcher): void;
  /** Opens the ledger and brings its schema up to date. */
  open(): Promise<LedgerState>;
  /**
   * Puts back what the last process left half done; to be called before anything is claimed. Resolves with the log's entries of the messages
   * that were on their way to AiSensy: their outcome is unknown, unless a report has proved it.
   */
  recover(recovery: Recovery): Promise<RecordedEvent[]>;
  /** Keeps a new message with its dispatch job; or says that its msgId came before. */
  accept(message: NewMessage): Promise<AcceptResult>;
  /** What `accept` would answer to a message whose msgId came before; nothing where it is new. Keeps nothing. */
  repeated(message: Pick<NewMessage, 'account' | 'msgId' | 'wire'>): Promise<RepeatResult | undefined>;
  /** Hands out up to `limit` jobs of a lane that are due, urgent ones and then the oldest first, and marks them claimed. */
  claim(lane: string, limit: number, now: number): Promise<Claim>;
  /** Writes down what one attempt at AiSensy showed, with all that follows from it. */
  recordDispatch(record: DispatchRecord): Promise<DispatchResult>;
  /** Keeps the reports and inbound messages of one callback, once each, with the jobs that follow from them. */
  recordCallback(record: CallbackRecord): Promise<RecordedEvent[]>;
  /** Ends the waiting for the outcome of a message, by policy or by an operator; `settled: false` where it does not wait. */
  settle(settlement: Settlement): Promise<SettlementResult>;
  /** The message of this name that waits for its outcome; none where it does not. */
  unknownOf(account: string, msgId: string): Promise<StoredMessage | undefined>;
  /** Messages of unknown outcome, the next to be settled first. */
  unknown(limit: number): Promise<UnknownMessage[]>;
  /** Ends what has waited too long, a few hundred at once: messages that may no longer be sent, reports whose message never became known. To be called until it finds none. */
  sweep(sweep: Sweep): Promise<SweepResult>;
  /** Deletes up to `limit` messages taken before a time, with all that belongs to them and waits no more, and as many of each other kind of row; how many, of the kind of which most went. */
  prune(before: number, limit: number): Promise<number>;
  /** Erases what is kept of a person, in steps: hand `next` in again until there is none. Counts stay. */
  forget(phoneNumber: string, next?: number): Promise<Forgotten>;
  /** Ends claimed jobs, puts them back for later, or moves them to the dead letters. */
  finish(results: JobResult[]): Promise<void>;
  /** A message's whole life; none where the ledger does not know it. Test messages share one id: the newest is told. */
  message(account: string, msgId: string): Promise<MessageHistory | undefined>;
  deadLetters(filter: DeadLetterFilter): Promise<KeptDeadLetter[]>;
  /** Puts a dead letter back to where it came from, or says why not. With `dryRun` it only says. */
  replay(replay: Replay): Promise<ReplayOutcome>;
  discard(ids: number[]): Promise<number>;
  /** Resolves where the ledger can write. */
  probe(): Promise<void>;
  /** What waits: cheap, for health checks and the stop's last line. */
  waiting(): Promise<Waiting>;
  /** What the ledger holds in all. */
  counts(): Promise<LedgerCounts>;
  /** Waits for what was handed in, then closes. Idempotent. */
  close(): Promise<void>;
}

/** The names of the lanes, which key the waiting work in the ledger: by account, and by the listener's durable name. */
export const laneName = {
  dispatch: named('dispatch'),
  reports: named('relay-reports'),
  inbound: named('relay-inbound'),
  settle: named('settle'),
  lookUp: named('look-up'),
  listener: named('listener'),
};

export type LaneKind = 'dispatch' | 'relay-reports' | 'relay-inbound' | 'settle' | 'look-up' | 'listener';

/** A lane's name taken apart: `whose` is an account's number, or a listener's name. */
export function readLaneName(name: string): { kind: LaneKind; whose: string } {
  const colon = name.indexOf(':');
  return { kind: name.slice(0, colon) as LaneKind, whose: name.slice(colon + 1) };
}

/** Makes each name once: it is used several times for every report, and a freshly joined string is slow to look up and to compare. */
function named(kind: LaneKind): (whose: string) => string {
  const names = new Map<string, string>();
  return (whose) => {
    const known = names.get(whose);
    if (known !== undefined) return known;
    const name = `${kind}:${whose}`;
    names.set(whose, name);
    return name;
  };
}
