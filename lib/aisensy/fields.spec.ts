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

  it('gives the first time', () => {
    expect(firstTime(undefined, 'soon', '1790000001', 1790000002)).toBe(1790000001000);
    expect(firstTime(null, '')).toBeUndefined();
  });

  it('makes one line', () => {
    expect(oneLine(' a \n\t b ')).toBe('a b');
    expect(oneLine(' \n')).toBeUndefined();
    expect(oneLine('abcdef', 4)).toBe('abc…');
  });
});
