import { describe, expect, it } from '@jest/globals';
import { oneLine } from './one-line.ts';

describe('oneLine', () => {
  it('makes one line', () => {
    expect(oneLine(' a \n\t b ')).toBe('a b');
    expect(oneLine(' \n')).toBeUndefined();
    expect(oneLine('abcdef', 4)).toBe('abc…');
  });
});
