import type { DeadLetterFilter, DeadLetterKind } from '../ledger/dead-letter.ts';
import { normalizePhoneNumber } from '../messages/phone-number.ts';
import type { Accounts } from '../options/accounts.ts';
import { checkFields, type FieldRule, isCount } from './checked-fields.ts';

const KINDS: Record<DeadLetterKind, true> = { refused: true, unknown: true, expired: true, relay: true, listener: true, unmatched: true, unreadable: true };

const WHOLE_NUMBER: FieldRule = { holds: isCount, wanted: 'a whole number, 0 or more' };

const RULES: Record<keyof DeadLetterFilter, FieldRule> = {
  ids: { holds: (value) => Array.isArray(value) && value.every(isCount), wanted: 'a list of ids' },
  kind: { holds: (value) => typeof value === 'string' && Object.hasOwn(KINDS, value), wanted: `one of ${Object.keys(KINDS).join(', ')}` },
  account: { holds: (value) => typeof value === 'string', wanted: "an account's nickname" },
  msgId: { holds: (value) => typeof value === 'string', wanted: 'a string' },
  before: { holds: (value) => value instanceof Date && !Number.isNaN(value.getTime()), wanted: 'a valid Date' },
  limit: WHOLE_NUMBER,
  after: WHOLE_NUMBER,
};

/**
 * A host's filter as the ledger takes it, with the account's number in place of its nickname. A field that is misspelt or of a wrong kind would
 * pick other letters than were meant, to be sent or thrown away.
 * @throws TypeError for such a field, and `SendError` for an account that there is not.
 */
export function ledgerFilter(filter: DeadLetterFilter, accounts: Accounts): DeadLetterFilter {
  checkFields(filter, RULES, 'filter');
  return filter.account === undefined ? filter : { ...filter, account: numberOf(filter.account, accounts) };
}

/** Letters of an account that is configured no more are told, and found, by its number. */
function numberOf(account: string, accounts: Accounts): string {
  if (accounts.byNickname(account) === undefined && normalizePhoneNumber(account) === account) return account;
  return accounts.named(account).mobileNumber;
}
