import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { CapturedLogs } from '../../test/support/captured-logs.ts';
import type { StoredMessage } from '../ledger/message-records.ts';
import type { Account } from '../options/resolved-options.ts';
import { deadlineOf } from './deadline.ts';

const TAKEN_AT = 1_790_000_000_000;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const MESSAGE = { msgId: '1|2|3|4', origin: 'clevertap', to: '+919800000001', summary: '{"type":"template","template":"otp"}' } as StoredMessage;

describe('the time that a message has', () => {
  let logs: CapturedLogs;
  beforeEach(() => { Logger.overrideLogger(logs = new CapturedLogs()); });
  afterEach(() => { Logger.overrideLogger(['error', 'warn']); });

  /** What is left of it in milliseconds, by what the host's option says. */
  const within = (sendWithinMs: unknown): number => deadlineOf({ nickname: 'shop', sendWithinMs } as Account, MESSAGE, TAKEN_AT) - TAKEN_AT;

  it('is what the account says, of all messages or of this one', () => {
    expect(within(5_000)).toBe(5_000);
    expect(within(({ template }: { template?: string }) => (template === 'otp' ? 120_000 : DAY_MS))).toBe(120_000);
    expect(logs.lines).toEqual([]);
  });

  it.each([[1_000_000 / 3, 333_334], [0.1, 1], [YEAR_MS + 0.5, YEAR_MS], [Number.MAX_VALUE, YEAR_MS], [Infinity, YEAR_MS]])(
    'is a whole number of milliseconds, and a year at the most, where a function answers %p', (answer, expected) => {
      expect(within(() => answer)).toBe(expected);
      expect(logs.lines).toEqual([]);
    },
  );

  it.each([NaN, 0, -1, -Infinity, undefined, null, '5000', 5_000n, Promise.resolve(5_000), { valueOf: () => 5_000 }])('is a day where a function answers %p', (answer) => {
    expect(within(() => answer)).toBe(DAY_MS);
    expect(logs.lines).toEqual([expect.stringMatching(/^error Account shop: sendWithinMs failed \(RangeError\); the message may be sent for a day\./)]);
  });

  it('is a day where a function throws, whatever it throws', () => {
    for (const thrown of [new TypeError('x'), null as unknown as Error]) expect(within(() => { throw thrown; })).toBe(DAY_MS);
    expect(logs.lines).toHaveLength(2);
  });
});
