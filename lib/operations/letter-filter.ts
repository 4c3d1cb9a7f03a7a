import type { DeadLetterFilter, DeadLetterKind } from '../ledger/dead-letter.ts';
import { normalizePhoneNumber } from '../messages/phone-number.ts';
import type { Accounts } from '../options/accounts.ts';
import { nearest } from '../options/nearest.ts';

const KINDS: Record<DeadLetterKind, true> = { refused: true, unknown: true, expired: true, relay: true, listener: true, unmatched: true, unreadable: true };

interface FieldRule {
  holds: (value: unknown) => boolean;
  wanted: string;
}

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
  if (typeof filter !== 'object' || (filter as unknown) === null) throw new TypeError('deadLetters: the filter must be an object, such as { kind: \'refused\' }.');
  for (const [name, value] of Object.entries(filter)) {
    if (!Object.hasOwn(RULES, name)) throw new TypeError(`deadLetters: the filter has no field \`${name}\`. ${suggestion(name)}`);
    const { holds, wanted } = RULES[name as keyof DeadLetterFilter];
    if (value !== undefined && !holds(value)) throw new TypeError(`deadLetters: \`${name}\` must be ${wanted}.`);
  }
  return filter.account === undefined ? filter : { ...filter, account: numberOf(filter.account, accounts) };
}

/** Whether it is a number of things. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Letters of an account that is configured no more are told, and found, by its number. */
function numberOf(account: string, accounts: Accounts): string {
  if (accounts.byNickname(account) === undefined && normalizePhoneNumber(account) === account) return account;
  return accounts.named(account).mobileNumber;
}

function suggestion(name: string): string {
  const known = Object.keys(RULES);
  const meant = nearest(name, known);
  return meant === undefined ? `There are ${known.join(', ')}.` : `Did you mean ${meant}?`;
}
