import { describe, expect, it } from '@jest/globals';
import { isExhausted, nextDelay, type RetrySchedule } from './retry-schedule.ts';

const RANDOMS = [0, 0.25, 0.5, 0.999];

function schedule(rest: Partial<RetrySchedule> = {}): RetrySchedule {
  return { firstDelayMs: 1_000, factor: 2, maxDelayMs: 60_000, jitter: 0.2, ...rest };
}

describe('nextDelay', () => {
  it('doubles up to its maximum', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => nextDelay(schedule(), attempts, 0));
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('stays at its maximum however often it is asked', () => {
    expect(nextDelay(schedule(), 100_000, 0)).toBe(60_000);
  });

  it('takes off no more than the jitter', () => {
    expect(RANDOMS.map((random) => nextDelay(schedule(), 1, random))).toEqual([1_000, 950, 900, 800]);
    expect(nextDelay(schedule({ jitter: 0 }), 3, 0.7)).toBe(4_000);
    expect(nextDelay(schedule({ jitter: 1 }), 1, 0.999)).toBe(1);
  });

  it('is never earlier than the other side asked for, nor all at once', () => {
    const delays = RANDOMS.map((random) => nextDelay(schedule(), 1, random, 30_000));
    expect(delays).toEqual([30_000, 30_050, 30_100, 30_200]);
  });

  it('keeps its own delay where that is longer', () => {
    expect(nextDelay(schedule(), 5, 0, 3_000)).toBe(16_000);
  });

  it('does not wait for ever because the other side says so', () => {
    expect(nextDelay(schedule(), 1, 0, 365 * 86_400_000)).toBe(3_600_000);
    expect(nextDelay(schedule({ maxRetryAfterMs: 120_000 }), 1, 0, 3_600_000)).toBe(120_000);
  });
});

describe('isExhausted', () => {
  it('is so after the last attempt', () => {
    expect([1, 2, 3, 4].map((attempts) => isExhausted(schedule({ maxAttempts: 3 }), attempts))).toEqual([false, false, true, true]);
  });

  it('is never so without a limit', () => {
    expect(isExhausted(schedule(), 1_000_000)).toBe(false);
  });
});
