import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextRound } from 'node:timers/promises';
import { RightOfWay } from './right-of-way.ts';

function times(count: number, act: () => void): void {
  for (let time = 0; time < count; time += 1) act();
}

describe('RightOfWay', () => {
  it('is everybody\'s as long as few answers are owed', () => {
    const rightOfWay = new RightOfWay();
    times(32, () => rightOfWay.owe());
    let begun = 0;
    times(3, () => rightOfWay.begin(() => { begun += 1; }));
    expect(begun).toBe(3);
  });

  it('lets calls begin a few at a time in a rush, more when it is over, in the order of their coming', async () => {
    const rightOfWay = new RightOfWay();
    times(100, () => rightOfWay.owe());
    const order: number[] = [];
    for (let turn = 0; turn < 600; turn += 1) rightOfWay.begin(() => order.push(turn));
    expect(order).toEqual([]);
    await nextRound();
    expect(order).toHaveLength(32);
    await nextRound();
    expect(order).toHaveLength(64);
    times(100, () => rightOfWay.paid());
    await nextRound();
    expect(order).toHaveLength(320);
    while (order.length < 600) await nextRound();
    expect(order).toEqual(Array.from({ length: 600 }, (_, turn) => turn));
    rightOfWay.begin(() => order.push(600));
    expect(order).toHaveLength(601);
  });
});
