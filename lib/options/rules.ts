import { isObject } from '../messages/json-fields.ts';
import { normalizePhoneNumber } from '../messages/phone-number.ts';
import type { Rule } from './must.ts';

/** Names a value's kind without showing it. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** "is missing: give X", or "must be X, not a string". */
export function wrongKind(value: unknown, wanted: string): string {
  return value === undefined ? `is missing. Give ${wanted}.` : `must be ${wanted}, not ${kindOf(value)}.`;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

export function beText(wanted: string): Rule {
  return (value) => {
    if (typeof value !== 'string') return wrongKind(value, wanted);
    return isText(value) ? undefined : `is empty. Give ${wanted}.`;
  };
}

export function beBoolean(): Rule {
  return (value) => (typeof value === 'boolean' ? undefined : wrongKind(value, 'true or false'));
}

export function beWholeNumber(least: number, most: number, unit: string): Rule {
  const wanted = `a whole number of ${unit} from ${least} to ${most}`;
  return (value) => {
    if (typeof value !== 'number') return wrongKind(value, wanted);
    return Number.isInteger(value) && value >= least && value <= most ? undefined : `must be ${wanted}.`;
  };
}

export function beNumber(least: number, most: number, unit: string): Rule {
  const wanted = `a number of ${unit} from ${least} to ${most}`;
  return (value) => {
    if (typeof value !== 'number') return wrongKind(value, wanted);
    return value >= least && value <= most ? undefined : `must be ${wanted}.`;
  };
}

/** What may also be given as a function that decides by message. */
export function orFunction(rule: Rule): Rule {
  return (value, group) => (typeof value === 'function' ? undefined : rule(value, group));
}

export function beOneOf(...words: string[]): Rule {
  const wanted = words.map((word) => `'${word}'`).join(' or ');
  return (value) => (words.includes(value as string) ? undefined : `must be ${wanted}.`);
}

export function bePositive(unit: string): Rule {
  const wanted = `a number of ${unit} above 0`;
  return (value) => {
    if (typeof value !== 'number') return wrongKind(value, `${wanted}, or leave it out for no limit`);
    return Number.isFinite(value) && value > 0 ? undefined : `must be ${wanted}. Leave it out for no limit.`;
  };
}

/** A group of options, each of which the group's class checks. */
export function beGroup(content: string): Rule {
  return (value) => (isObject(value) ? undefined : wrongKind(value, `an object with ${content}`));
}

/** Strictly E.164, so that the account's identity in the ledger never depends on how somebody wrote it. */
export function beMobileNumber(): Rule {
  const form = "with + and country code and without spaces: '+91…'";
  return (value) => {
    if (typeof value !== 'string') return wrongKind(value, `the WhatsApp number in E.164 form, ${form}`);
    return normalizePhoneNumber(value) === value ? undefined : `is not in E.164 form. Write the number ${form}.`;
  };
}

/** A route prefix of plain segments, `whatsapp` or `hooks/whatsapp`: what Nest would take for a pattern is refused. */
export function beRoutePrefix(): Rule {
  const wanted = "a route prefix of letters, digits and . _ ~ -, such as 'whatsapp' or 'hooks/whatsapp'";
  return (value) => {
    if (typeof value !== 'string') return wrongKind(value, wanted);
    const legal = value.split('/').every((segment) => /^[\w.~-]+$/.test(segment) && !/^\.+$/.test(segment));
    return legal ? undefined : `must be ${wanted}.`;
  };
}
