/** A JSON object of which nothing is known yet. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as an object; `undefined` where it is none. */
export function object(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

/** What the other side means as text: a string exactly as it came, a number or a boolean written out. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** The first of several spellings that holds text with something in it. */
export function firstText(...values: unknown[]): string | undefined {
  for (const value of values) {
    const found = text(value);
    if (found !== undefined && found !== '') return found;
  }
  return undefined;
}

/** A finite number, written as one or as a string; `undefined` for anything else. */
export function number(value: unknown): number | undefined {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** The elements of a list; a single object counts as a list of itself. */
export function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? [value] : [];
}

/** The object itself, or the first of a list. */
export function holder(value: unknown): JsonObject | undefined {
  return object(list(value)[0]);
}

/** A keyword without regard to case, `_`, `-` and spaces: `Quickreply`, `quick_reply` and `quickReply` are one. */
export function keyword(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase().replace(/[_\-\s]/g, '') : '';
}
