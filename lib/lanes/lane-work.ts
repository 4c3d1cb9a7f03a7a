import type { CallPace } from './adaptive-limit.ts';
import type { ClaimedJob } from '../ledger/message-records.ts';

/** The other side fails for every job alike: the lane is to stop for a while instead of burning through its jobs. */
export interface LanePause {
  reason: string;
  /** Milliseconds until the next try; by the lane's own schedule where it is left out. */
  afterMs?: number;
}

/** What a run showed of the other side. */
interface Shown {
  pause?: LanePause;
  /** Why it counts against the other side's health, for the lane's circuit breaker. */
  fault?: string;
  pace?: CallPace;
}

/** What became of one job in one run. */
export type LaneOutcome =
  | ({ kind: 'done' } & Shown)
  /** Again later: by the lane's schedule, or not before `afterMs`. `alone` says that the job must not share a batch again. */
  | ({ kind: 'retry'; reason: string; afterMs?: number; alone?: boolean } & Shown)
  /** Never again by itself. */
  | { kind: 'dead'; reason: string }
  /** Put back untried: behind a job of its key that has to be tried again, or because its time has not come yet. */
  | { kind: 'release'; afterMs?: number };

/** An outcome on its way into the ledger. */
export interface SettledJob {
  job: ClaimedJob;
  outcome: LaneOutcome;
  /** For a retry or a release: when it is due. */
  due?: number;
}

/** What a lane does with its jobs. */
export interface LaneWork {
  /** Does one job, or one batch; an outcome for each, in order. Never throws: what it cannot do is an outcome too. */
  run(jobs: ClaimedJob[], signal: AbortSignal): Promise<LaneOutcome[]>;
  /** Writes the outcomes down; rejects where the ledger did. */
  record(settled: SettledJob[]): Promise<unknown>;
  /** The lane has paused. */
  paused?(reason: string, until: Date): void;
  /** The other side is well again. */
  recovered?(): void;
  /** Outcomes could not be written down yet; they are held and tried again. Called once for many; `why` is for the log, `stack` where the bridge itself failed. */
  unrecorded?(why: string, stack?: string): void;
}
