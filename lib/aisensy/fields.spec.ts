import { describe, expect, it } from '@jest/globals';
import { fieldsOf, firstText, firstTime, oneLine, texts } from './fields.ts';

describe('fields', () => {
  it.each([null, undefined, 'x', 1, ['x']])('of %j are none', (value) => {
    expect(fieldsOf(value)).toEqual({});
  });

  it('gives the first text that says something, exactly as it came', () => {
    expect(firstText(undefined, null, '', '  ', NaN, {}, ' a ', 'b')).toBe(' a ');
    expect(firstText(0)).toBe('0');
    expect(firstText(true, [])).toBeUndefined();
    expect(texts('a', undefined, 'b', 'a', 1, '1')).toEqual(['a', 'b', '1']);
  });

  it.each([
    1790000001000, '1790000001000', 1790000001, '1790000001', '1790000001.0', '2026-09-21T14:13:21.000Z', '2026-09-21T19:43:21+05:30',
  ])('reads the time %j', (value) => {
    expect(firstTime(undefined, value)).toBe(1790000001000);
  });

  it.each([null, undefined, '', ' ', 'soon', 0, -5, NaN, Infinity, 1e20, {}, [1790000001], true])('sees no time in %j', (value) => {
    expect(firstTime(value)).toBeUndefined();
    expect(firstTime(value, 1790000001)).toBe(1790000001000);
  });

  it('makes one line', () => {
    expect(oneLine(' a \n\t b ')).toBe('a b');
    expect(oneLine(' \n')).toBeUndefined();
    expect(oneLine('abcdef', 4)).toBe('abc…');
  });
});
