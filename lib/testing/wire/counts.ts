/** How often each of some keys occurred. */
export type Counts = Record<string, number>;

/** Counts one more of a key. */
export function count(counts: Counts, key: string | number): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** `sent 3, read 2`, or `nothing`. */
export function countsInWords(counts: Counts): string {
  const words = Object.entries(counts).map(([key, times]) => `${key} ${times}`);
  return words.length > 0 ? words.join(', ') : 'nothing';
}
