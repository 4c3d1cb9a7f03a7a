import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { getCountries, getCountryCallingCode, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js';
import examples from 'libphonenumber-js/mobile/examples';
import { NumberingPlans } from '../../lib/messages/numbering-plans.ts';
import { maskPhoneNumber, normalizePhoneNumber } from '../../lib/messages/phone-number.ts';

const E164 = /^\+\d{7,15}$/;

const digits = fc.array(fc.constantFrom(...'0123456789'), { minLength: 1, maxLength: 17 }).map((each) => each.join(''));
/** Numbers of countries whose plans have a quirk, among all others. */
const likely = fc.tuple(fc.constantFrom('91', '910', '1', '44', '521', '52', '54', '549', '55', '39', '7', '65', '225', '49', '86'), digits).map((parts) => parts.join(''));
const separated = fc.tuple(fc.constantFrom('', '+', '00', ' +', '\u202a+'), fc.oneof(likely, digits), fc.constantFrom('', ' ', '-', '.', '(', ')', '\u200b'), fc.nat(8))
  .map(([front, number, separator, place]) => `${front}${number.slice(0, place)}${separator}${number.slice(place)}`);
const anything = fc.oneof(separated, likely, digits, fc.string({ unit: 'binary' }), fc.integer(), fc.double(), fc.anything());

describe('a phone number', () => {
  it('is E.164 once it is normalised, and stays what it is', () => {
    fc.assert(fc.property(anything, (raw) => {
      const once = normalizePhoneNumber(raw);
      if (once === undefined) return;
      expect(once).toMatch(E164);
      expect(normalizePhoneNumber(once)).toBe(once);
      expect(normalizePhoneNumber(once.slice(1))).toBe(once);
      expect(normalizePhoneNumber(Number(once.slice(1)))).toBe(once);
    }), { numRuns: 5_000 });
  });

  it('is known by its calling code and length only where the library makes the same of it', () => {
    const plans = new NumberingPlans();
    const codes = getCountries().map((country) => getCountryCallingCode(country));
    fc.assert(fc.property(fc.constantFrom(...codes), digits, (code, rest) => {
      const number = `${code}${rest}`;
      if (!plans.isComplete(number)) return;
      const parsed = parsePhoneNumberFromString(`+${number}`, { extract: false });
      expect(parsed?.number).toBe(`+${number}`);
      expect(parsed?.isPossible()).toBe(true);
    }), { numRuns: 50_000 });
    const known = getCountries().filter((country) => plans.isComplete(getExampleNumber(country, examples)!.number.slice(1)));
    expect(known).toEqual(expect.arrayContaining(['IN', 'AE', 'SA', 'ID', 'SG', 'ZA', 'DE']));
    expect(known).not.toEqual(expect.arrayContaining(['AR']));
  });

  it('is the same number however it is written', () => {
    fc.assert(fc.property(likely, fc.constantFrom(' ', '-', '.', '(', ')', '\u00ad'), fc.nat(12), (number, separator, place) => {
      fc.pre(separator !== '.' || number.slice(place) !== '0'); // a spreadsheet's whole number
      const plain = normalizePhoneNumber(`+${number}`);
      expect(normalizePhoneNumber(`+${number.slice(0, place)}${separator}${number.slice(place)}`)).toBe(plain);
      expect(normalizePhoneNumber(`00${number}`)).toBe(plain);
    }), { numRuns: 2_000 });
  });

  it('shows no more than half of its digits when it is masked, and keeps its length', () => {
    fc.assert(fc.property(fc.oneof(separated, likely, digits, fc.string({ unit: 'binary' })), (number) => {
      const masked = maskPhoneNumber(number);
      const count = (text: string): number => text.replace(/\D/g, '').length;
      expect(count(masked) * 2).toBeLessThanOrEqual(count(number));
      expect(masked).toHaveLength(number.length);
      expect(maskPhoneNumber(masked)).toMatch(/^\**$/);
    }), { numRuns: 2_000 });
  });
});
