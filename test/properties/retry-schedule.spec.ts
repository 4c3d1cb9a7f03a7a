import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryAfterMs } from '../../lib/http/retry-after.ts';
import { isExhausted, nextDelay, type RetrySchedule } from '../../lib/lanes/retry-schedule.ts';

const HOUR = 3_600_000;

const schedule: fc.Arbitrary<RetrySchedule> = fc.record({
  firstDelayMs: fc.integer({ min: 1, max: 24 * HOUR }), factor: fc.double({ min: 1, max: 100, noNaN: true }), maxDelayMs: fc.integer({ min: 1, max: 24 * HOUR }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }), maxAttempts: fc.option(fc.integer({ min: 1, max: 1_000 }), { nil: undefined }),
  maxRetryAfterMs: fc.option(fc.integer({ min: 1, max: 24 * HOUR }), { nil: undefined }),
});
const attempts = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 1_000_000 }));
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const asked = fc.option(fc.oneof(fc.integer({ min: 0, max: 48 * HOUR }), fc.constant(Number.MAX_SAFE_INTEGER)), { nil: undefined });

describe('a retry schedule', () => {
  it('stays between its bounds', () => {
    fc.assert(fc.property(schedule, attempts, random, (given, made, chance) => {
      const delay = nextDelay(given, made, chance);
      expect(Number.isSafeInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(Math.floor(Math.min(given.firstDelayMs, given.maxDelayMs) * (1 - given.jitter)));
      expect(delay).toBeLessThanOrEqual(given.maxDelayMs);
    }));
  });

  it('never grows shorter where chance has no part in it', () => {
    fc.assert(fc.property(schedule, attempts, fc.nat(100), (given, made, more) => {
      const certain = { ...given, jitter: 0 };
      expect(nextDelay(certain, made + more, 0.5)).toBeGreaterThanOrEqual(nextDelay(certain, made, 0.5));
    }));
  });

  it('is never earlier than the other side asked for, and not much later', () => {
    fc.assert(fc.property(schedule, attempts, random, asked, (given, made, chance, ms) => {
      const delay = nextDelay(given, made, chance, ms);
      const heeded = Math.min(ms ?? 0, given.maxRetryAfterMs ?? HOUR);
      expect(delay).toBeGreaterThanOrEqual(heeded);
      expect(delay).toBeLessThanOrEqual(Math.max(given.maxDelayMs, heeded + given.firstDelayMs));
    }));
  });

  it('ends after its last attempt and not before', () => {
    fc.assert(fc.property(schedule, attempts, (given, made) => {
      expect(isExhausted(given, made)).toBe(given.maxAttempts !== undefined && made >= given.maxAttempts);
    }));
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 8, 22);

  it('is read as it is meant, in seconds or as a date', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000_000 }), (seconds) => {
      expect(retryAfterMs(String(seconds), now)).toBe(seconds * 1_000);
      expect(retryAfterMs([String(seconds), '0'], now)).toBe(seconds * 1_000);
      expect(retryAfterMs(new Date(now + seconds * 1_000).toUTCString(), now)).toBe(seconds * 1_000);
    }));
  });

  it('is a time to wait, or nothing, whatever it says', () => {
    const odd = fc.oneof(fc.string({ unit: 'binary' }), fc.double().map(String), fc.integer().map(String), fc.date().map(String), fc.bigInt().map(String));
    fc.assert(fc.property(fc.oneof(odd, fc.array(odd), fc.constant(undefined)), (header) => {
      const wait = retryAfterMs(header, now);
      if (wait !== undefined) {
        expect(wait).toBeGreaterThan(0);
        expect(Number.isFinite(wait)).toBe(true);
      }
    }), { numRuns: 1_000 });
  });
});
