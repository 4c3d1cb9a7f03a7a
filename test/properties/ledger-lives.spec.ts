import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LedgerLife } from './ledger-life.ts';
import { step } from './ledger-steps.ts';

/** Set `LEDGER_LIVES` for a long run; a thousand take about 45 seconds. */
const LIVES = Number(process.env.LEDGER_LIVES ?? 220);

describe('a ledger to which anything happens', () => {
  it('holds nothing that is not whole, and has told the app of all that it holds', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 250, size: 'max' }), (steps) => {
      const life = new LedgerLife();
      try {
        for (const each of steps) expect(life.take(each)).toEqual([]);
        expect(life.finish()).toEqual([]);
      } finally {
        life.close();
      }
    }), { numRuns: LIVES });
  }, 60_000 + 500 * LIVES);
});
