import { createHash } from 'node:crypto';
import { isObject } from './json-values.ts';

/** No form of a callback comes near; what is nested deeper would overflow the stack of whoever writes it as JSON. */
const DEEPEST = 64;

/**
 * A digest that is the same for the same content, whatever the order of its keys: SHA-256 in hex. `undefined` where the
 * content is nested too deeply to be kept.
 */
export function contentDigest(content: unknown): string | undefined {
  const canonical = canonicalJson(content, 0);
  return canonical === undefined ? undefined : createHash('sha256').update(canonical).digest('hex');
}

function canonicalJson(value: unknown, depth: number): string | undefined {
  if (depth > DEEPEST) return undefined;
  if (Array.isArray(value)) return joined('[', value.map((element) => canonicalJson(element, depth + 1)), ']');
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value).sort().map((key) => {
    const member = canonicalJson(value[key], depth + 1);
    return member === undefined ? undefined : `${JSON.stringify(key)}:${member}`;
  });
  return joined('{', members, '}');
}

function joined(open: string, parts: (string | undefined)[], close: string): string | undefined {
  return parts.includes(undefined) ? undefined : open + parts.join(',') + close;
}
