import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { StoredMessage } from '../ledger/message-records.ts';
import type { Account } from '../options/resolved-options.ts';
import { deadlineOf } from './deadline.ts';

const DAY_MS = 86_400_000;
const MESSAGE: StoredMessage = { seq: 1, account: '+918889500122', msgId: 'a', origin: 'host', to: '+919800000001', summary: '{"type":"text"}', acceptedAt: 5 };
const within = (sendWithinMs: Account['sendWithinMs']): number => deadlineOf({ nickname: 'shop', sendWithinMs } as Account, MESSAGE, 1_000);

describe('the time after which a message may not be sent', () => {
  beforeAll(() => void Logger.overrideLogger(false));

  it.each<[string, Account['sendWithinMs'], number]>([
    ['a number', 60_000, 61_000],
    ['a function of the message', ({ msgId }) => (msgId === 'a' ? 60_000 : 1), 61_000],
    ['a function that gives a part of a millisecond', () => 0.5, 1_001],
    ['a function that throws', () => { throw new Error('the table is away'); }, 1_000 + DAY_MS],
    ['a function that gives no time', () => undefined as unknown as number, 1_000 + DAY_MS],
    ['a function that gives no end', () => Infinity, 1_000 + DAY_MS],
    ['a function that gives 0', () => 0, 1_000 + DAY_MS],
  ])('comes from %s', (_, sendWithinMs, deadline) => {
    expect(within(sendWithinMs)).toBe(deadline);
  });
});
