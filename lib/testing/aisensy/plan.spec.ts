import { describe, expect, it } from '@jest/globals';
import { chooserOf, type Plan } from './plan.ts';
import { randomFrom, shuffled } from './random.ts';
import type { ReceivedMessage } from './received-messages.ts';
import { layOut } from './report-plan.ts';

const message = (index: number, fields: Partial<ReceivedMessage> = {}): ReceivedMessage =>
  ({ index, msgId: `m${index}`, to: `9198${index}`, ...fields }) as ReceivedMessage;

function choices(plan: Plan<{ name: string }>, count: number): (string | undefined)[] {
  const choose = chooserOf(plan, randomFrom(1));
  return Array.from({ length: count }, (_, index) => choose(message(index))?.name);
}

describe('a plan', () => {
  it('is the same for all, or a function of the message and its place', () => {
    expect(choices({ name: 'a' }, 2)).toEqual(['a', 'a']);
    expect(choices(({ msgId }, index) => (index === 1 ? { name: msgId } : undefined), 2)).toEqual([undefined, 'm1']);
  });

  it('takes the first rule that is meant for the message', () => {
    const plan = [{ use: { name: 'first' }, times: 2 }, { use: { name: 'third' }, every: 3 }, { use: { name: 'one' }, msgId: 'm5' }];
    expect(choices(plan, 6)).toEqual(['first', 'first', undefined, undefined, 'third', 'one']);
  });

  it('chooses by number, template and any other thing', () => {
    const choose = chooserOf([
      { use: { name: 'to' }, to: '+91981' }, { use: { name: 'template' }, template: 'feedback' },
      { use: { name: 'when' }, when: ({ index }) => index === 3 },
    ], randomFrom(1));
    const names = [message(0), message(1), message(2, { template: 'feedback' }), message(3)].map((each) => choose(each)?.name);
    expect(names).toEqual([undefined, 'to', 'template', 'when']);
  });

  it('draws a share by the seed: about so many, and the same ones again', () => {
    const plan = [{ use: { name: 'drawn' }, share: 0.2 }];
    const drawn = choices(plan, 2_000).filter(Boolean).length;
    expect(drawn).toBeGreaterThan(300);
    expect(drawn).toBeLessThan(500);
    expect(choices(plan, 100)).toEqual(choices(plan, 100));
  });
});

describe('layOut', () => {
  it('lays out sent, delivered and read, one after the other', () => {
    expect(layOut({ afterMs: 10, everyMs: 20 }, randomFrom(1))).toEqual([
      { status: 'sent', afterMs: 10, offsetMs: 10 }, { status: 'delivered', afterMs: 20, offsetMs: 30 },
      { status: 'read', afterMs: 20, offsetMs: 50 },
    ]);
  });

  it('posts copies at once after the first', () => {
    const reports = layOut({ statuses: ['sent', { status: 'failed', code: 1010, afterMs: 50 }], afterMs: 1, copies: 2 }, randomFrom(1));
    expect(reports.map(({ status, afterMs }) => [status, afterMs])).toEqual([['sent', 1], ['sent', 0], ['failed', 50], ['failed', 0]]);
  });

  it('shuffles what is reported and keeps the waits and the reports\' own times', () => {
    const random = randomFrom(1);
    const orders = new Set<string>();
    for (let round = 0; round < 100; round++) {
      const reports = layOut({ afterMs: 1, everyMs: 2, shuffle: true }, random);
      expect(reports.map(({ afterMs }) => afterMs)).toEqual([1, 2, 2]);
      expect(Object.fromEntries(reports.map(({ status, offsetMs }) => [status, offsetMs]))).toEqual({ sent: 1, delivered: 3, read: 5 });
      orders.add(reports.map(({ status }) => status).join());
    }
    expect(orders.size).toBe(6);
  });
});

describe('shuffled', () => {
  it('keeps the elements and their source', () => {
    const source = [1, 2, 3, 4, 5];
    expect(shuffled(source, randomFrom(7)).sort()).toEqual([1, 2, 3, 4, 5]);
    expect(source).toEqual([1, 2, 3, 4, 5]);
  });
});
