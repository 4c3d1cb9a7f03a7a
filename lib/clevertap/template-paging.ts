import type { AccountTemplates } from '../templates/template-catalogues.ts';
import { firstText, numberOf, parseJson } from '../messages/json-fields.ts';
import type { Template } from '../messages/template.ts';

const DEFAULT_LIMIT = 50;
const LARGEST_LIMIT = 500;

/** A template with the place that a cursor tells. */
interface Placed {
  template: Template;
  cursor: string;
}

/** A cursor that the bridge never gave out. */
export class UnknownCursorError extends Error {}

/** How many templates are asked for: 50 where nothing is said, 500 where more are; `undefined` where it is no number of templates. */
export function readLimit(limit: unknown): number | undefined {
  const said = unquoted(limit);
  if (said === undefined) return DEFAULT_LIMIT;
  const wanted = numberOf(said) ?? NaN;
  return Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, LARGEST_LIMIT) : undefined;
}

/** The cursor that is asked for, without quotes and space that were pasted along with it; none for the first page. */
export function readCursor(after: unknown): string | undefined {
  return unquoted(after);
}

/**
 * Cuts a page out of the accounts' templates. A cursor names the last template before the page, so it stays right where the list
 * changes between two pages, even if that template is gone.
 * @throws UnknownCursorError
 */
export function pageOf(lists: readonly AccountTemplates[], limit: number, after: string | undefined): { page: Placed[]; last: boolean } {
  const placed = lists.flatMap(({ templates }, account) => templates.map((template) => ({ template, place: placeOf(account, template) })));
  const from = after === undefined ? 0 : placed.filter(({ place }) => compare(place, readPlace(after, lists.length)) <= 0).length;
  const page = placed.slice(from, from + limit).map(({ template, place }) => ({ template, cursor: writeCursor(place) }));
  return { page, last: from + limit >= placed.length };
}

/** The account's place among those that are shown, and the template's in its list. */
type Place = [account: number, name: string, language: string];

function placeOf(account: number, { name, language }: Template): Place {
  return [account, name, language];
}

function compare(a: Place, b: Place): number {
  for (const [part, value] of a.entries()) {
    if (value !== b[part]) return value < b[part]! ? -1 : 1;
  }
  return 0;
}

function writeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function readPlace(cursor: string, accounts: number): Place {
  const place = parseJson(Buffer.from(cursor, 'base64url').toString());
  const [account, name, language] = Array.isArray(place) ? (place as unknown[]) : [];
  if (typeof account !== 'number' || typeof name !== 'string' || typeof language !== 'string') throw new UnknownCursorError();
  const read: Place = [account, name, language];
  if (account < 0 || account >= accounts || writeCursor(read) !== cursor) throw new UnknownCursorError();
  return read;
}

function unquoted(value: unknown): string | undefined {
  return firstText(firstText(value)?.replace(/^[\s"']+|[\s"']+$/g, ''));
}
