import { now } from '../clock.ts';

/** The longest that Node's timers can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** One timer that rings at the earliest of the times it was set to. Times that have not come yet must be set again when it rings. */
export class Alarm {
  private timer: NodeJS.Timeout | undefined;
  private at = Infinity;

  constructor(private readonly ring: () => void) {}

  get isSet(): boolean {
    return this.timer !== undefined;
  }

  /** `at` is in milliseconds since 1970; `Infinity` sets nothing. */
  set(at: number): void {
    if (at >= this.at) return;
    clearTimeout(this.timer);
    this.at = at;
    this.timer = setTimeout(() => {
      this.clear();
      this.ring();
    }, Math.min(Math.max(at - now(), 1), LONGEST_MS));
  }

  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.at = Infinity;
  }
}
