import { now } from '../clock.ts';
import type { AdaptiveLimit } from './adaptive-limit.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { LaneOutcome, LanePause } from './lane-work.ts';
import { nextDelay, type RetrySchedule } from './retry-schedule.ts';

export interface GateOptions {
  /** Runs at once while the other side is well. */
  concurrency: number;
  /** Runs at once that try it out after a pause; 1. */
  probes?: number;
  /** How long the pauses are, longer each time. */
  retry: RetrySchedule;
  breaker?: CircuitBreaker;
  adaptive?: AdaptiveLimit;
}

/**
 * How many runs a lane may have, by what the last ones showed of the other side: all, none for a while, or a few that try
 * it out. A pause always ends by itself. After one, only `probes` runs go until one of them has gone well.
 */
export class LaneGate {
  private readonly options: GateOptions;
  private failures = 0;
  private pauseEnds = 0;
  private pauseReason = '';
  /** Whether the lane keeps to one run at a time, so that the host's own work comes first. */
  shedding = false;

  constructor(options: GateOptions) {
    this.options = options;
  }

  /** Until when nothing may start, and why; nothing while the gate is open. */
  paused(): { until: number; reason: string } | undefined {
    // It is asked before every run: most lanes have never paused, and need not look at the clock.
    return this.pauseEnds > 0 && this.pauseEnds > now() ? { until: this.pauseEnds, reason: this.pauseReason } : undefined;
  }

  limit(): number {
    const { concurrency, probes = 1, adaptive } = this.options;
    if (this.paused() !== undefined) return 0;
    if (this.shedding) return 1;
    return this.failures > 0 ? Math.min(probes, concurrency) : (adaptive?.current ?? concurrency);
  }

  /** Why fewer runs may go than the lane's concurrency allows; nothing where they may all. */
  cause(): string | undefined {
    if (this.shedding) return "the host's event loop is busy";
    return this.failures > 0 ? `trying out after a pause: ${this.pauseReason}` : this.options.adaptive?.cause;
  }

  /** Takes in what a run showed; whether a pause begins (`paused`) or the other side is well again (`recovered`). */
  judge(outcomes: LaneOutcome[]): 'paused' | 'recovered' | undefined {
    let recovered = false;
    for (const outcome of outcomes) {
      if (outcome.kind === 'dead' || outcome.kind === 'release') continue; // they say nothing of the other side
      if (outcome.pace !== undefined) this.options.adaptive?.observe(outcome.pace);
      const pause = outcome.pause ?? this.opened(outcome.fault);
      if (pause !== undefined) return this.pause(pause);
      if (outcome.fault !== undefined) continue;
      this.options.breaker?.succeeded();
      recovered ||= this.failures > 0 && this.paused() === undefined;
    }
    if (!recovered) return undefined;
    this.failures = 0;
    return 'recovered';
  }

  private opened(fault: string | undefined): LanePause | undefined {
    if (fault === undefined) return undefined;
    const opens = this.options.breaker?.failed() === true || this.failures > 0;
    return opens ? { reason: fault } : undefined;
  }

  private pause({ reason, afterMs }: LanePause): 'paused' | undefined {
    if (this.paused() !== undefined) return undefined; // one of several that were in flight together
    this.failures += 1;
    this.pauseEnds = now() + nextDelay(this.options.retry, this.failures, Math.random(), afterMs);
    this.pauseReason = reason;
    this.options.breaker?.reset();
    return 'paused';
  }
}
