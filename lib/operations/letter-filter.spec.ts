import { describe, expect, it } from '@jest/globals';
import { Accounts } from '../options/accounts.ts';
import type { Account } from '../options/resolved-options.ts';
import { ledgerFilter } from './letter-filter.ts';

const accounts = new Accounts([{ nickname: 'shop', mobileNumber: '+918889500122' } as Account]);
const read = (filter: unknown) => ledgerFilter(filter as never, accounts);

describe("a host's filter of dead letters", () => {
  it('names an account by its nickname, and by its number one that is configured no more', () => {
    expect(read({ kind: 'refused', account: 'shop' })).toEqual({ kind: 'refused', account: '+918889500122' });
    expect(read({ account: '+918889500199' })).toEqual({ account: '+918889500199' });
    expect(() => read({ account: 'shpo' })).toThrow(expect.objectContaining({ name: 'SendError', code: 'unknown-account' }));
  });

  it('may leave out everything', () => {
    expect(read({})).toEqual({});
    expect(read({ kind: undefined, ids: [], limit: 0, before: new Date(), after: 7, msgId: 'a' })).toMatchObject({ after: 7 });
  });

  it.each<[unknown, string]>([
    [undefined, 'the filter must be an object.'],
    [null, 'the filter must be an object.'],
    [{ limit: -1 }, '`limit` must be a whole number, 0 or more.'],
    [{ limit: '5' }, '`limit` must be a whole number, 0 or more.'],
    [{ after: 1.5 }, '`after` must be a whole number, 0 or more.'],
    [{ before: '2026-01-01' }, '`before` must be a valid Date.'],
    [{ before: new Date('rubbish') }, '`before` must be a valid Date.'],
    [{ kind: 'refusd' }, '`kind` must be one of refused, unknown, expired, relay, listener, unmatched, unreadable.'],
    [{ kind: 'toString' }, '`kind` must be one of refused, unknown, expired, relay, listener, unmatched, unreadable.'],
    [{ ids: 5 }, '`ids` must be a list of ids.'],
    [{ msgId: 5 }, '`msgId` must be a string.'],
    [{ account: 5 }, "`account` must be an account's nickname."],
    [{ kinds: 'refused' }, '`kinds` is no field of the filter. Did you mean kind?'],
    [{ sinceWhen: 5 }, '`sinceWhen` is no field of the filter. There are ids, kind, account, msgId, before, limit, after.'],
  ])('that cannot be meant is refused in words: %p', (filter, problem) => {
    expect(() => read(filter)).toThrow(new TypeError(`deadLetters: ${problem}`));
  });
});
