import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateLimiter } from '../../lib/lanes/rate-limiter.ts';

/** What somebody does who has work: waits, takes permits, and gives back those that there was no job for. */
interface Turn {
  waitMs: number;
  wanted: number;
  /** The share of what is granted. */
  unused: number;
}

const turn: fc.Arbitrary<Turn> = fc.record({
  waitMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 30, noNaN: true }), fc.double({ min: 0, max: 5_000, noNaN: true })),
  wanted: fc.integer({ min: 0, max: 60 }), unused: fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
});
const rate = fc.oneof(fc.integer({ min: 1, max: 1_500 }), fc.double({ min: 0.1, max: 50, noNaN: true }));
const burst = fc.option(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 100 })), { nil: undefined });

/** The permits that were used, each with its time. */
function run(perSecond: number, most: number | undefined, turns: Turn[]): { at: number; permits: number }[] {
  let now = 1_000_000.5;
  const limiter = new RateLimiter(perSecond, most, () => now);
  const used: { at: number; permits: number }[] = [];
  for (const { waitMs, wanted, unused } of turns) {
    now += waitMs;
    const permits = limiter.take(wanted);
    expect(permits).toBeGreaterThanOrEqual(0);
    expect(permits).toBeLessThanOrEqual(wanted);
    const back = Math.round(unused * permits);
    used.push({ at: now, permits: permits - back });
    limiter.giveBack(back);
  }
  return used;
}

describe('the rate limiter', () => {
  it('never lets more through than its burst and its rate, over any stretch of time', () => {
    fc.assert(fc.property(rate, burst, fc.array(turn, { maxLength: 40 }), (perSecond, most, turns) => {
      const used = run(perSecond, most, turns);
      const atOnce = Math.max(1, most ?? 1 + perSecond * 0.05);
      for (let from = 0; from < used.length; from++) {
        let permits = 0;
        for (let to = from; to < used.length; to++) {
          permits += used[to]!.permits;
          expect(permits).toBeLessThanOrEqual(atOnce + ((used[to]!.at - used[from]!.at) * perSecond) / 1_000 + 1e-3);
        }
      }
    }), { numRuns: 1_000 });
  });

  it('grants a permit when it said that there would be one', () => {
    fc.assert(fc.property(rate, burst, fc.array(turn, { maxLength: 20 }), (perSecond, most, turns) => {
      let now = 0;
      const limiter = new RateLimiter(perSecond, most, () => now);
      for (const { waitMs, wanted } of turns) {
        now += waitMs;
        limiter.take(wanted);
      }
      now += limiter.nextInMs();
      expect(limiter.take(1)).toBe(1);
    }));
  });
});
