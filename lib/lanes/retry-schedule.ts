import { HOUR_MS } from '../clock.ts';

/** How long failed work waits before it is tried again: exponential back-off with jitter. */
export interface RetrySchedule {
  /** The delay after the first attempt, in milliseconds. */
  firstDelayMs: number;
  /** By how much each delay is longer than the one before, at least 1. */
  factor: number;
  /** The longest delay of the schedule itself, in milliseconds. */
  maxDelayMs: number;
  /** The share of a delay that chance may take off it, 0 to 1, so that what failed together does not come back together. */
  jitter: number;
  /** Attempts in all, the first included; no limit by default. */
  maxAttempts?: number;
  /** The longest wait that the other side may ask for (`Retry-After`), in milliseconds; 3,600,000 (an hour). */
  maxRetryAfterMs?: number;
}

/**
 * Milliseconds until the next attempt.
 *
 * @param attempts made so far, from 1
 * @param random from 0 to below 1, as `Math.random()` gives it
 * @param retryAfterMs how long the other side asked to be left alone (`Retry-After`): the next attempt is never earlier
 */
export function nextDelay(schedule: RetrySchedule, attempts: number, random: number, retryAfterMs = 0): number {
  const { firstDelayMs, factor, maxDelayMs, jitter, maxRetryAfterMs = HOUR_MS } = schedule;
  const delay = Math.min(maxDelayMs, firstDelayMs * factor ** (attempts - 1)) * (1 - jitter * random);
  const asked = Math.min(retryAfterMs, maxRetryAfterMs);
  // Jobs that were given the same time would all come at once: they are spread over one first delay after it.
  return Math.round(delay >= asked ? delay : asked + firstDelayMs * jitter * random);
}

/** Whether the schedule has no further attempt after those made so far. */
export function isExhausted(schedule: RetrySchedule, attempts: number): boolean {
  return attempts >= (schedule.maxAttempts ?? Infinity);
}
