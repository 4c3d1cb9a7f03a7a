import { parseJson } from '../messages/json-fields.ts';

/** Far beyond what either side nests. Deeper values would overflow the stack of whatever writes them out again. */
const MAX_DEPTH = 100;

/** What a body says as JSON, a byte order mark allowed; `undefined`, which no JSON says, where it is none, or nests beyond all reason. */
export function parseJsonBody(bytes: Buffer): unknown {
  const text = bytes.toString();
  const value = parseJson(text);
  // Each level takes two characters, so a short body, as most are, cannot be too deep.
  return text.length > 2 * MAX_DEPTH && nestsDeeper(value, MAX_DEPTH) ? undefined : value;
}

function nestsDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  for (const child of Array.isArray(value) ? value : Object.values(value)) if (nestsDeeper(child, depth - 1)) return true;
  return false;
}
