import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { type Step, World } from './lane-world.ts';

const ms = fc.integer({ min: 0, max: 120 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('report' as const), message: fc.nat(2), readingMs: fc.constantFrom(0, 0, 30) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('work' as const), calls: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('end' as const), run: fc.nat(3), as: fc.constantFrom('done' as const, 'retry' as const, 'pause' as const, 'alone' as const), afterMs: ms }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

describe('the order of a message\'s reports', () => {
  beforeEach(() => { jest.useFakeTimers(); });
  afterEach(() => { jest.useRealTimers(); });

  it('is kept whatever fails, waits, is handed back or dies, and none is left behind', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 200, size: 'max' }), fc.integer({ min: 1, max: 4 }), async (steps, batchSize) => {
      const world = await World.begin(batchSize);
      try {
        for (const each of steps) await world.take(each);
        await world.finish();
        expect(world.faults).toEqual([]);
      } finally {
        world.close();
      }
    }), { numRuns: 300 });
  }, 60_000);
});
