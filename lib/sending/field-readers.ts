import { isObject } from '../messages/json-fields.ts';
import { nearest } from '../options/nearest.ts';
import { SendError } from '../send.error.ts';

/**
 * Reads a value of the host's into what the bridge keeps of it. `path` names it: `content.body.text`. Throws a `SendError` (`invalid-content`) that
 * names it too, and never shows it: it is for a person.
 */
export type Reader<T> = (value: unknown, path: string) => T;

type Fields<T> = { [Name in keyof T]-?: Reader<T[Name]> };

/** Text, empty or not. */
export const anyText: Reader<string> = (value, path) => (typeof value === 'string' ? value : refuse(path, 'a string'));

/** Text in which there is something to read. */
export const text: Reader<string> = (value, path) => (typeof value === 'string' && /\S/.test(value) ? value : refuse(path, 'a string that is not empty'));

/** Where WhatsApp fetches a medium. */
export const webAddress: Reader<string> = (value, path) =>
  (typeof value === 'string' && /^https?:/i.test(value) && URL.canParse(value) ? value : refuse(path, "a URL, such as 'https://example.com/a.png'"));

/** A coordinate, as text, since both sides write it so. */
export function degrees(most: number): Reader<string> {
  return (value, path) => (typeof value === 'string' && /\d/.test(value) && Math.abs(Number(value)) <= most ? value : refuse(path, `degrees from -${most} to ${most}, as a string`));
}

export const positive: Reader<number> = (value, path) =>
  (typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : refuse(path, 'a number above 0'));

export const place: Reader<number> = (value, path) => (Number.isSafeInteger(value) && (value as number) >= 0 ? value as number : refuse(path, 'a whole number, 0 or more'));

export function oneOf<T extends string>(words: readonly T[]): Reader<T> {
  return (value, path) => (words.includes(value as T) ? value as T : refuse(path, `one of ${words.join(', ')}`));
}

export function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (value, path) => (value === undefined ? undefined : read(value, path));
}

export function listOf<T>(read: Reader<T>): Reader<T[]> {
  return (value, path) => (Array.isArray(value) ? Array.from<unknown, T>(value, (entry, at) => read(entry, `${path}[${at}]`)) : refuse(path, 'a list'));
}

/** A list that may be left out: then it is empty. */
export function listOfAny<T>(read: Reader<T>): Reader<T[]> {
  return (value, path) => (value === undefined ? [] : listOf(read)(value, path));
}

/** Names and texts; none where it is left out. */
export const texts: Reader<Record<string, string>> = (value = {}, path) =>
  Object.fromEntries(Object.entries(object(value, path)).map(([name, entry]) => [name, anyText(entry, `${path}.${name}`)]));

/** An object of just these fields. What is left out is left out of the result too. */
export function group<T extends object>(fields: Fields<T>): Reader<T> {
  const names = Object.keys(fields);
  return (value, path) => {
    const given = object(value, path);
    onlyFields(given, names, `${path}.`);
    const read = Object.entries<Reader<unknown>>(fields).map(([name, field]) => [name, field(given[name], `${path}.${name}`)] as const);
    return Object.fromEntries(read.filter(([, field]) => field !== undefined)) as T;
  };
}

/** Refuses an object that has other fields than these; `path` stands in front of their names. */
export function onlyFields(given: object, names: readonly string[], path = ''): void {
  for (const [name, value] of Object.entries(object(given, ''))) {
    if (value !== undefined && !names.includes(name)) throw unknownField(`${path}${name}`, nearest(name, names), names);
  }
}

/** An object whose `type` says what else is in it. */
export function byType<T extends { type: string }>(readers: Record<T['type'], Reader<T>>): Reader<T> {
  const type = oneOf<T['type']>(Object.keys(readers));
  return (value, path) => readers[type(object(value, path).type, `${path}.type`)](value, path);
}

function object(value: unknown, path: string): Record<string, unknown> {
  return isObject(value) ? value : refuse(path, 'an object');
}

function refuse(path: string, wanted: string): never {
  throw new SendError('invalid-content', `send(): ${path === '' ? 'the request' : `\`${path}\``} must be ${wanted}.`);
}

function unknownField(path: string, meant: string | undefined, names: readonly string[]): SendError {
  return new SendError('invalid-content', `send(): \`${path}\` is no field. ${meant === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${meant}?`}`);
}
