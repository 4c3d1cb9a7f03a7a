import { describe, expect, it } from '@jest/globals';
import { RateLimiter } from './rate-limiter.ts';

/** A clock that a test moves. It starts where a process that has been up for a while would. */
class Clock {
  ms = 1_234_567.89;
  readonly now = (): number => this.ms;
}

/** Numbers from 0 to below 1, the same in every run. */
function* chance(seed = 7): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state / 2_147_483_648;
  }
}

/** Takes all it can for `seconds`, waking up by timers that are up to `lateMs` late; the moments of all permits. */
function run(perSecond: number, seconds: number, lateMs: number): number[] {
  const clock = new Clock();
  const limiter = new RateLimiter(perSecond, undefined, clock.now);
  const random = chance();
  const start = clock.ms;
  const moments: number[] = [];
  while (clock.ms < start + seconds * 1_000) {
    for (let granted = limiter.take(10_000); granted > 0; granted--) moments.push(clock.ms - start);
    clock.ms += Math.max(0.01, limiter.nextInMs()) + random.next().value * lateMs;
  }
  return moments;
}

describe('RateLimiter', () => {
  describe.each([0, 1, 4, 15])('with timers up to %d ms late', (lateMs) => {
    it.each([15, 20, 80, 333, 1_000, 1_500])('keeps %d a second within 2%% over a minute', (perSecond) => {
      const expected = perSecond * 60;
      const { length } = run(perSecond, 60, lateMs);
      expect(length).toBeGreaterThan(expected * 0.98);
      expect(length).toBeLessThan(expected * 1.02);
    });

    it.each([1, 80, 1_500])('never grants more than %d and the burst within any second', (perSecond) => {
      const moments = run(perSecond, 20, lateMs);
      let most = 0;
      for (let first = 0, last = 0; last < moments.length; last++) {
        while (moments[last]! - moments[first]! >= 1_000) first++;
        most = Math.max(most, last - first + 1);
      }
      expect(most).toBeLessThanOrEqual(perSecond + 1 + perSecond / 20);
    });
  });

  it('takes slow rates', () => {
    expect(run(0.5, 60, 1).length).toBeGreaterThanOrEqual(29);
    expect(run(0.5, 60, 1).length).toBeLessThanOrEqual(31);
  });

  it('grants part of what is wanted, and tells when the next comes', () => {
    const clock = new Clock();
    const limiter = new RateLimiter(10, 3, clock.now);
    expect(limiter.nextInMs()).toBe(0);
    expect(limiter.take(2)).toBe(2);
    expect(limiter.take(2)).toBe(1);
    expect(limiter.take(2)).toBe(0);
    expect(limiter.nextInMs()).toBe(100);
    clock.ms += 40;
    expect(limiter.nextInMs()).toBe(60);
    expect(limiter.take(1)).toBe(0);
    clock.ms += 60;
    expect(limiter.nextInMs()).toBe(0);
    expect(limiter.take(5)).toBe(1);
  });

  it('saves no more than the burst over a pause', () => {
    const clock = new Clock();
    const limiter = new RateLimiter(80, undefined, clock.now);
    limiter.take(100);
    clock.ms += 3_600_000;
    expect(limiter.take(100)).toBe(5);
  });

  it('grants again what was given back, and no more', () => {
    const clock = new Clock();
    const limiter = new RateLimiter(10, 3, clock.now);
    expect(limiter.take(3)).toBe(3);
    limiter.giveBack(2);
    expect(limiter.take(10)).toBe(2);
    limiter.giveBack(1);
    clock.ms += 3_600_000;
    expect(limiter.take(10)).toBe(3);
  });

  it('grants nothing where nothing is wanted', () => {
    const limiter = new RateLimiter(1, undefined, new Clock().now);
    expect([limiter.take(0), limiter.take(1), limiter.take(1)]).toEqual([0, 1, 0]);
  });
});
