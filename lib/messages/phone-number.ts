import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { NumberingPlans } from './numbering-plans.ts';

/** Digits as they come from both sides; anything else takes the slower way through `STRAY_CHARACTERS`. */
const PLAIN = /^\+?\d{6,15}$/;

/** What people and copy-and-paste put between the digits, invisible marks included. */
const STRAY_CHARACTERS = /[\s().\-\p{Cf}]/gu;

const INTERNATIONAL = /^(?:\+|00)?(\d{6,15})$/;

/** A whole number as a spreadsheet writes it out: its point is none of those between groups of digits, and its nought no digit. */
const FROM_SPREADSHEET = /^(\s*\+?\d{6,15})\.0\s*$/;

/**
 * Numbers that WhatsApp goes on using as ids though the metadata knows only their country's later plan: Mexico's with the 1 that dialling
 * dropped, and those of Ivory Coast and Benin with the eight digits from before 2021 and 2024.
 */
const KEPT_BY_WHATSAPP = /^(?:521\d{10}|225\d{8}|229\d{8})$/;

/** Country code and all, the shortest plans of the world have seven digits; the metadata takes fewer for possible. */
const SHORTEST = '+1234567'.length;

const PLANS = new NumberingPlans();

/** More than the digits of a number; only a quirk of the metadata could need them. */
const MOST_PASSES = 16;

/**
 * A phone number as E.164 with its `+`, or `undefined` where it cannot be one.
 *
 * Takes what CleverTap, AiSensy and Meta write: with or without `+`, with separators, as a JSON number. The country code must
 * be there. A number counts when its length is possible in its country: stricter checks age with every numbering plan, and
 * CleverTap never tries again, so a wrong refusal is a lost message.
 */
export function normalizePhoneNumber(raw: unknown): string | undefined {
  const digits = internationalDigits(raw);
  if (digits === undefined) return undefined;
  if (digits.length + 1 >= SHORTEST && PLANS.isComplete(digits)) return `+${digits}`;
  const number = settle(`+${digits}`);
  if (number !== undefined) return number;
  return KEPT_BY_WHATSAPP.test(digits) ? `+${digits}` : undefined;
}

/**
 * A phone number for logs: `+9198******01`. No more than half of its digits are shown, and none of a number too short for that or
 * of what is not digits alone.
 */
export function maskPhoneNumber(phoneNumber: string): string {
  const shownAtEnd = 2;
  const digits = /^\+?(\d*)$/.exec(phoneNumber)?.[1]?.length ?? 0;
  const shownAtStart = Math.min(4, Math.floor(digits / 2) - shownAtEnd);
  if (shownAtStart < 1) return '*'.repeat(phoneNumber.length);
  const start = phoneNumber.length - digits + shownAtStart;
  return phoneNumber.slice(0, start) + '*'.repeat(digits - shownAtStart - shownAtEnd) + phoneNumber.slice(-shownAtEnd);
}

function internationalDigits(raw: unknown): string | undefined {
  if (typeof raw === 'number') return Number.isSafeInteger(raw) && raw > 0 ? internationalDigits(String(raw)) : undefined;
  if (typeof raw !== 'string' || raw.length > 40) return undefined;
  if (PLAIN.test(raw)) return raw.startsWith('+') ? raw.slice(1) : raw.replace(/^00/, '');
  return INTERNATIONAL.exec(raw.replace(FROM_SPREADSHEET, '$1').replace(STRAY_CHARACTERS, ''))?.[1];
}

/**
 * The library drops a prefix for calls within the country (`+91 0 98…`) once a pass. Passes are made until nothing changes, so that
 * a number that was normalised before stays what it is, whoever reads it next.
 */
function settle(number: string): string | undefined {
  let current = number;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const parsed = parsePhoneNumberFromString(current, { extract: false });
    if (!parsed?.isPossible() || parsed.number.length < SHORTEST) return undefined;
    if (parsed.number === current) return current;
    current = parsed.number;
  }
  return undefined;
}
