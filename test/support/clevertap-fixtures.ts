import { readFileSync, readdirSync } from 'node:fs';

const FOLDER = new URL('../fixtures/clevertap/', import.meta.url);

/** The names of all sample messages that CleverTap sends, without `.json`. */
export const SENT_NAMES = namesIn('send/');

/** The names of all sample callbacks in CleverTap's form, without `.json`. */
export const CALLBACK_NAMES = namesIn('callbacks/');

/** A sample message as its bytes. */
export function sentBytes(name: string): Buffer {
  return readFileSync(new URL(`send/${name}.json`, FOLDER));
}

/** A sample message as an object, to be changed at will. */
export function sent(name: string): Record<string, unknown> {
  return JSON.parse(sentBytes(name).toString()) as Record<string, unknown>;
}

/** A sample callback as an object, to be changed at will. */
export function callback(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`callbacks/${name}.json`, FOLDER), 'utf8')) as Record<string, unknown>;
}

function namesIn(folder: string): string[] {
  return readdirSync(new URL(folder, FOLDER)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
}
