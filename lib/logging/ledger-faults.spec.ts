import { describe, expect, it } from '@jest/globals';
import { LedgerError, type LedgerErrorCode } from '../ledger/ledger.errors.ts';
import { LedgerFaults } from './ledger-faults.ts';

describe('LedgerFaults', () => {
  it('says why and what to do, once for many, for each of whom it is asked', () => {
    const faults = new LedgerFaults();
    const full = new LedgerError('full', 'database or disk is full');
    expect(faults.next(full, 'shop')).toEqual({ why: "the ledger's disk is full: make room on it" });
    for (let i = 0; i < 500; i += 1) expect(faults.next(full, 'shop')).toBeUndefined();
    expect(faults.next(full, 'help')).toBeDefined();
    expect(faults.next(new LedgerError('read-only', 'attempt to write'), 'shop')).toMatchObject({ why: expect.stringContaining('let this process write') });
  });

  it.each<[LedgerErrorCode, RegExp]>([
    ['locked', /another program .*end that program/], ['corrupt', /restore the file from a backup/], ['closed', /the app stops/],
    ['unavailable', /^the ledger is lost \(some words\)$/], ['failed', /^the ledger failed \(some words\)$/],
  ])('has words for a ledger that is %s', (code, words) => {
    expect(new LedgerFaults().next(new LedgerError(code, 'some\n words'))!.why).toMatch(words);
  });

  it('tells of an error of the bridge\'s own where it was thrown, and nothing of its text', () => {
    const { why, stack } = new LedgerFaults().next(new TypeError('zebra of +919800000001'))!;
    expect(why).toBe('the bridge itself failed (TypeError)');
    expect(stack).toMatch(/^ {4}at .*ledger-faults\.spec\.ts/);
    expect(stack).not.toMatch(/zebra|98000/);
  });
});
