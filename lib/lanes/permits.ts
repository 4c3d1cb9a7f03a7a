import type { LaneOptions } from './lane-options.ts';

/** How soon permits are asked for again where runs wait for their turn, in milliseconds. */
const AGAIN_MS = 10;

/**
 * How many runs a lane may begin by its rate. A run with a permit may still have to wait for its turn. While one does, no more permits are granted:
 * otherwise all of them would begin at once when the turns come, at twice the rate that was promised.
 */
export class Permits {
  private readonly rate: LaneOptions['rate'];
  private readonly beginRun: LaneOptions['begin'];
  /** Runs that have their permit and wait for their turn. */
  private unbegun = 0;

  constructor({ rate, begin }: Pick<LaneOptions, 'rate' | 'begin'>) {
    this.rate = rate;
    this.beginRun = begin;
  }

  /** How many of `wanted` are granted now; they count as used. */
  take(wanted: number): number {
    if (this.rate === undefined) return wanted;
    return this.unbegun > 0 ? 0 : this.rate.take(wanted);
  }

  /** Takes back what was granted and not used. */
  giveBack(permits: number): void {
    this.rate?.giveBack(permits);
  }

  /** Milliseconds until it is worth asking again. */
  nextInMs(): number {
    return this.unbegun > 0 ? AGAIN_MS : (this.rate?.nextInMs() ?? 0);
  }

  /** Begins a run that has its permit: now, or when its turn has come. */
  begin(run: () => void): void {
    if (this.beginRun === undefined) return run();
    if (this.rate === undefined) return this.beginRun(run);
    this.unbegun += 1;
    this.beginRun(() => {
      this.unbegun -= 1;
      run();
    });
  }
}
