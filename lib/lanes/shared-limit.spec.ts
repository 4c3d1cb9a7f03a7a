import { describe, expect, it } from '@jest/globals';
import { SharedLimit } from './shared-limit.ts';

/** Takes one after another until nothing fits; how many. */
function fill(limit: SharedLimit, account: string): number {
  let taken = 0;
  for (; limit.fits(account, 1); taken += 1) limit.take(account, 1);
  return taken;
}

describe('SharedLimit', () => {
  it.each([1, 2, 3, 1_000])('gives an only account all of %i', (limit) => {
    expect(fill(new SharedLimit(limit, 1), 'a')).toBe(limit);
  });

  it.each([
    [20, 2, [15, 5]], [10, 4, [7, 1, 1, 1]], [3, 2, [3, 0]], [1, 2, [1, 0]],
  ])('of %i keeps a part for each of %i accounts, and is never passed', (limit, accounts, expected) => {
    const shared = new SharedLimit(limit, accounts);
    expect(expected.map((_, place) => fill(shared, `account ${place}`))).toEqual(expected);
    expect(shared.total).toBe(limit);
  });

  it('has room for an account again when its own, or what is anybody\'s, has left', () => {
    const shared = new SharedLimit(20, 2);
    fill(shared, 'a');
    fill(shared, 'b');
    shared.take('a', -1);
    expect([shared.fits('a', 1), shared.fits('b', 1)]).toEqual([true, true]);
    shared.take('b', 1);
    expect([shared.fits('a', 1), shared.fits('b', 1)]).toEqual([false, false]);
    shared.take('b', -6);
    expect(shared.fits('b', 5)).toBe(true);
    expect(shared.fits('b', 7)).toBe(false);
    expect(shared.fits('a', 2)).toBe(false);
  });

  it('takes what is put back beyond the limit, and still has each account\'s part', () => {
    const shared = new SharedLimit(20, 2);
    shared.take('a', 100);
    expect(fill(shared, 'b')).toBe(5);
    shared.take('a', -86);
    expect(fill(shared, 'a')).toBe(1);
  });
});
