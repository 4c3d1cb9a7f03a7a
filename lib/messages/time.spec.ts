import { describe, expect, it } from '@jest/globals';
import { timeOf } from './time.ts';

describe('timeOf', () => {
  it.each([
    1790000001000, '1790000001000', 1790000001, '1790000001', ' 1790000001 ', '1790000001.0', 1790000000.9999, '2026-09-21T14:13:21.000Z', '2026-09-21T19:43:21+05:30',
  ])('reads %j', (value) => {
    expect(timeOf(value)).toBe(1790000001000);
  });

  it('reads dates from before the first millisecond that a number may tell', () => {
    expect(timeOf('1972-01-01T00:00:00Z')).toBe(63_072_000_000);
  });

  it.each([
    null, undefined, '', ' ', 'soon', 0, -5, '-5', NaN, Infinity, 1e20, 1e300, {}, [1790000001], true,
    1790000001000000, '1790000001000000', 1790000001000000000, '+056700-01-01T00:00:00Z',
  ])('sees no time in %j', (value) => {
    expect(timeOf(value)).toBeUndefined();
  });
});
