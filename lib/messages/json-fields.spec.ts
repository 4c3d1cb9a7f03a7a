import { describe, expect, it } from '@jest/globals';
import {
  fieldsOf, firstNonEmpty, firstObject, firstText, firstTime, isObject, keyword, listOf, listOrObject, numberOf, parseJson, textOf, texts,
} from './json-fields.ts';

const a = { a: 1 };
const b = { b: 2 };

describe('JSON', () => {
  it('is read from a text, with a byte order mark or without', () => {
    expect([parseJson('{"a":1}'), parseJson('\ufeff{"a":1}'), parseJson('null'), parseJson('0')]).toEqual([a, a, null, 0]);
  });

  it.each(['', '{', '\ufeff', 'OK', '\ufeff\ufeff1', 'undefined'])('is not %j', (text) => {
    expect(parseJson(text)).toBeUndefined();
  });
});

describe('an object', () => {
  it.each([null, undefined, 'x', 1, true, [], [a]])('is not %j', (value) => {
    expect(isObject(value)).toBe(false);
  });

  it.each([null, undefined, 'x', 1, ['x'], [], [a, b], [[a]]])('has no fields in %j', (value) => {
    expect(fieldsOf(value)).toEqual({});
  });

  it('may be the only one of a list', () => {
    expect(fieldsOf(a)).toBe(a);
    expect(fieldsOf([a])).toBe(a);
  });

  it('cannot be given fields where there is none', () => {
    expect(() => { fieldsOf(undefined)['a'] = 1; }).toThrow(TypeError);
  });

  it('may be the first of a list where that is asked for', () => {
    expect([a, [a], [a, b], ['x', a], [], [[a]], 'x', null].map(firstObject)).toEqual([a, a, a, ...Array.from({ length: 5 }, () => undefined)]);
  });
});

describe('a list', () => {
  it('is what it is', () => {
    const list = [null, 'x', a];
    expect(listOf(list)).toBe(list);
    expect(listOrObject(list)).toBe(list);
  });

  it('may be one thing, or nothing', () => {
    expect([a, 'x', '', 0, false, null, undefined].map(listOf)).toEqual([[a], ['x'], [''], [0], [false], [], []]);
    expect([a, 'x', '', 0, false, null, undefined].map(listOrObject)).toEqual([[a], [], [], [], [], [], []]);
  });
});

describe('text', () => {
  it('is what came in its place', () => {
    expect(['', ' ', ' a ', 0, 1.5, true, false].map(textOf)).toEqual(['', ' ', ' a ', '0', '1.5', 'true', 'false']);
    expect([null, undefined, {}, ['x']].map(textOf)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is the first that says something, exactly as it came', () => {
    expect(firstText(undefined, null, '', '  ', NaN, {}, ' a ', 'b')).toBe(' a ');
    expect(firstText(0)).toBe('0');
    expect(firstText(true, [])).toBeUndefined();
    expect(texts('a', undefined, 'b', 'a', 1, '1', ' ')).toEqual(['a', 'b', '1']);
  });

  it('may be blank where it has to come back to the letter', () => {
    expect(firstNonEmpty(undefined, null, '', NaN, {}, ' ', 'b')).toBe(' ');
    expect(firstNonEmpty(0)).toBe('0');
    expect(firstNonEmpty(true, [], '')).toBeUndefined();
  });

  it('is one keyword in several spellings', () => {
    expect(['Quickreply', 'quick_reply', 'quickReply', 'QUICK-REPLY', 'quick reply'].map(keyword)).toEqual(Array.from({ length: 5 }, () => 'quickreply'));
    expect([undefined, null, 1, true, ['x']].map(keyword)).toEqual(['', '', '', '', '']);
  });
});

describe('a number', () => {
  it('is written as one or as text', () => {
    expect([1, '1', ' 1.5 ', '-2', '1e3'].map(numberOf)).toEqual([1, 1, 1.5, -2, 1000]);
    expect(['', ' ', 'x', NaN, Infinity, '1e999', true, null, undefined, [1]].map(numberOf)).toEqual(Array.from({ length: 10 }, () => undefined));
  });
});

describe('a time', () => {
  it('is the first that is told', () => {
    expect(firstTime(undefined, 'soon', '1790000001', 1790000002)).toBe(1790000001000);
    expect(firstTime(null, '')).toBeUndefined();
  });
});
