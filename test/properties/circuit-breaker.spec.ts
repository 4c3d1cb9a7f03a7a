import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { type BreakerOptions, CircuitBreaker } from '../../lib/lanes/circuit-breaker.ts';
import { LaneGate } from '../../lib/lanes/lane-gate.ts';
import type { LaneOutcome } from '../../lib/lanes/lane-work.ts';

const breakerOptions: fc.Arbitrary<BreakerOptions> = fc.record({
  consecutiveFailures: fc.integer({ min: 1, max: 12 }), failureShare: fc.double({ min: 0.05, max: 0.95, noNaN: true }), sampleSize: fc.integer({ min: 2, max: 20 }),
});

describe('the circuit breaker', () => {
  it('opens when it should, and not before', () => {
    fc.assert(fc.property(breakerOptions, fc.array(fc.boolean(), { maxLength: 120 }), (options, calls) => {
      const breaker = new CircuitBreaker(options);
      let made: boolean[] = [];
      for (const well of calls) {
        made.push(well);
        const opens = well ? (breaker.succeeded(), false) : breaker.failed();
        const inARow = made.length - 1 - made.lastIndexOf(true);
        const sample = made.slice(-options.sampleSize);
        const share = sample.filter((each) => !each).length / sample.length;
        const enough = sample.length >= options.sampleSize;
        if (opens) expect(inARow >= options.consecutiveFailures || (enough && share >= options.failureShare)).toBe(true);
        else if (!well) expect(inARow < options.consecutiveFailures && (!enough || share <= options.failureShare)).toBe(true);
        if (!opens) continue;
        breaker.reset();
        made = [];
      }
    }), { numRuns: 1_000 });
  });
});

/** How the other side is, for so long. */
interface Weather {
  forMs: number;
  well: boolean;
}

interface Run {
  endsAt: number;
  /** Whether it was started after a pause, to try the other side out. */
  probe: boolean;
}

const RETRY = { firstDelayMs: 100, factor: 2, maxDelayMs: 1_600, jitter: 0.3 };
const STEP_MS = 10;

/** A gate in front of another side whose health changes, with as much work waiting as the gate lets through. */
class Bench {
  readonly faults: string[] = [];
  started = 0;
  private readonly gate: LaneGate;
  private runs: Run[] = [];
  /** Whether a pause has ended, and no run has shown since that the other side is well. */
  private trying = false;

  constructor(private readonly concurrency: number, private readonly probes: number, breaker: BreakerOptions, private readonly lengths: number[]) {
    this.gate = new LaneGate({ concurrency, probes, retry: RETRY, breaker: new CircuitBreaker(breaker) });
  }

  pass({ forMs, well }: Weather): void {
    for (let passed = 0; passed < forMs; passed += STEP_MS) {
      this.end(well);
      this.start();
      jest.advanceTimersByTime(STEP_MS);
    }
  }

  get limit(): number {
    return this.gate.limit();
  }

  private end(well: boolean): void {
    const now = performance.now();
    const over = this.runs.filter(({ endsAt }) => endsAt <= now).length;
    this.runs = this.runs.filter(({ endsAt }) => endsAt > now);
    for (let run = 0; run < over; run++) {
      const outcome: LaneOutcome = well ? { kind: 'done' } : { kind: 'retry', reason: 'down', fault: 'down' };
      const change = this.gate.judge([outcome]);
      if (change === 'paused') this.trying = true;
      if (change === 'recovered') this.trying = false;
      if (change === 'recovered' && !well) this.faults.push('a failure is called a recovery');
    }
  }

  private start(): void {
    const limit = this.gate.limit();
    const paused = this.gate.paused() !== undefined;
    if (paused && limit > 0) this.faults.push('runs may start in a pause');
    if (!paused && limit === 0) this.faults.push('nothing may start, and no pause says why');
    if (limit > this.concurrency) this.faults.push('more runs may go than the lane has');
    while (this.runs.length < limit) {
      this.runs.push({ endsAt: performance.now() + this.lengths[this.started % this.lengths.length]!, probe: this.trying });
      this.started += 1;
    }
    if (this.trying && this.runs.filter(({ probe }) => probe).length > this.probes) this.faults.push('a flood of runs tries the other side out');
  }
}

describe('the gate of a lane', () => {
  beforeEach(() => { jest.useFakeTimers(); });
  afterEach(() => { jest.useRealTimers(); });

  const weather = fc.array(fc.record({ forMs: fc.integer({ min: 10, max: 3_000 }), well: fc.boolean() }), { maxLength: 8 });
  const lengths = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 10 });
  const concurrency = fc.integer({ min: 1, max: 30 });
  const probes = fc.integer({ min: 1, max: 4 });

  it('is never stuck, and never lets a flood through after a pause', () => {
    fc.assert(fc.property(concurrency, probes, breakerOptions, lengths, weather, (most, trials, breaker, times, changes) => {
      const bench = new Bench(most, trials, breaker, times);
      for (const each of changes) bench.pass(each);
      // Well for good: after the longest pause, and the runs of before and of trying out, all may go.
      bench.pass({ forMs: RETRY.maxDelayMs + 3 * 400, well: true });
      expect(bench.faults).toEqual([]);
      expect(bench.limit).toBe(most);
    }), { numRuns: 150 });
  }, 60_000);

  it('takes failures that were in flight together for one', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), breakerOptions, (together, breaker) => {
      const gate = new LaneGate({ concurrency: together, retry: RETRY, breaker: new CircuitBreaker(breaker) });
      for (let run = 0; run < together; run++) gate.judge([{ kind: 'retry', reason: 'down', fault: 'down' }]);
      const pause = gate.paused();
      if (pause !== undefined) expect(pause.until - performance.timeOrigin - performance.now()).toBeLessThanOrEqual(RETRY.firstDelayMs + 1);
    }));
  });

  it('lets no more through than what tries a dead side out', () => {
    fc.assert(fc.property(concurrency, probes, breakerOptions, lengths, (most, trials, breaker, times) => {
      const bench = new Bench(most, trials, breaker, times);
      bench.pass({ forMs: 5_000, well: false });
      const before = bench.started;
      // By now each pause is as long as they get, but for the jitter.
      const pauses = 8;
      bench.pass({ forMs: pauses * RETRY.maxDelayMs, well: false });
      expect(bench.started - before).toBeLessThanOrEqual(Math.ceil(pauses / (1 - RETRY.jitter) + 1) * trials);
      expect(bench.faults).toEqual([]);
    }), { numRuns: 60 });
  }, 60_000);
});
