import { describe, expect, it } from '@jest/globals';
import { GroupedLines } from './grouped-lines.ts';

describe('GroupedLines', () => {
  it('lets the first of each kind go at once, and counts those that follow soon', () => {
    const lines = new GroupedLines(10_000);
    expect(lines.next('one', 1_000)).toBe('');
    for (let at = 1_001; at < 1_500; at += 1) expect(lines.next('one', at)).toBeUndefined();
    expect(lines.next('other', 1_500)).toBe('');
    expect(lines.next('one', 11_000)).toBe(' (and 499 more like it before)');
    expect(lines.next('one', 21_000)).toBe('');
  });

  it('does not fall silent when the clock is put back', () => {
    const lines = new GroupedLines(10_000);
    expect([lines.next('one', 3_600_000), lines.next('one', 0)]).toEqual(['', '']);
  });

  it('takes kinds without end for one', () => {
    const lines = new GroupedLines(10_000);
    const told = Array.from({ length: 1_000 }, (_, kind) => lines.next(`kind ${kind}`, 0)).filter((line) => line !== undefined);
    expect(told).toHaveLength(101);
    expect(lines.next('kind 999', 10_000)).toBe(' (and 899 more like it before)');
  });
});
