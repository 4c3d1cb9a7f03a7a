import { describe, expect, it } from '@jest/globals';
import { maskPhoneNumber, normalizePhoneNumber } from './phone-number.ts';

describe('normalizePhoneNumber', () => {
  it.each([
    ['919800000001', '+919800000001'],
    ['+919800000001', '+919800000001'],
    [919800000001, '+919800000001'],
    ['00919800000001', '+919800000001'],
    ['0091 98000 00001', '+919800000001'],
    ['+91 98000-00001', '+919800000001'],
    [' +91 (98000) 00001 ', '+919800000001'],
    ['\u202a+91 98000 00001\u202c', '+919800000001'],
    ['+9109800000001', '+919800000001'],
    ['15550001111', '+15550001111'],
    ['447911123456', '+447911123456'],
    ['6591234567', '+6591234567'],
    ['5511987654321', '+5511987654321'],
    ['551187654321', '+551187654321'],
    ['5491123456789', '+5491123456789'],
    ['390612345678', '+390612345678'],
    ['628123456789.0', '+628123456789'],
    ['+919800000001.0', '+919800000001'],
    ['+1.555.000.1110', '+15550001110'],
  ])('takes %p', (raw, expected) => {
    expect(normalizePhoneNumber(raw)).toBe(expected);
  });

  it('takes a Mexican number as WhatsApp writes it', () => {
    expect(normalizePhoneNumber('5215512345678')).toBe('+5215512345678');
    expect(normalizePhoneNumber('525512345678')).toBe('+525512345678');
    expect(normalizePhoneNumber('52155123456')).toBeUndefined();
  });

  it('takes the numbers of Ivory Coast and Benin as WhatsApp has kept them, and as they are dialled', () => {
    expect(['22507123456', '2250707123456', '22997123456', '2290197123456'].map(normalizePhoneNumber)).toEqual(['+22507123456', '+2250707123456', '+22997123456', '+2290197123456']);
  });

  it.each([
    '', ' ', '+', '12345', '+12345', '+980001', '00980001', '+1234567890', '999999999999', '000000000000', 'abc', 'abc919800000001', '919800000001x',
    '91980000000191980000000191', '+91+9800000001', 'tel:+919800000001', '9'.repeat(10_000),
    0, -919800000001, 91980000000.5, Number.NaN, Number.POSITIVE_INFINITY, 1e21,
    undefined, null, true, {}, [], ['919800000001'], { toString: () => '919800000001' },
  ])('refuses %p', (raw) => {
    expect(normalizePhoneNumber(raw)).toBeUndefined();
  });

  it('leaves a normalised number as it is', () => {
    for (let seed = 1; seed <= 20_000; seed++) {
      const once = normalizePhoneNumber(`${(seed * 7919) % 997}${'0'.repeat(seed % 4)}${(seed * 104_729) % 1_000_000_007}`);
      expect(normalizePhoneNumber(once)).toBe(once);
    }
  });
});

describe('maskPhoneNumber', () => {
  it.each([
    ['+919800000001', '+9198******01'],
    ['919800000001', '9198******01'],
    ['+6591234567', '+659*****67'],
    ['+2901234', '+2****34'],
    ['+29012', '******'],
    ['+91 98000 00001', '***************'],
    ['', ''],
  ])('masks %p', (number, expected) => {
    expect(maskPhoneNumber(number)).toBe(expected);
  });
});
