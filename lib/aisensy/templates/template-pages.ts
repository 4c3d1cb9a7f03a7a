import { fieldsOf, firstText } from '../../messages/json-fields.ts';
import { AiSensyApiError } from '../cold-api.ts';

/** Meta allows an account 6,000 templates in all languages at the most, so this is only against going round in circles. */
const MOST_PAGES = 500;

/** A page of rows, and the cursor of the one behind it. */
export interface RowPage {
  rows: unknown[];
  next?: string;
}

/** Reads pages until one brings nothing new, as the last does, and as every one does where AiSensy takes no cursor. */
export async function collectPages(read: (after: string | undefined) => Promise<RowPage>): Promise<unknown[]> {
  const seen = new Map<string, unknown>();
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { rows, next } = await read(after);
    const before = seen.size;
    for (const row of rows) seen.set(keyOf(row), row);
    if (next === undefined || next === after || seen.size === before) break;
    after = next;
  }
  return [...seen.values()];
}

export function idOf(row: unknown): string | undefined {
  const { id, _id } = fieldsOf(row);
  return firstText(id, _id);
}

/** What makes a row the same as one of an earlier page. */
function keyOf(row: unknown): string {
  const { name, language } = fieldsOf(row);
  return JSON.stringify([idOf(row), firstText(name), firstText(language)]);
}

/** The list itself, or the one under one of the names; an answer without one is no list of templates. */
export function rowsOf(answer: unknown, ...names: string[]): unknown[] {
  for (const list of [answer, ...names.map((name) => fieldsOf(answer)[name])]) if (Array.isArray(list)) return list as unknown[];
  throw new AiSensyApiError('AiSensy answered no list of templates');
}
