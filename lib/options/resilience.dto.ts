import { DAY_MS } from '../clock.ts';
import type { BacklogOptions, CircuitBreakerOptions, PairLimitOptions, UnknownOutcomeOptions } from '../whatsapp-bridge.options.ts';
import { AsGiven, Must } from './must.ts';
import { beNumber, beOneOf, beWholeNumber, orFunction } from './rules.ts';

/** `accounts[].unknownOutcome` */
export class UnknownOutcomeDto implements UnknownOutcomeOptions {
  @Must(beWholeNumber(0, 7 * DAY_MS, 'milliseconds')) @AsGiven()
  waitMs = 600_000;

  @Must(orFunction(beOneOf('fail', 'resend'))) @AsGiven()
  policy: NonNullable<UnknownOutcomeOptions['policy']> = 'fail';
}

/** `accounts[].circuitBreaker` */
export class CircuitBreakerDto implements CircuitBreakerOptions {
  @Must(beWholeNumber(1, 100_000, 'calls')) @AsGiven()
  consecutiveFailures = 20;

  @Must(beNumber(0.01, 0.99, 'parts of all calls')) @AsGiven()
  failureShare = 0.5;

  @Must(beWholeNumber(2, 100_000, 'calls')) @AsGiven()
  sampleSize = 100;

  @Must(beWholeNumber(1, 100, 'calls at once')) @AsGiven()
  probes = 3;
}

/** `accounts[].pairLimit` */
export class PairLimitDto implements PairLimitOptions {
  @Must(beWholeNumber(1, DAY_MS, 'milliseconds')) @AsGiven()
  everyMs = 6_000;

  @Must(beWholeNumber(1, 1_000, 'messages')) @AsGiven()
  burst = 5;
}

/** `backlog` */
export class BacklogDto implements BacklogOptions {
  @Must(beWholeNumber(1, 1_000_000_000, 'messages')) @AsGiven()
  maxMessages = 1_000_000;

  @Must(beWholeNumber(1, Number.MAX_SAFE_INTEGER, 'bytes')) @AsGiven()
  maxBytes = 4 * 1024 ** 3;

  @Must(beWholeNumber(0, Number.MAX_SAFE_INTEGER, 'bytes')) @AsGiven()
  minFreeDiskBytes = 256 * 1024 ** 2;
}
