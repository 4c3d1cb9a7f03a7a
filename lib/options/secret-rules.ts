import { isObject } from '../messages/json-fields.ts';
import type { Rule } from './must.ts';
import { isText, wrongKind } from './rules.ts';

/** RFC 9110, section 5.6.2: what a header's name may consist of. */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;

/** RFC 9110, section 5.5: tab, visible characters and the upper half of Latin-1. Line breaks would start another header. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that belong to the call itself: set by hand they break the request's framing, or ask for answers that cannot be read. */
const OF_THE_CALL = ['accept-encoding', 'connection', 'content-length', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** One secret, or a list while one is being rotated. */
export function beSecret(wanted: string): Rule {
  return (value) => secretProblem(value, wanted);
}

/** One text that goes out as a header's value, or as part of it. */
export function beHeaderValue(wanted: string): Rule {
  return (value) => {
    if (typeof value !== 'string') return wrongKind(value, wanted);
    if (!isText(value)) return `is empty. Give ${wanted}.`;
    return isLegalValue(value) ? undefined : `is nothing that HTTP can carry. Give ${wanted}, without line breaks and space at its ends.`;
  };
}

/** What the other side must send: one secret or a list for each header. */
export function beExpectedHeaders(): Rule {
  const wanted = "an object of header names and values, such as { 'X-Api-Key': '…' }";
  return (value) => (isObject(value) ? undefined : wrongKind(value, wanted));
}

/** An empty map asks for nothing and would let everybody in. */
export function holdHeaders(): Rule {
  const text = 'is empty, which proves nothing. Name a header and its value, or leave it out.';
  return (value) => (isObject(value) && Object.keys(value).length === 0 ? text : undefined);
}

/** Shows an illegal name only up to its first illegal character: what follows may be a secret in the wrong place. */
export function haveLegalNames(): Rule {
  return forHeaders((name) => !TOKEN.test(name), (names) => {
    const shown = names.map((name) => `'${/^[!#$%&'*+.^_`|~\w-]*/.exec(name)![0]}…'`).join(', ');
    return `has a name that is no legal HTTP header name (${shown}). Use letters, digits and - only, without spaces or a colon.`;
  });
}

export function haveSecretValues(): Rule {
  return (value) => {
    if (!isObject(value)) return undefined;
    const problems = Object.entries(value).map(([name, secret]) => {
      const problem = secretProblem(secret, 'its value, or a list of the old and the new one');
      return problem === undefined ? undefined : `${shownName(name)} ${problem}`;
    });
    return problems.filter(isText).join(' ') || undefined;
  };
}

/** Headers that go out have one value each: nobody sends an old and a new key at once. */
export function haveSingleValues(): Rule {
  return forHeaders((_, value) => !isText(value), (names) =>
    `must give one value that is not empty, as a string, to ${names.map(shownName).join(', ')}.`);
}

export function haveLegalValues(): Rule {
  return forHeaders((_, value) => listed(value).some((one) => isText(one) && !isLegalValue(one)), (names) => {
    const shown = names.map(shownName).join(', ');
    return `has a value that HTTP cannot carry (${shown}). Give it without line breaks, space at its ends and characters beyond Latin-1.`;
  });
}

export function leaveFramingAlone(): Rule {
  return forHeaders((name) => OF_THE_CALL.includes(name.toLowerCase()), (names) =>
    `must not hold ${names.join(', ')}: the bridge sets it itself. Leave it out.`);
}

function forHeaders(isWrong: (name: string, value: unknown) => boolean, tell: (names: string[]) => string): Rule {
  return (headers) => {
    if (!isObject(headers)) return undefined;
    const wrong = Object.entries(headers).filter(([name, value]) => isWrong(name, value)).map(([name]) => name);
    return wrong.length === 0 ? undefined : tell(wrong);
  };
}

function secretProblem(value: unknown, wanted: string): string | undefined {
  if (Array.isArray(value)) {
    if (value.length === 0) return `is an empty list. Give ${wanted}.`;
    return value.every(isText) ? undefined : `has an entry that is empty or no string. Give ${wanted}.`;
  }
  if (typeof value !== 'string') return wrongKind(value, wanted);
  return isText(value) ? undefined : `is empty. Give ${wanted}.`;
}

function isLegalValue(value: string): boolean {
  return FIELD_VALUE.test(value) && value === value.trim();
}

function shownName(name: string): string {
  return TOKEN.test(name) ? name : 'a header';
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
