import type { LaneOptions } from './lane-options.ts';

/** The share of the number that is kept from one claim to the next, so that it falls slowly after a claim that took long. */
const KEPT = 0.75;

/**
 * How many jobs a lane claims before it has slots for them, so that no slot waits for the ledger: twice as many as slots came free during
 * the last claim, but at most half as many as there are slots, since a death of the process leaves in doubt whatever was claimed. None in a
 * lane with a rate, whose permits must not grow old in memory, nor in one with batches, whose jobs wait in memory anyway.
 */
export class ClaimAhead {
  private readonly isApt: boolean;
  private wanted = 0;
  private freed = 0;

  constructor({ rate, batch }: Pick<LaneOptions, 'rate' | 'batch'>) {
    this.isApt = rate === undefined && batch === undefined;
  }

  /** How many for a lane with so many slots. */
  jobs(slots: number): number {
    return Math.min(this.wanted, Math.floor(slots / 2));
  }

  /** A slot came free. */
  slotFreed(): void {
    this.freed += 1;
  }

  claimBegins(): void {
    this.freed = 0;
  }

  claimEnds(): void {
    if (this.isApt) this.wanted = Math.max(2 * this.freed, Math.floor(this.wanted * KEPT));
  }
}
