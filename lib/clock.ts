export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const YEAR_MS = 365 * DAY_MS;

const STARTED_AT = performance.timeOrigin;

/**
 * Milliseconds since 1970 by a clock that only moves with time itself: read once at the process's start and monotonic from
 * there. All that the bridge schedules goes by it, so that setting the machine's clock by an hour neither expires messages
 * nor leaves them lying.
 */
export function now(): number {
  return Math.round(STARTED_AT + performance.now());
}
