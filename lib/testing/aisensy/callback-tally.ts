import type { Latency } from '../wire/latency.ts';
import type { CallbackFailure } from './callback-sender.ts';

/** The callbacks posted so far. */
export interface CallbackTally {
  /** Reports. */
  posted: number;
  /** People's messages. */
  people: number;
  /** Requests answered with 2xx. */
  acknowledged: number;
  /** Requests that failed at every attempt. */
  lost: number;
  /** Whether the receiver was given up, see `switchesOff`. */
  switchedOff: boolean;
  /** Failed attempts. */
  failures: readonly CallbackFailure[];
  /** How long the answers took. */
  latency: Latency;
}
