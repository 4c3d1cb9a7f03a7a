import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextRound } from 'node:timers/promises';
import { RightOfWay } from './right-of-way.ts';

function times(count: number, act: () => void): void {
  for (let time = 0; time < count; time += 1) act();
}

interface OwedAnswer {
  give(): void;
  fail(error: Error): void;
}

/** Answers that are owed until the test gives or fails them. */
function oweAnswers(rightOfWay: RightOfWay, count: number): OwedAnswer[] {
  const answers: OwedAnswer[] = [];
  times(count, () => rightOfWay.owe(new Promise<void>((give, fail) => answers.push({ give, fail }))));
  return answers;
}

describe('RightOfWay', () => {
  it('is everybody\'s as long as few answers are owed', () => {
    const rightOfWay = new RightOfWay();
    oweAnswers(rightOfWay, 32);
    let begun = 0;
    times(3, () => rightOfWay.begin(() => { begun += 1; }));
    expect(begun).toBe(3);
  });

  it('lets calls begin a few at a time in a rush, more when it is over, in the order of their coming', async () => {
    const rightOfWay = new RightOfWay();
    const answers = oweAnswers(rightOfWay, 100);
    const order: number[] = [];
    for (let turn = 0; turn < 600; turn += 1) rightOfWay.begin(() => order.push(turn));
    expect(order).toEqual([]);
    await nextRound();
    expect(order).toHaveLength(32);
    await nextRound();
    expect(order).toHaveLength(64);
    for (const { give } of answers) give();
    await nextRound();
    expect(order).toHaveLength(320);
    while (order.length < 600) await nextRound();
    expect(order).toEqual(Array.from({ length: 600 }, (_, turn) => turn));
    rightOfWay.begin(() => order.push(600));
    expect(order).toHaveLength(601);
  });

  it('is not owed for ever to whoever could not be answered', async () => {
    const rightOfWay = new RightOfWay();
    const answers = oweAnswers(rightOfWay, 100);
    let begun = 0;
    for (const { fail } of answers.slice(0, 67)) fail(new Error('the ledger failed'));
    await nextRound();
    rightOfWay.begin(() => { begun += 1; });
    expect(begun).toBe(0); // 33 are owed still
    await nextRound();
    answers[67]!.fail(new Error('the ledger failed'));
    await nextRound();
    rightOfWay.begin(() => { begun += 1; });
    expect(begun).toBe(2);
  });
});
