import { isObject, parseJson } from '../messages/json-fields.ts';
import type { VariableForm } from './environment-variables.ts';

/** What a variable's text says, or what is wrong with it. A text of a wrong form is passed on: validation names what is wanted. */
export type Reading = { value: unknown } | { problem: string };

const HEADER_FORMS = "Write {\"Name\": \"value\"}, or lines of 'Name: value'.";
const NAME_FORMS = "Write {\"name\": \"other name\"}, or lines of 'name: other name'.";

const BOOLEANS: Record<string, boolean> = { true: true, yes: true, on: true, 1: true, false: false, no: false, off: false, 0: false };

/** `raw` may be no string: a host's own configuration may have converted it already. */
export function readForm(form: VariableForm, raw: unknown): Reading {
  if (form === 'text') return { value: typeof raw === 'number' ? String(raw) : raw };
  if (typeof raw !== 'string') return { value: raw };
  switch (form) {
    case 'number': return { value: Number.isFinite(Number(raw)) && raw.trim() !== '' ? Number(raw) : raw };
    case 'boolean': return { value: BOOLEANS[raw.trim().toLowerCase()] ?? raw };
    case 'secrets': return { value: readSecrets(raw) };
    case 'headers': return readPairs(raw, HEADER_FORMS);
    case 'names': return readPairs(raw, NAME_FORMS);
  }
}

function readSecrets(raw: string): unknown {
  const list = raw.trimStart().startsWith('[') ? parseJson(raw) : undefined;
  return Array.isArray(list) ? list : raw;
}

function readPairs(raw: string, forms: string): Reading {
  if (raw.trimStart().startsWith('{')) {
    const pairs = parseJson(raw);
    return isObject(pairs) ? { value: pairs } : { problem: `is no valid JSON. ${forms}` };
  }
  const pairs: Record<string, string | string[]> = {};
  for (const line of raw.split(/\r?\n/).filter((line) => line.trim() !== '')) {
    const colon = line.indexOf(':');
    if (colon < 1) return { problem: `has a line without a name and a colon. ${forms}` };
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    const before = pairs[name];
    pairs[name] = before === undefined ? value : [before, value].flat();
  }
  return { value: pairs };
}
