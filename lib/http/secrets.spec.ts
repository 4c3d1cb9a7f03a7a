import { describe, expect, it } from '@jest/globals';
import { HeadersMatcher, SecretMatcher } from './secrets.ts';

describe('SecretMatcher', () => {
  it('knows the secret, and nothing else', () => {
    const matcher = new SecretMatcher('s3cret-ü');
    expect(matcher.matches('s3cret-ü')).toBe(true);
    for (const wrong of [undefined, '', 's3cret', 's3cret-ü ', 'S3CRET-Ü', 's3cret-u']) expect(matcher.matches(wrong)).toBe(false);
  });

  it('knows each of several secrets', () => {
    const matcher = new SecretMatcher(['old', 'new']);
    expect([matcher.matches('old'), matcher.matches('new'), matcher.matches('oldnew'), matcher.matches('old,new')])
      .toEqual([true, true, false, false]);
  });

  it.each([[''], [[]], [['', '']]])('lets nobody in where the secret is %j', (expected) => {
    expect(new SecretMatcher(expected).matches('')).toBe(false);
    expect(new SecretMatcher(expected).matches(undefined)).toBe(false);
  });
});

describe('HeadersMatcher', () => {
  const matcher = new HeadersMatcher({ 'X-Api-Key': ['old', 'new'], Authorization: 'Bearer abc' });

  it('wants all of its headers, in any case', () => {
    expect(matcher.matches({ 'x-api-key': 'new', authorization: 'Bearer abc', host: 'x' })).toBe(true);
    expect(matcher.matches({ 'x-api-key': 'old', authorization: 'Bearer abc' })).toBe(true);
    expect(matcher.matches({ 'x-api-key': 'new' })).toBe(false);
    expect(matcher.matches({ authorization: 'Bearer abc' })).toBe(false);
    expect(matcher.matches({ 'x-api-key': 'other', authorization: 'Bearer abc' })).toBe(false);
    expect(matcher.matches({ 'x-api-key': 'new', authorization: 'bearer abc' })).toBe(false);
  });

  it('lets nobody in where no header is expected', () => {
    expect(new HeadersMatcher({}).matches({})).toBe(false);
    expect(new HeadersMatcher({ 'X-Api-Key': '' }).matches({ 'x-api-key': '' })).toBe(false);
  });

  it('is not fooled by names of the prototype', () => {
    expect(new HeadersMatcher({ constructor: 'a' }).matches({})).toBe(false);
  });
});
