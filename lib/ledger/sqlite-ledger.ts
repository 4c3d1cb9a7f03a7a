import { setTimeout } from 'node:timers/promises';
import type { DeadLetterFilter } from './dead-letter.ts';
import type { Ledger, LedgerWatcher } from './ledger.ts';
import type {
  AcceptResult, CallbackRecord, Claim, DispatchRecord, DispatchResult, Forgotten, JobResult, KeptDeadLetter, LedgerCounts, LedgerState, Recovery,
  RepeatResult, Replay, ReplayOutcome, ResumedState, Settlement, SettlementResult, Sweep, SweepResult, UnknownMessage, Waiting,
} from './ledger-records.ts';
import type { NewMessage, RecordedEvent, StoredMessage } from './message-records.ts';
import { LedgerError } from './ledger.errors.ts';
import { LedgerThread } from './ledger-thread.ts';
import type { MessageHistory } from './message-history.ts';
import type { Method } from './worker-protocol.ts';

/** How long after a thread is lost the next one is started, in milliseconds: longer each time, until one has lived for a while. */
const FIRST_DELAY_MS = 100;
const MOST_DELAY_MS = 30_000;
const LIVED_WELL_MS = 60_000;

const NOT_OPEN_YET = 'The ledger is not open yet: the app opens it in app.init(), which app.listen() calls too. Await one of them first.';

/**
 * The ledger as the event loop sees it: its engine runs in a thread of its own.
 *
 * A thread that dies is replaced. What was in flight is rejected, though it may have been kept; so the new thread is told which
 * claimed jobs this process still has in hand. Those stay claimed until their outcomes are written down, since they may be on their way
 * to AiSensy right now; what was claimed by a call whose answer was lost never began, and waits again.
 */
export class SqliteLedger implements Ledger {
  private readonly inHand = new Set<number>();
  /** Notes claimed jobs as in hand before the caller gets the result. */
  private readonly takeInHand = {
    accepted: (result: AcceptResult): void => {
      if (result.kind === 'new') this.inHand.add(result.job);
    },
    claimed: ({ jobs }: Claim): void => {
      for (const { id } of jobs) this.inHand.add(id);
    },
    recorded: (events: RecordedEvent[]): void => {
      for (const { claimed } of events) if (claimed !== undefined) for (const { id } of claimed) this.inHand.add(id);
    },
  };
  private readonly end = new AbortController();
  private thread: LedgerThread | undefined;
  private startedAt = 0;
  private delayMs = FIRST_DELAY_MS;
  private lostBy: LedgerError | undefined;
  private reviving: Promise<void> | undefined;
  private watcher: LedgerWatcher | undefined;
  private closing: Promise<void> | undefined;

  /** `file` may be `:memory:`. */
  constructor(private readonly file: string) {}

  watch(watcher: LedgerWatcher): void {
    this.watcher = watcher;
  }

  async open(): Promise<LedgerState> {
    const thread = this.begin();
    try {
      const state = await thread.call<LedgerState>('open', []);
      this.use(thread);
      return state;
    } catch (error) {
      await thread.end();
      throw error;
    }
  }

  recover(recovery: Recovery): Promise<RecordedEvent[]> {
    return this.call('recover', [recovery]);
  }

  accept(message: NewMessage): Promise<AcceptResult> {
    return this.call<AcceptResult>('accept', message, message.claim ? this.takeInHand.accepted : undefined);
  }

  repeated(message: Pick<NewMessage, 'account' | 'msgId' | 'wire'>): Promise<RepeatResult | undefined> {
    return this.call('repeated', [message]);
  }

  claim(lane: string, limit: number, now: number): Promise<Claim> {
    return this.call<Claim>('claim', [lane, limit, now], this.takeInHand.claimed);
  }

  recordDispatch(record: DispatchRecord): Promise<DispatchResult> {
    return this.call<DispatchResult>('recordDispatch', record, () => this.inHand.delete(record.job));
  }

  recordCallback(record: CallbackRecord): Promise<RecordedEvent[]> {
    return this.call<RecordedEvent[]>('recordCallback', record, this.takeInHand.recorded);
  }

  settle(settlement: Settlement): Promise<SettlementResult> {
    return this.call<SettlementResult>('settle', [settlement], () => {
      if (settlement.job !== undefined) this.inHand.delete(settlement.job);
    });
  }

  unknownOf(account: string, msgId: string): Promise<StoredMessage | undefined> {
    return this.call('unknownOf', [account, msgId]);
  }

  unknown(limit: number): Promise<UnknownMessage[]> {
    return this.call('unknown', [limit]);
  }

  sweep(sweep: Sweep): Promise<SweepResult> {
    return this.call('sweep', [sweep]);
  }

  prune(before: number, limit: number): Promise<number> {
    return this.call('prune', [before, limit]);
  }

  forget(phoneNumber: string, next?: number): Promise<Forgotten> {
    return this.call('forget', [phoneNumber, next]);
  }

  finish(results: JobResult[]): Promise<void> {
    return this.call('finish', [results], () => {
      for (const result of results) for (const id of result.kind === 'done' ? result.ids : [result.id]) this.inHand.delete(id);
    });
  }

  message(account: string, msgId: string): Promise<MessageHistory | undefined> {
    return this.call('message', [account, msgId]);
  }

  deadLetters(filter: DeadLetterFilter): Promise<KeptDeadLetter[]> {
    return this.call('deadLetters', [filter]);
  }

  replay(replay: Replay): Promise<ReplayOutcome> {
    return this.call('replay', [replay]);
  }

  discard(ids: number[]): Promise<number> {
    return this.call('discard', [ids]);
  }

  probe(): Promise<void> {
    return this.call('probe', []);
  }

  waiting(): Promise<Waiting> {
    return this.call('waiting', []);
  }

  counts(): Promise<LedgerCounts> {
    return this.call('counts', []);
  }

  close(): Promise<void> {
    this.closing ??= this.shut();
    return this.closing;
  }

  private async shut(): Promise<void> {
    this.end.abort();
    await this.reviving;
    const { thread } = this;
    this.thread = undefined;
    try {
      await thread?.call('close', []);
    } finally {
      await thread?.end();
    }
  }

  private call<T>(method: Method, asked: unknown, seen?: (result: T) => void): Promise<T> {
    if (this.thread !== undefined) return this.thread.call(method, asked, seen);
    return Promise.reject(this.closing === undefined ? this.lostBy ?? new LedgerError('closed', NOT_OPEN_YET) : new LedgerError('closed', 'The ledger is closed.'));
  }

  private begin(): LedgerThread {
    const thread: LedgerThread = new LedgerThread(this.file, (error) => {
      if (thread === this.thread) this.lose(error);
    });
    return thread;
  }

  private use(thread: LedgerThread): void {
    this.thread = thread;
    this.startedAt = performance.now();
  }

  private lose(error: LedgerError): void {
    this.thread = undefined;
    this.lostBy = error;
    this.watcher?.lost(error);
    // What was in memory died with its thread: an empty ledger in its place would only hide it.
    if (this.file === ':memory:') return;
    if (performance.now() - this.startedAt > LIVED_WELL_MS) this.delayMs = FIRST_DELAY_MS;
    this.reviving = this.revive().finally(() => { this.reviving = undefined; });
  }

  private async revive(): Promise<void> {
    while (!this.end.signal.aborted) {
      await setTimeout(this.delayMs, undefined, { signal: this.end.signal }).catch(() => undefined);
      this.delayMs = Math.min(2 * this.delayMs, MOST_DELAY_MS);
      if (this.end.signal.aborted) return;
      const thread = this.begin();
      try {
        await thread.call('open', []);
        const state = await thread.call<ResumedState>('resume', [[...this.inHand]]);
        this.use(thread);
        return this.watcher?.back(state);
      } catch (error) {
        await thread.end();
        this.lostBy = error as LedgerError;
        this.watcher?.lost(this.lostBy);
      }
    }
  }
}
