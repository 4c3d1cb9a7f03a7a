import { describe, expect, it } from '@jest/globals';
import { Accounts } from './accounts.ts';
import type { Account } from './resolved-options.ts';

const account = (nickname: string, mobileNumber: string, isDefault = false): Account => ({ nickname, mobileNumber, isDefault }) as Account;

describe('Accounts', () => {
  const shop = account('shop', '+918889500122');
  const help = account('help', '+918889500123', true);
  const accounts = new Accounts([shop, help]);

  it.each(['+918889500122', '918889500122', '0091 88895 00122', '+91 88895-00122'])('finds an account by %p', (number) => {
    expect(accounts.find(number)).toBe(shop);
    expect(accounts.byNumber(number)).toBe(shop);
  });

  it.each(['+918889500199', '', 'rubbish', '__proto__', undefined])('takes the default one for %p only where it may', (number) => {
    expect(accounts.find(number)).toBe(help);
    expect(accounts.byNumber(number)).toBeUndefined();
  });

  it('finds none where there is no default one', () => {
    const alone = new Accounts([shop]);
    expect(alone.find('+918889500199')).toBeUndefined();
    expect(alone.find('918889500122')).toBe(shop);
  });

  it.each([undefined, '', ' ', '\t\n'])('takes the only one for a message that names no number: %p', (number) => {
    expect(new Accounts([shop]).find(number)).toBe(shop);
    expect(new Accounts([shop, account('other', '+918889500124')]).find(number)).toBeUndefined();
  });

  it('knows them all, and their nicknames', () => {
    expect(accounts.all).toEqual([shop, help]);
    expect(accounts.byNickname('help')).toBe(help);
    expect(accounts.byNickname('nobody')).toBeUndefined();
    expect(accounts.nickname('+918889500122')).toBe('shop');
    expect(accounts.nickname('+918889500199')).toBe('+918889500199');
  });
});
