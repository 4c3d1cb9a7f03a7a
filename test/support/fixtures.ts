import { readFileSync } from 'node:fs';

/** A sample payload of `test/fixtures`, parsed. */
export function fixture<T = Record<string, unknown>>(path: string): T {
  return JSON.parse(fixtureText(path)) as T;
}

/** A sample payload of `test/fixtures`, as it would come. */
export function fixtureText(path: string): string {
  return readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');
}
