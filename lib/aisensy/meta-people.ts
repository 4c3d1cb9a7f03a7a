import { fieldsOf, firstText, firstTime, type JsonObject } from '../messages/json-fields.ts';
import type { Acquaintance, Preference, PreferenceChange } from '../messages/preference.ts';
import { normalizePhoneNumber } from '../messages/phone-number.ts';
import { UnreadableError } from './callback-elements.ts';

/** Meta's id of a person, `IN.1234`, where it stands in place of a phone number. */
const USER_ID = /^[A-Z]{2}\./;

const CHANGES: ReadonlyMap<string, PreferenceChange> = new Map([['stop', 'stop'], ['resume', 'resume']]);

/** A person as Meta names one: since 2026 by a phone number, by an id, or by both. */
export interface MetaPerson {
  from?: string;
  userId?: string;
}

/** The first of the names that is a phone number, and the first that is an id. */
export function personOf(names: unknown[], userIds: unknown[]): MetaPerson {
  const from = names.map(normalizePhoneNumber).find((number) => number !== undefined);
  const userId = firstText(...userIds) ?? names.map((name) => firstText(name)).find((name) => name !== undefined && USER_ID.test(name));
  return { from, userId };
}

/** Both names of a person, where both came. */
export function acquaintance({ from, userId }: MetaPerson): Acquaintance | undefined {
  return from === undefined || userId === undefined ? undefined : { userId, phoneNumber: from };
}

/** One of Meta's `user_preferences`: a person's own switch for marketing messages. */
export function readPreference(raw: unknown, value: JsonObject, receivedAt: number): Preference {
  const fields = fieldsOf(raw);
  const preference = preferenceOf(fields.value, personOf([fields.wa_id], [fields.user_id]), value, firstTime(fields.timestamp) ?? receivedAt);
  if (preference === undefined) throw new UnreadableError('The preference is neither stop nor resume');
  return { ...preference, category: firstText(fields.category) ?? preference.category, detail: firstText(fields.detail) };
}

/** The same as a system message, which some accounts get in its place. */
export function preferenceIn(message: JsonObject, person: MetaPerson, value: JsonObject, receivedAt: number): Preference | undefined {
  const { marketing, body } = fieldsOf(message.system);
  const preference = preferenceOf(marketing, person, value, firstTime(message.timestamp) ?? receivedAt);
  return preference && { ...preference, detail: firstText(body) };
}

function preferenceOf(word: unknown, { from, userId }: MetaPerson, value: JsonObject, at: number): Preference | undefined {
  const change = CHANGES.get(firstText(word)?.trim().toLowerCase() ?? '');
  const wabaNumber = normalizePhoneNumber(fieldsOf(value.metadata).display_phone_number);
  return change && { from, userId, wabaNumber, at, change, category: 'marketing_messages' };
}
