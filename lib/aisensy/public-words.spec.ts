import { describe, expect, it } from '@jest/globals';
import { publicWords } from './public-words.ts';

describe('publicWords', () => {
  it.each([
    ['Template params does not match the campaign', 'Template params does not match the campaign'],
    ['(#131030) Recipient phone number not in allowed list', '(#131030) Recipient phone number not in allowed list'],
    ['  two\r\n lines\t', 'two lines'],
    ['Invalid Number +919800000001.', 'Invalid Number ….'],
    ['Invalid Number 91 98000-00001', 'Invalid Number …'],
    ['to: (91) 9800 0000 01', 'to: (…'],
    ['key 5f4dcc3b5aa765d61d8327deb882cf99 is wrong', 'key … is wrong'],
    ['Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP', 'Bearer …'],
    ['sk_live_4ec39hqlyjwdarjtt1zdp7dc', '…'],
    ['template order_confirmation_autumn_sale_2 not found', 'template order_confirmation_autumn_sale_2 not found'],
    ['cannot load https://cdn.example.com/a.jpg?sig=abc', 'cannot load …'],
    ['ask somebody@example.com', 'ask …'],
    ['x '.repeat(200), `${'x '.repeat(99)}x…`],
  ])('shows %j as %j', (text, shown) => {
    expect(publicWords(text)).toBe(shown);
  });

  it('hides the secrets that it knows, however short', () => {
    expect(publicWords('Invalid key k-1 for "k-1"', ['k-1'])).toBe('Invalid key … for "…"');
  });

  it('shows nothing of nothing', () => {
    expect(publicWords(' \n ')).toBeUndefined();
  });
});
