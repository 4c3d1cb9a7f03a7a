import { describe, expect, it } from '@jest/globals';
import { codeInFront, withCode } from './error-code.ts';

describe('a code in front of words', () => {
  it.each([
    ['(#131030) Not allowed', 131030], ['131026: Undeliverable', 131026], [' #131026 Undeliverable', 131026], ['131026', 131026],
    ['(#4) Application request limit reached', 4], [' (#190) Invalid OAuth access token', 190], ['(#80007) Rate limit', 80007], ['(#0) AuthException', 0],
    ['(#1310267) Undeliverable', undefined], ['(4) Limit', undefined], ['#4 Limit', undefined], ['(#4 Limit', undefined], ['(#) Limit', undefined], ['4', undefined],
    ['1310267: Undeliverable', undefined], ['100: Invalid', undefined], ['Undeliverable (131026)', undefined], ['', undefined], [undefined, undefined],
  ])('of %j is %j', (words, code) => {
    expect(codeInFront(words)).toBe(code);
  });

  it.each([
    [131026, 'Undeliverable', '131026: Undeliverable'], ['131026', '131026: Undeliverable', '131026: Undeliverable'], [131030, '(#131030) Not allowed', '131030: Not allowed'],
    [131026, '131027: Undeliverable', '131026: 131027: Undeliverable'], ['ERR401', 'ERR401: Nope', 'ERR401: Nope'], ['a.c', 'abc: Nope', 'a.c: abc: Nope'],
    [4, '(#4) Limit', '4: Limit'], [4, '(#42) Limit', '4: (#42) Limit'], [131026, '131026', '131026'], [131026, '', '131026'], ['(', 'Nope', '(: Nope'],
  ])('%j stands there once: %j', (code, words, expected) => {
    expect(withCode(code, words)).toBe(expected);
  });
});
