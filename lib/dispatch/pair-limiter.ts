import { RateLimiter } from '../lanes/rate-limiter.ts';

/** At each multiple of so many people, those whose limit is idle are dropped. */
const SWEEP_AT = 10_000;

/** The pace towards one person: WhatsApp takes about one message in 6 s from a number to a person, with a burst (error 131056). */
export class PairLimiter {
  private readonly people = new Map<string, RateLimiter>();

  constructor(private readonly options: { everyMs: number; burst: number }, private readonly now: () => number = () => performance.now()) {}

  /** 0 where the person may be written to now, which is then counted; else the milliseconds until then. */
  take(phoneNumber: string): number {
    const { everyMs, burst } = this.options;
    let limiter = this.people.get(phoneNumber);
    if (limiter === undefined) {
      this.forgetTheIdle();
      limiter = new RateLimiter(1_000 / everyMs, burst, this.now);
      this.people.set(phoneNumber, limiter);
    }
    return limiter.take(1) === 1 ? 0 : Math.max(1, limiter.nextInMs());
  }

  private forgetTheIdle(): void {
    if (this.people.size < SWEEP_AT || this.people.size % SWEEP_AT !== 0) return;
    for (const [number, limiter] of this.people) if (limiter.isIdle()) this.people.delete(number);
  }
}
