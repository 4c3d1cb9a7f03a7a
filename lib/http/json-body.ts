/** Far beyond what either side nests. Deeper values would overflow the stack of whatever writes them out again. */
const MAX_DEPTH = 100;

/** What the bytes say as JSON, a byte order mark allowed; or `undefined` where they are none, or nest beyond all reason. */
export function parseJson(bytes: Buffer): { value: unknown } | undefined {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  try {
    const value: unknown = JSON.parse(text);
    // So deep takes two characters for each level, which a single report has not.
    return text.length > 2 * MAX_DEPTH && nestsDeeper(value, MAX_DEPTH) ? undefined : { value };
  } catch {
    return undefined;
  }
}

function nestsDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((child) => nestsDeeper(child, depth - 1));
}
