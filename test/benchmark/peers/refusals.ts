import { latencyOf, type Latency } from '../numbers.ts';

/** Answers of 429: messages for which the subject had no room. */
export interface Refusals {
  messages: number;
  latency: Latency;
  /** When the first one came, in milliseconds since the campaign's start, and how many messages had been taken by then. */
  firstAtMs: number;
  takenBefore: number;
}

const TOO_MANY = 429;

/** Tells a campaign's refusals from its other answers, in the order in which they come. */
export class RefusalTally {
  private readonly durations: number[] = [];
  private firstAtMs = 0;
  private takenBefore = 0;

  /** Counts an answer in; true where it is a refusal. Both times in milliseconds: how long it took, and since the start. */
  add(status: number, ms: number, atMs: number): boolean {
    if (status !== TOO_MANY) {
      if (this.durations.length === 0) this.takenBefore += 1;
      return false;
    }
    if (this.durations.push(ms) === 1) this.firstAtMs = atMs;
    return true;
  }

  get result(): Refusals | undefined {
    const { durations, firstAtMs, takenBefore } = this;
    if (durations.length === 0) return undefined;
    return { messages: durations.length, latency: latencyOf(Float64Array.from(durations)), firstAtMs, takenBefore };
  }
}
