import { normalizePhoneNumber } from '../messages/phone-number.ts';
import { SendError } from '../send.error.ts';
import type { Account } from './resolved-options.ts';

/** The configured accounts, looked up by what messages and callbacks name them by. */
export class Accounts {
  readonly all: readonly Account[];
  private readonly numbers: ReadonlyMap<string, Account>;
  private readonly nicknames: ReadonlyMap<string, Account>;
  private readonly defaultAccount: Account | undefined;

  constructor(accounts: readonly Account[]) {
    this.all = accounts;
    this.numbers = new Map(accounts.map((account) => [account.mobileNumber, account]));
    this.nicknames = new Map(accounts.map((account) => [account.nickname, account]));
    this.defaultAccount = accounts.find((account) => account.isDefault);
  }

  /** The account that a message belongs to: the number's own, else the default one; for a message that names no number the only one. */
  find(wabaNumber: string | undefined): Account | undefined {
    const only = (wabaNumber ?? '').trim() === '' && this.all.length === 1 ? this.all[0] : undefined;
    return this.byNumber(wabaNumber) ?? this.defaultAccount ?? only;
  }

  /** The account with this very number, with or without its `+`. */
  byNumber(wabaNumber: string | undefined): Account | undefined {
    if (wabaNumber === undefined) return undefined;
    return this.numbers.get(wabaNumber) ?? this.numbers.get(`+${wabaNumber}`) ?? this.numbers.get(normalizePhoneNumber(wabaNumber) ?? '');
  }

  byNickname(nickname: string): Account | undefined {
    return this.nicknames.get(nickname);
  }

  /**
   * The account that a host means by its nickname.
   * @throws SendError (`unknown-account`) where there is none.
   */
  named(nickname: string): Account {
    const account = this.byNickname(nickname);
    if (account !== undefined) return account;
    throw new SendError('unknown-account', `There is no account "${nickname}"; there are ${this.all.map((each) => each.nickname).join(', ')}.`);
  }

  /** What to call an account in logs and to the host; its number where it is configured no more. */
  nickname(mobileNumber: string): string {
    return this.numbers.get(mobileNumber)?.nickname ?? mobileNumber;
  }
}
