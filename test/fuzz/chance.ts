import { randomFrom } from '../../lib/testing/aisensy/random.ts';

/** Numbers by chance, the same for the same seed. */
export class Chance {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = randomFrom(seed);
  }

  /** The source for the n-th input of a run: each input can be made again without those before it. */
  static of(seed: number, index: number): Chance {
    return new Chance(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A whole number from `least` to `most`, the small ones more likely than the large ones. */
  size(least: number, most: number): number {
    return least + Math.floor((most - least + 1) * this.next() ** 4);
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** True in so large a share of all calls. */
  happens(share: number): boolean {
    return this.next() < share;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
