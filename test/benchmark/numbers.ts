/** How long answers took, in milliseconds. */
export interface Latency {
  p50: number;
  p99: number;
  max: number;
}

export function latencyOf(durations: Float64Array): Latency {
  const sorted = durations.toSorted();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** The middle one; the mean of both where there are two. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Of objects of numbers, nested or not: each number's median over all rounds. */
export function medianOf<T extends object>(rounds: T[]): T {
  const [first] = rounds;
  return Object.fromEntries(Object.entries(first!).map(([key, value]: [string, unknown]) => {
    const values = rounds.map((round) => (round as Record<string, unknown>)[key]);
    return [key, typeof value === 'number' ? median(values as number[]) : medianOf(values as object[])];
  })) as T;
}
