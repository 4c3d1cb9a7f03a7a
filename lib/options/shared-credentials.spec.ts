import { describe, expect, it } from '@jest/globals';
import type { AiSensyCallbackOptions } from '../whatsapp-bridge.options.ts';
import { sharedCredentials } from './shared-credentials.ts';

const accounts = (...callbacks: AiSensyCallbackOptions[]) => callbacks.map((own, place) => ({ nickname: 'ABC'[place]!, aiSensy: { callbacks: own } }));

describe('sharedCredentials', () => {
  it.each<[string, AiSensyCallbackOptions, AiSensyCallbackOptions]>([
    ['a token', { token: 'one' }, { token: ['other', 'one'] }],
    ['a signing secret', { token: 'one', signingSecret: 'same' }, { token: 'other', signingSecret: 'same' }],
    ['headers', { headers: { 'X-Key': 'same' } }, { headers: { 'x-key': ['same', 'new'] } }],
    ['headers, of which one asks for more', { headers: { 'X-Key': 'same' } }, { headers: { 'X-Key': 'same', 'X-Shop': '2' } }],
  ])('names the accounts that share %s', (_, one, other) => {
    expect(sharedCredentials(accounts(one, other))).toEqual([{ nickname: 'B', others: ['A'] }]);
    expect(sharedCredentials(accounts(other, one))).toEqual([{ nickname: 'B', others: ['A'] }]);
  });

  it('names each account once, with those before it', () => {
    expect(sharedCredentials(accounts({ token: 'same' }, { token: 'same' }, { token: 'same' }))).toEqual([
      { nickname: 'B', others: ['A'] }, { nickname: 'C', others: ['A', 'B'] },
    ]);
  });

  it('finds nothing where each account has its own', () => {
    expect(sharedCredentials(accounts(
      { token: 'one', headers: { 'X-Key': 'a', 'X-Shop': '1' } }, { token: 'two', headers: { 'X-Key': 'a', 'X-Shop': '2' } }, { signingSecret: 'one' },
    ))).toEqual([]);
  });
});
