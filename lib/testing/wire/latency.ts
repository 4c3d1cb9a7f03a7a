/** How long answers took, in milliseconds. All 0 where there were none. */
export interface Latency {
  count: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** The percentiles of some durations, rounded to a tenth of a millisecond. */
export function latencyOf(durations: Iterable<number>): Latency {
  const sorted = Float64Array.from(durations).sort();
  const at = (share: number): number => {
    const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
    return Math.round(value * 10) / 10;
  };
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
