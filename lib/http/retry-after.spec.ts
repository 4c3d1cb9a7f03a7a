import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.parse('2026-10-01T12:00:00Z');

describe('retryAfterMs', () => {
  it.each([
    ['120', 120_000],
    [' 1.5 ', 1_500],
    [['7', '9'], 7_000],
    ['Thu, 01 Oct 2026 12:01:00 GMT', 60_000],
    ['Thu, 01 Oct 2026 11:59:00 GMT', undefined],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    ['9'.repeat(400), undefined],
    [[], undefined],
    [undefined, undefined],
  ])('reads %j as %j', (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });
});
