import { describe, expect, it } from '@jest/globals';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { LaneGate } from './lane-gate.ts';
import type { LaneOutcome } from './lane-work.ts';

const RETRY = { firstDelayMs: 60_000, factor: 2, maxDelayMs: 600_000, jitter: 0 };
const FAULT: LaneOutcome = { kind: 'done', fault: 'no answer' };
const WELL: LaneOutcome = { kind: 'done' };
const breaker = () => new CircuitBreaker({ consecutiveFailures: 3, failureShare: 0.5, sampleSize: 10 });
const times = (count: number, outcome: LaneOutcome): LaneOutcome[] => Array.from({ length: count }, () => outcome);

describe('LaneGate', () => {
  it('pauses on failures in a row, not on some among many', () => {
    const gate = new LaneGate({ concurrency: 8, retry: RETRY, breaker: breaker() });
    expect(gate.judge([FAULT, FAULT, WELL, FAULT, FAULT])).toBeUndefined();
    expect(gate.limit()).toBe(8);
    expect(gate.judge([FAULT])).toBe('paused');
    expect(gate.limit()).toBe(0);
    expect(gate.paused()).toMatchObject({ reason: 'no answer' });
  });

  it('pauses on the share of failures, once there were enough calls', () => {
    const gate = new LaneGate({ concurrency: 8, retry: RETRY, breaker: breaker() });
    expect(gate.judge([FAULT, FAULT, WELL, FAULT, FAULT, WELL, WELL, FAULT, WELL])).toBeUndefined();
    expect(gate.judge([FAULT])).toBe('paused');
  });

  it('pauses at once where the other side says so, and takes what was in flight together as one', () => {
    const gate = new LaneGate({ concurrency: 8, retry: RETRY });
    const refused: LaneOutcome = { kind: 'retry', reason: 'no credits', pause: { reason: 'no credits' } };
    expect(gate.judge([refused])).toBe('paused');
    const { until } = gate.paused()!;
    expect(gate.judge(times(7, refused))).toBeUndefined();
    expect(gate.paused()!.until).toBe(until);
  });

  it('lets a few try after a pause, pauses longer when they fail, and opens when one goes well', async () => {
    const gate = new LaneGate({ concurrency: 8, probes: 2, retry: { ...RETRY, firstDelayMs: 10, maxDelayMs: 20 }, breaker: breaker() });
    const over = async (): Promise<void> => {
      while (gate.paused() !== undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    gate.judge(times(3, FAULT));
    await over();
    expect(gate.limit()).toBe(2);
    expect(gate.cause()).toBe('trying out after a pause: no answer');
    expect(gate.judge([FAULT])).toBe('paused');
    await over();
    expect(gate.judge([{ kind: 'dead', reason: 'expired' }])).toBeUndefined();
    expect(gate.limit()).toBe(2);
    expect(gate.judge([WELL])).toBe('recovered');
    expect(gate.limit()).toBe(8);
  });

  it('keeps to one while the host is busy, and says so', () => {
    const gate = new LaneGate({ concurrency: 8, retry: RETRY });
    gate.shedding = true;
    expect([gate.limit(), gate.cause()]).toEqual([1, "the host's event loop is busy"]);
  });
});

describe('AdaptiveLimit', () => {
  let clock = 0;
  const limit = (most: number): AdaptiveLimit => new AdaptiveLimit(most, () => clock);
  const observe = (adaptive: AdaptiveLimit, calls: number, latencyMs: number): void => {
    for (let call = 0; call < calls; call += 1) adaptive.observe({ latencyMs });
  };

  it('halves when the other side has too much, once for calls that were in flight together', () => {
    const adaptive = limit(100);
    adaptive.observe({ latencyMs: 5, overload: 'too many requests' });
    adaptive.observe({ latencyMs: 5, overload: 'too many requests' });
    expect([adaptive.current, adaptive.cause]).toEqual([50, 'too many requests']);
    clock += 1_000;
    adaptive.observe({ latencyMs: 5, overload: 'too many requests' });
    expect(adaptive.current).toBe(25);
  });

  it('grows by one for each round of good calls, up to the account\'s own limit', () => {
    const adaptive = limit(10);
    clock += 1_000;
    adaptive.observe({ latencyMs: 5, overload: 'too many requests' });
    observe(adaptive, 6, 5);
    expect(adaptive.current).toBe(6);
    observe(adaptive, 1_000, 5);
    expect([adaptive.current, adaptive.cause]).toEqual([10, undefined]);
  });

  it('gives way when answers grow slow, not when they only vary', () => {
    const adaptive = limit(100);
    observe(adaptive, 200, 100);
    observe(adaptive, 200, 250);
    expect(adaptive.current).toBe(100);
    clock += 1_000;
    observe(adaptive, 200, 2_000);
    expect([adaptive.current, adaptive.cause]).toEqual([90, 'answers grow slow']);
  });

  it('never goes below one', () => {
    const adaptive = limit(2);
    for (let round = 0; round < 10; round += 1) {
      clock += 1_000;
      adaptive.observe({ latencyMs: 5, overload: 'too many requests' });
    }
    expect(adaptive.current).toBe(1);
  });
});
