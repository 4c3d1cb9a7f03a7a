/** The most kinds told apart; those beyond share one, so that kinds without end fill neither the memory nor the log. */
const MOST_KINDS = 100;
const OTHERS = 'others';

/** Keeps lines that come by the thousand out of the log: the first of each kind goes out at once, those that follow soon are only counted. */
export class GroupedLines {
  private readonly quietMs: number;
  private readonly kinds = new Map<string, { toldAt: number; untold: number }>();

  /** `quietMs`: how long after a line the next of its kind may come. */
  constructor(quietMs: number) {
    this.quietMs = quietMs;
  }

  /** Whether a line may go out: nothing where not, else what is to stand at its end, the number of those that were held back before it. */
  next(kind: string, now: number): string | undefined {
    const key = this.kinds.has(kind) || this.kinds.size < MOST_KINDS ? kind : OTHERS;
    const last = this.kinds.get(key);
    if (last !== undefined && Math.abs(now - last.toldAt) < this.quietMs) {
      last.untold += 1;
      return undefined;
    }
    this.kinds.set(key, { toldAt: now, untold: 0 });
    return last?.untold ? ` (and ${last.untold} more like it before)` : '';
  }
}
