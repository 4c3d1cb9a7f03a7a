import { types } from 'node:util';
import type { DeliveryStatus } from '../messages/delivery-report.ts';
import type { DispatchOutcome } from '../messages/dispatch-outcome.ts';
import type { CallbackCode } from '../messages/failure-reason.ts';
import type { InboundType } from '../messages/inbound-message.ts';
import type { MessageOrigin } from '../messages/outbound-message.ts';
import type { PreferenceChange } from '../messages/preference.ts';
import { nearest } from '../options/nearest.ts';
import type { BridgeEventKind } from './bridge-events.ts';
import type { ListenerFilters, ListenerOptions } from './listener-filters.ts';

/** What one value of a field must be: none where it may be, else what is wrong with it, in words that follow the field's name. */
type FieldRule = (value: unknown) => string | undefined;

type Fields<K extends BridgeEventKind> = Record<Exclude<keyof ListenerFilters[K], keyof ListenerOptions>, FieldRule>;

const OPTIONS: Record<keyof ListenerOptions, true> = { name: true, concurrency: true, timeoutMs: true };

/** The union's words, each of which TypeScript asks for. */
const OUTCOMES: Record<DispatchOutcome, true> = { dispatched: true, rejected: true, unknown: true, expired: true };
const ORIGINS: Record<MessageOrigin, true> = { clevertap: true, host: true };
const STATUSES: Record<DeliveryStatus, true> = { sent: true, delivered: true, read: true, failed: true, clicked: true };
const CHANGES: Record<PreferenceChange, true> = { stop: true, resume: true };
const CODES: Record<CallbackCode, true> = {
  1000: true, 1001: true, 1002: true, 1003: true, 1004: true, 1005: true, 1006: true, 1007: true, 1008: true, 1009: true, 1010: true,
};
const TYPES: Record<InboundType, true> = {
  text: true, image: true, video: true, audio: true, file: true, sticker: true, location: true, button: true, contacts: true, order: true, form: true,
  reaction: true, other: true,
};

const name: FieldRule = (value) => (typeof value === 'string' ? undefined : 'is no string');
const pattern: FieldRule = (value) => (typeof value === 'string' || types.isRegExp(value) ? undefined : 'is neither a string nor a regular expression');

const FIELDS: { [K in BridgeEventKind]: Fields<K> } = {
  dispatch: { outcome: oneOf(Object.keys(OUTCOMES)), account: name, template: name, origin: oneOf(Object.keys(ORIGINS)) },
  'delivery-report': { status: oneOf(Object.keys(STATUSES)), account: name, template: name, failureCode: oneOf(Object.keys(CODES).map(Number)) },
  'inbound-message': { type: oneOf(Object.keys(TYPES)), account: name, text: pattern, payload: pattern },
  preference: { change: oneOf(Object.keys(CHANGES)), account: name },
};

/** What keeps a filter from ever meaning what it says: a field that there is not would match everything, a value that there is not nothing. */
export function filterProblems<K extends BridgeEventKind>(kind: K, filter: ListenerFilters[K]): string[] {
  const fields: Record<string, FieldRule> = FIELDS[kind];
  return Object.entries(filter).flatMap(([field, value]: [string, unknown]) => {
    if (value === undefined || Object.hasOwn(OPTIONS, field)) return [];
    if (!Object.hasOwn(fields, field)) return [`\`${field}\` is no field of this filter; ${instead(field, Object.keys(fields))}`];
    if (Array.isArray(value) && value.length === 0) return [`\`${field}\` is an empty list, which nothing matches; leave it out to match everything`];
    return [value].flat().flatMap((one) => fields[field]!(one) ?? []).map((problem) => `\`${field}\` ${problem}`);
  });
}

function oneOf(words: (string | number)[]): FieldRule {
  return (value) => {
    if (words.includes(value as string | number)) return undefined;
    const shown = typeof value === 'string' ? `'${value}'` : String(value);
    return `is ${shown}, which no event has; ${instead(String(value), words.map(String))}`;
  };
}

function instead(given: string, known: string[]): string {
  const meant = nearest(given, known);
  return meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
}
