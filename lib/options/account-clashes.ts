import { isObject } from '../messages/json-fields.ts';
import type { OptionProblem } from './configuration.error.ts';
import { isText } from './rules.ts';

/** What is wrong between accounts, each of which may be right by itself. Reads options that may still be of wrong types. */
export function accountClashes(accounts: unknown): OptionProblem[] {
  if (!Array.isArray(accounts)) return [];
  return [
    ...repeats(accounts, 'nickname', 'has the same nickname. Give each account its own: logs and listeners know it by this name.'),
    ...repeats(accounts, 'mobileNumber', 'has the same number. One number is one account: join the two entries, or correct one number.'),
    ...repeats(accounts, 'isDefault', 'is the default already. At most one account takes the messages that match no other.'),
  ];
}

function repeats(accounts: unknown[], name: string, clash: string): OptionProblem[] {
  const firsts = new Map<unknown, string>();
  return accounts.flatMap((account, index) => {
    const value = isObject(account) ? account[name] : undefined;
    if (value !== true && !isText(value)) return [];
    const first = firsts.get(value);
    if (first !== undefined) return [{ option: `accounts[${index}].${name}`, text: `is not unique: ${first} ${clash}` }];
    firsts.set(value, `accounts[${index}]`);
    return [];
  });
}
