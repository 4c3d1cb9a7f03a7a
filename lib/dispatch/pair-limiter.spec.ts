import { expect, it } from '@jest/globals';
import { PairLimiter } from './pair-limiter.ts';

it('holds messages to one person apart, after a burst, and nobody else\'s', () => {
  let clock = 0;
  const pairs = new PairLimiter({ everyMs: 6_000, burst: 2 }, () => clock);
  expect([pairs.take('a'), pairs.take('a'), pairs.take('a')]).toEqual([0, 0, 6_000]);
  expect(pairs.take('b')).toBe(0);
  clock = 5_999;
  expect(pairs.take('a')).toBe(1);
  clock = 6_000;
  expect([pairs.take('a'), pairs.take('a')]).toEqual([0, 6_000]);
});

it('forgets people whom nobody writes to', () => {
  let clock = 0;
  const pairs = new PairLimiter({ everyMs: 1, burst: 1 }, () => clock);
  for (let person = 0; person < 20_001; person += 1) {
    clock += 1;
    pairs.take(String(person));
  }
  expect((pairs as unknown as { people: Map<string, unknown> }).people.size).toBeLessThan(10_010);
});
