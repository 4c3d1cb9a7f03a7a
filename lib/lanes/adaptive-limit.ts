/** What one call showed of the other side's strength. */
export interface CallPace {
  /** From the call to its answer, in milliseconds. */
  latencyMs: number;
  /** Why the other side had too much, where it said or showed so: it refused for pace, or gave no answer in time. */
  overload?: string;
}

/** No second step down before this long, in milliseconds: the calls in flight were made under the old limit. */
const SETTLE_MS = 1_000;

/** Latency counts as rising beyond so many times the best, and by so much at least: below that it is noise, ours or theirs. */
const RISE_FACTOR = 3;
const RISE_MS = 500;

/**
 * How many calls at once the other side bears, at most the account's own limit: one more for each round of good calls, half
 * as many when it says that it has too much, a tenth fewer when its answers grow slow.
 */
export class AdaptiveLimit {
  private readonly most: number;
  private readonly now: () => number;
  private limit: number;
  private recentMs = 0;
  private bestMs = Infinity;
  private steppedAt = -Infinity;
  private reason: string | undefined;

  constructor(most: number, now: () => number = () => performance.now()) {
    this.most = most;
    this.limit = most;
    this.now = now;
  }

  get current(): number {
    return Math.floor(this.limit);
  }

  /** Why the limit is below the account's own; nothing where it is not. */
  get cause(): string | undefined {
    return this.current < this.most ? this.reason : undefined;
  }

  /** Takes in one call. */
  observe({ latencyMs, overload }: CallPace): void {
    if (overload !== undefined) return this.stepDown(0.5, overload);
    this.recentMs = this.recentMs === 0 ? latencyMs : this.recentMs + (latencyMs - this.recentMs) / 50;
    // The best latency slowly rises, so that a side that has become slower for good is not measured by its old best.
    this.bestMs = Math.min(this.bestMs * 1.0005, Math.max(latencyMs, 1));
    if (this.recentMs > Math.max(this.bestMs * RISE_FACTOR, this.bestMs + RISE_MS)) this.stepDown(0.9, 'answers grow slow');
    else this.limit = Math.min(this.most, this.limit + 1 / this.limit);
  }

  private stepDown(factor: number, reason: string): void {
    this.reason = reason;
    if (this.now() - this.steppedAt < SETTLE_MS) return;
    this.steppedAt = this.now();
    this.limit = Math.max(1, this.limit * factor);
  }
}
