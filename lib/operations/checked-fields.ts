import { nearest } from '../options/nearest.ts';

/** What a field of a host's object must be. */
export interface FieldRule {
  holds: (value: unknown) => boolean;
  wanted: string;
}

/** Whether it is a number of things. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export const FLAG: FieldRule = { holds: (value) => typeof value === 'boolean', wanted: 'true or false' };

/**
 * Looks through an object of a host's, which may come from a request: a field that is misspelt or of a wrong kind would do other than was meant.
 * @param what names the object: `filter`
 * @throws TypeError for such a field
 */
export function checkFields<T extends object>(given: T, rules: Record<keyof T, FieldRule>, what: string): void {
  if (typeof given !== 'object' || (given as unknown) === null) throw new TypeError(`deadLetters: the ${what} must be an object.`);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(rules, name)) throw new TypeError(`deadLetters: \`${name}\` is no field of the ${what}. ${suggestion(name, Object.keys(rules))}`);
    const { holds, wanted } = rules[name as keyof T];
    if (value !== undefined && !holds(value)) throw new TypeError(`deadLetters: \`${name}\` must be ${wanted}.`);
  }
}

function suggestion(name: string, known: string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? `There ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}.` : `Did you mean ${meant}?`;
}
