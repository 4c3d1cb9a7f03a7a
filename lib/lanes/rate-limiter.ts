/** How late a timer may be without any of the rate being lost, in seconds. */
const TIMER_SLACK_S = 0.05;

/** Guards `Math.floor` against the last bit of a sum of fractions. */
const EPSILON = 1e-6;

/**
 * Keeps a rate by the generic cell rate algorithm: one moving point in time instead of tokens to fill up. A permit moves the
 * point on by exactly one interval, so a timer's lateness is made good by the next call and the rate does not drift.
 */
export class RateLimiter {
  private readonly intervalMs: number;
  private readonly burstMs: number;
  /** The moment at which all that was granted would have been due, had it come evenly. */
  private dueAt = -Infinity;

  /**
   * @param perSecond permits a second, more than 0; a fraction is allowed
   * @param burst the most permits at once after a pause, at least 1. Default: one, and what falls due in 50 ms
   * @param now milliseconds of a clock that never goes back
   */
  constructor(perSecond: number, burst = 1 + perSecond * TIMER_SLACK_S, private readonly now: () => number = () => performance.now()) {
    this.intervalMs = 1_000 / perSecond;
    this.burstMs = Math.max(1, burst) * this.intervalMs;
  }

  /** How many of `wanted` permits are granted now; they count as used. */
  take(wanted: number): number {
    const now = this.now();
    const dueAt = Math.max(this.dueAt, now);
    const granted = Math.max(0, Math.min(wanted, Math.floor((now + this.burstMs - dueAt) / this.intervalMs + EPSILON)));
    this.dueAt = dueAt + granted * this.intervalMs;
    return granted;
  }

  /** Takes back permits that were granted and not used. */
  giveBack(permits: number): void {
    this.dueAt -= permits * this.intervalMs;
  }

  /** Whether it is as new: nothing that was taken counts any more. */
  isIdle(): boolean {
    return this.dueAt <= this.now();
  }

  /** Milliseconds until the next permit, rounded up for a timer; 0 where there is one now. */
  nextInMs(): number {
    return Math.max(0, Math.ceil(this.dueAt + this.intervalMs - this.burstMs - this.now() - EPSILON));
  }
}
