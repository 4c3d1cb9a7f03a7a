import { timeOf } from './time.ts';

// The one reader of JSON whose types vary from one delivery to the next, whichever side sent it. What counts as an object, a list, a
// text, a number or a time is decided here.

/** A JSON object of which nothing is known yet. */
export type JsonObject = Record<string, unknown>;

/** Shared, since most messages and reports lack several of the objects that they are asked for. */
const NO_FIELDS: JsonObject = Object.freeze({});

/** Shared for the same reason. */
const NOTHING: readonly unknown[] = Object.freeze([]);

/** What a text says as JSON, a byte order mark allowed; `undefined`, which no JSON says, where it is none: the engine's own words would quote it. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json.startsWith('\ufeff') ? json.slice(1) : json);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value as an object, an empty one where it is none: fields can be asked for without looking first. A list of one object counts as
 * that object. One of several does not, since those behind the first would be lost without a trace.
 */
export function fieldsOf(value: unknown): JsonObject {
  if (isObject(value)) return value;
  return Array.isArray(value) && value.length === 1 && isObject(value[0]) ? value[0] : NO_FIELDS;
}

/** The object itself, or the first of a list, where the first says enough; `undefined` where that is none. */
export function firstObject(value: unknown): JsonObject | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return isObject(first) ? first : undefined;
}

/** A list as it is; one thing, whatever it is, as a list of it; nothing as none. For what must be accounted for, readable or not. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? NOTHING : [value];
}

/** A list as it is; one object as a list of it; anything else as none: an empty text in place of a list is no element. */
export function listOrObject(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : isObject(value) ? [value] : NOTHING;
}

/** What is meant as text in a message: a string exactly as it came, an empty one too, a number or a boolean written out. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/**
 * The first of several values that says something, as text: a string that is not blank, exactly as it came, or a number. A boolean says
 * nothing: `"error":false` names no error.
 */
export function firstText(...values: unknown[]): string | undefined {
  for (const value of values) {
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  }
  return undefined;
}

/** Like `firstText`, but a blank string counts: CleverTap knows a message again by its id to the letter, even by one that is a space. */
export function firstNonEmpty(...values: unknown[]): string | undefined {
  for (const value of values) {
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  }
  return undefined;
}

/** The distinct texts among the values that say something, in order and as they came. */
export function texts(...values: unknown[]): string[] {
  return [...new Set(values.map((value) => firstText(value)).filter((text) => text !== undefined))];
}

/** A finite number, written as one or as a string; `undefined` for anything else, and for a blank string, which is not zero. */
export function numberOf(value: unknown): number | undefined {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** The first of the values that tells a time, in milliseconds since 1970. */
export function firstTime(...values: unknown[]): number | undefined {
  for (const value of values) {
    const time = timeOf(value);
    if (time !== undefined) return time;
  }
  return undefined;
}

/** A keyword without regard to case, `_`, `-` and spaces: `Quickreply`, `quick_reply` and `quickReply` are one. */
export function keyword(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase().replace(/[_\-\s]/g, '') : '';
}
