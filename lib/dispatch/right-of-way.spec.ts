import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextRound } from 'node:timers/promises';
import { RightOfWay } from './right-of-way.ts';

/** Owes so many answers until the returned function is called. */
function owe(rightOfWay: RightOfWay, answers: number): () => Promise<unknown> {
  let give!: () => void;
  const given = new Promise<void>((resolve) => (give = resolve));
  const owed = Array.from({ length: answers }, () => rightOfWay.owe(given));
  return () => {
    give();
    return Promise.all(owed);
  };
}

describe('RightOfWay', () => {
  it('is everybody\'s as long as few answers are owed', async () => {
    const rightOfWay = new RightOfWay();
    const pay = owe(rightOfWay, 32);
    expect(rightOfWay.turn()).toBeUndefined();
    await pay();
  });

  it('lets calls begin a few at a time in a rush, more when it is over, in the order of their coming', async () => {
    const rightOfWay = new RightOfWay();
    const pay = owe(rightOfWay, 100);
    const order: number[] = [];
    for (let turn = 0; turn < 600; turn += 1) void rightOfWay.turn()?.then(() => order.push(turn));
    await nextRound();
    expect(order).toHaveLength(32);
    await nextRound();
    expect(order).toHaveLength(64);
    await pay();
    await nextRound();
    expect(order).toHaveLength(320);
    while (order.length < 600) await nextRound();
    expect(order).toEqual(Array.from({ length: 600 }, (_, turn) => turn));
    expect(rightOfWay.turn()).toBeUndefined();
  });

  it('does not count an answer that failed as owed for ever', async () => {
    const rightOfWay = new RightOfWay();
    const failing = Array.from({ length: 50 }, () => rightOfWay.owe(Promise.reject(new Error('disk full'))));
    await Promise.allSettled(failing);
    expect(rightOfWay.turn()).toBeUndefined();
  });
});
