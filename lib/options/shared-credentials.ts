import type { Secret } from './secret.ts';
import type { Account } from './resolved-options.ts';

type Callbacks = Account['aiSensy']['callbacks'];
type Named = Pick<Account, 'nickname'> & { aiSensy: { callbacks: Callbacks } };

/** An account whose callbacks of AiSensy's others take for theirs as well. */
export interface SharedCredentials {
  nickname: string;
  /** The accounts before it that share a credential with it. */
  others: string[];
}

/** Which accounts AiSensy's callbacks cannot be told apart by: some forms do not name the number, and then the credentials decide. */
export function sharedCredentials(accounts: readonly Named[]): SharedCredentials[] {
  return accounts.flatMap(({ nickname, aiSensy: { callbacks } }, place) => {
    const others = accounts.slice(0, place).filter((other) => areShared(callbacks, other.aiSensy.callbacks)).map((other) => other.nickname);
    return others.length === 0 ? [] : [{ nickname, others }];
  });
}

function areShared(one: Callbacks, other: Callbacks): boolean {
  return meet(one.token, other.token) || meet(one.signingSecret, other.signingSecret) || pass(one.headers, other.headers) || pass(other.headers, one.headers);
}

/** Whether a request with the headers of the one passes as the other's too. */
function pass(shown: Callbacks['headers'] = {}, expected: Callbacks['headers'] = {}): boolean {
  const own = new Map(Object.entries(shown).map(([name, value]) => [name.toLowerCase(), value]));
  const wanted = Object.entries(expected);
  return wanted.length > 0 && wanted.every(([name, value]) => meet(own.get(name.toLowerCase()), value));
}

function meet(one: Secret = [], other: Secret = []): boolean {
  return [one].flat().some((secret) => [other].flat().includes(secret));
}
