import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentDigest } from './content-digest.ts';

describe('contentDigest', () => {
  it('is the SHA-256 of the content with its keys in order', () => {
    // printf '{"a":[1,"x",null],"b":{}}' | sha256sum
    expect(contentDigest({ b: {}, a: [1, 'x', null] })).toBe('0d7d4acae390a346639f7c148a678afd1dd62e6d72fcc27da59b99a6b29d9392');
  });

  it('tells content apart, and not the order of its keys', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).reverse().map(([key, member]) => [key, shuffled(member)]));
    };
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      expect(contentDigest(shuffled(value))).toBe(contentDigest(value));
    }));
    const contents = [{}, [], '', null, 0, false, '{}', [[]], [{}], { a: 1 }, { a: '1' }, { a: null }, ['a', 1], ['a,1'], { a: { b: 1 } },
      { a: 1, b: 1 }];
    expect(new Set(contents.map(contentDigest)).size).toBe(contents.length);
  });
});
