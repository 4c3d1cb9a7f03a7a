import { describe, expect, it } from '@jest/globals';
import { Fifo } from './fifo.ts';

describe('Fifo', () => {
  it('gives what came first', () => {
    const queue = new Fifo<number>();
    expect(queue.shift()).toBeUndefined();
    queue.push(1);
    queue.push(2);
    expect(queue.shift()).toBe(1);
    queue.push(3);
    expect(queue.size).toBe(2);
    expect([queue.shift(), queue.shift(), queue.shift()]).toEqual([2, 3, undefined]);
  });

  it('is empty when it was cleared', () => {
    const queue = new Fifo<number>();
    queue.push(1);
    queue.push(2);
    queue.shift();
    queue.push(3);
    queue.clear();
    expect(queue.size).toBe(0);
    expect(queue.shift()).toBeUndefined();
  });
});
