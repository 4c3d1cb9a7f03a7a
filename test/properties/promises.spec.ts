import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { AT_AISENSY, AT_CLEVERTAP, type Step } from './bridge-steps.ts';
import { BridgeWorld } from './bridge-world.ts';

const any = <T extends string>(ends: Record<T, unknown>): fc.Arbitrary<T> => fc.constantFrom(...(Object.keys(ends) as T[]));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant('send' as const) }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('work' as const), calls: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 16, arbitrary: fc.record({ do: fc.constant('answer' as const) }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('aisensy' as const), call: fc.nat(5), as: any(AT_AISENSY) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('clevertap' as const), call: fc.nat(5), as: any(AT_CLEVERTAP) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const), person: fc.nat(1) }) },
  { weight: 15, arbitrary: fc.record({ do: fc.constant('callback' as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('forget' as const), before: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replay' as const) }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 300 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), came: fc.boolean() }) },
);

describe('the bridge', () => {
  beforeEach(() => { jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] }); });
  afterEach(() => { jest.useRealTimers(); });

  it('keeps its promises, whatever AiSensy, CleverTap, the ledger\'s thread and the process do', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 250, size: 'max' }), fc.constantFrom('fail' as const, 'resend' as const), async (steps, policy) => {
      const world = await BridgeWorld.begin(policy);
      try {
        for (const each of steps) await world.take(each);
        expect(await world.finish()).toEqual([]);
      } finally {
        world.close();
      }
    }), { numRuns: 100, interruptAfterTimeLimit: 45_000 });
  }, 60_000);
});
