import { timeOf } from '../messages/time.ts';

/** Readers of single fields, for forms whose types vary from one delivery to the next. */

export type Fields = Record<string, unknown>;

/**
 * The value as an object, an empty one where it is none: fields can be asked for without looking first. A list of one object counts as
 * that object.
 */
export function fieldsOf(value: unknown): Fields {
  if (isFields(value)) return value;
  return Array.isArray(value) && value.length === 1 && isFields(value[0]) ? value[0] : {};
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list as it is; one thing as a list of it; nothing as none. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

/** The first of the values that says something, as text: a string that is not blank, exactly as it came, or a number. */
export function firstText(...values: unknown[]): string | undefined {
  for (const value of values) {
    if (typeof value === 'string' && value.trim() !== '') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  }
  return undefined;
}

/** The distinct texts among the values, in order and as they came. */
export function texts(...values: unknown[]): string[] {
  return [...new Set(values.map((value) => firstText(value)).filter((text) => text !== undefined))];
}

/** The first of the values that tells a time, in milliseconds since 1970. */
export function firstTime(...values: unknown[]): number | undefined {
  for (const value of values) {
    const time = timeOf(value);
    if (time !== undefined) return time;
  }
  return undefined;
}

/** A one-line text for summaries and titles, shortened to `limit` characters; `undefined` where nothing is left. */
export function oneLine(text: string, limit = 1_000): string | undefined {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line || undefined;
}
