import type { ResumedState } from '../../lib/ledger/ledger-records.ts';
import { type LaneKind, readLaneName } from '../../lib/ledger/ledger.ts';
import type { ClaimedJob, RecordedEvent } from '../../lib/ledger/message-records.ts';
import type { SqliteEngine } from '../../lib/ledger/sqlite/engine.ts';

/** A call on its way to the ledger. It may be made several times, where a commit is taken back; the app hears of it once. */
export interface LedgerCall {
  make(engine: SqliteEngine): unknown;
  answered(answer: unknown): void;
  /** It failed, or nobody will hear what became of it. */
  failed(): void;
}

/** A job that one of the app's lanes works on. */
export interface Holding {
  id: number;
  lane: string;
  kind: LaneKind;
  /** When it came into the lane's hands. */
  since: number;
  attempts: number;
  message?: ClaimedJob['message'];
  /** Whether what became of it is on its way to the ledger. */
  leaving: boolean;
  /** What the ledger did not take, or may not have taken: it is written again as it is. */
  held?: LedgerCall;
}

/** What the app believes, which hears the ledger's answers and nothing else: what waits for AiSensy, and which jobs it has in hand. */
export class Reckoning {
  readonly inHand = new Map<number, Holding>();
  private backlog: ResumedState['backlog'] = {};

  /** A ledger is there, with what it holds. */
  begin({ backlog }: ResumedState): void {
    this.backlog = backlog;
  }

  /** What waits for AiSensy, of the accounts of which something does. */
  get waiting(): ResumedState['backlog'] {
    return Object.fromEntries(Object.entries(this.backlog).filter(([, { messages, bytes }]) => messages !== 0 || bytes !== 0));
  }

  enter(account: string, size: number, messages = 1): void {
    const before = this.backlog[account] ?? { messages: 0, bytes: 0 };
    this.backlog[account] = { messages: before.messages + messages, bytes: before.bytes + size };
  }

  leave(account: string, size: number): void {
    this.enter(account, -size, -1);
  }

  hold(lane: string, { id, attempts = 0, message }: Pick<ClaimedJob, 'id'> & Partial<ClaimedJob>, since: number): void {
    this.inHand.set(id, { id, lane, kind: readLaneName(lane).kind, since, attempts, message, leaving: false });
  }

  /** Jobs in hand of which nothing is on its way to the ledger. */
  free(isOf: (kind: LaneKind) => boolean): Holding[] {
    return [...this.inHand.values()].filter(({ kind, leaving }) => isOf(kind) && !leaving);
  }

  /** Hears of new entries of the log, as the announcer and the lanes do. */
  announce(events: RecordedEvent[], at: number): void {
    for (const { account, left, claimed = [] } of events) {
      if (left !== undefined) this.leave(account, left);
      for (const { lane, id } of claimed) this.hold(lane, { id }, at);
    }
  }

  /** The process is gone, and with it what it had in hand. */
  die(): void {
    this.inHand.clear();
  }
}
