/** Far beyond what either side nests. Deeper values would overflow the stack of whatever writes them out again. */
const MAX_DEPTH = 100;

/** What the bytes say as JSON, a byte order mark allowed; or `undefined` where they are none, or nest beyond all reason. */
export function parseJson(bytes: Buffer): { value: unknown } | undefined {
  const text = withoutMark(bytes.toString());
  try {
    const value: unknown = JSON.parse(text);
    // Each level takes two characters, so a short body, as most are, cannot be too deep.
    return text.length > 2 * MAX_DEPTH && nestsDeeper(value, MAX_DEPTH) ? undefined : { value };
  } catch {
    return undefined;
  }
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function nestsDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  for (const child of Array.isArray(value) ? value : Object.values(value)) if (nestsDeeper(child, depth - 1)) return true;
  return false;
}
