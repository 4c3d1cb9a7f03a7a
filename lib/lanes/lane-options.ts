import type { AdaptiveLimit } from './adaptive-limit.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { RetrySchedule } from './retry-schedule.ts';

/** What a lane is made with. */
export interface LaneOptions {
  /** The lane's name in the ledger. */
  name: string;
  /** Runs at once; a run is one job, or one batch. */
  concurrency: number;
  retry: RetrySchedule;
  /** Begins each run, now or a little later; now where it is left out. */
  begin?: (run: () => void) => void;
  rate?: RateLimiter;
  /** Jobs of one run, and how long the first waits for others. */
  batch?: { size: number; waitMs: number };
  /** Says when the other side is not well, and how many runs at once try it out after a pause (1). */
  breaker?: CircuitBreaker;
  probes?: number;
  /** Finds out how many runs at once the other side bears. */
  adaptive?: AdaptiveLimit;
}

/** What a lane is doing, for health checks and the stop's last line. */
export interface LaneState {
  /** The lane's name in the ledger: `dispatch:+918889500122`. */
  name: string;
  /** Runs under way, each of one job or one batch; slots that are reserved while jobs are being claimed count too. */
  inFlight: number;
  /** Runs at once that may go now, and why they are fewer than the lane's concurrency. */
  limit: number;
  limitCause?: string;
  /** Whether work may be waiting in the ledger beyond what is in flight. */
  backlog: boolean;
  /** Until when nothing is started, after a failure of the other side as a whole. */
  pausedUntil?: Date;
  pauseReason?: string;
}
