import { describe, expect, it } from '@jest/globals';
import { StoredMessage } from '../message-records.ts';
import { RecentMessages } from './recent-messages.ts';

describe('RecentMessages', () => {
  const message = (seq: number, { account = 'one', msgId = `m${seq}`, summary = '{}' } = {}): StoredMessage =>
    new StoredMessage({ seq, account, msgId, origin: 'clevertap', to: '', summary, acceptedAt: 0 });

  it('knows a message by its number, and by its account and id', () => {
    const recent = new RecentMessages();
    const kept = recent.keep(message(1));
    expect(recent.get(1)).toBe(kept);
    expect(recent.find('one', 'm1')).toBe(kept);
    expect(recent.find('two', 'm1')).toBeUndefined();
    recent.clear();
    expect(recent.get(1)).toBeUndefined();
  });

  it("never takes one account's message for another's of the same id", () => {
    const recent = new RecentMessages();
    recent.keep(message(1, { msgId: 'same' }));
    const later = recent.keep(message(2, { msgId: 'same', account: 'two' }));
    expect(recent.find('one', 'same')).toBeUndefined();
    expect(recent.find('two', 'same')).toBe(later);
    expect(recent.get(1)).toMatchObject({ account: 'one' });
  });

  it('keeps the last 8,000 at least and 16,000 at the most, and none with a long summary', () => {
    const recent = new RecentMessages();
    for (let seq = 1; seq <= 40_000; seq += 1) recent.keep(message(seq));
    const known = Array.from({ length: 40_000 }, (_, place) => recent.get(place + 1)).filter((one) => one !== undefined);
    expect(known.length).toBeGreaterThanOrEqual(8_000);
    expect(known.length).toBeLessThanOrEqual(16_000);
    expect(known.at(-1)).toMatchObject({ seq: 40_000 });
    expect(known[0]).toMatchObject({ seq: 40_001 - known.length });
    recent.keep(message(40_001, { summary: 'x'.repeat(501) }));
    expect(recent.get(40_001)).toBeUndefined();
  });
});
