import { DAY_MS } from '../clock.ts';
import type { BodyLimitOptions, RelayOptions, ThrottleOptions } from '../whatsapp-bridge.options.ts';
import { AsGiven, Must } from './must.ts';
import { beWholeNumber } from './rules.ts';

const LARGEST_BODY = 64 * 1024 * 1024;

/** `throttle` */
export class ThrottleDto implements ThrottleOptions {
  @Must(beWholeNumber(1, 1_000_000, 'requests')) @AsGiven()
  limit = 20;

  @Must(beWholeNumber(1, DAY_MS, 'milliseconds')) @AsGiven()
  ttlMs = 60_000;
}

/** `bodyLimits` */
export class BodyLimitDto implements BodyLimitOptions {
  @Must(beWholeNumber(1, LARGEST_BODY, 'bytes')) @AsGiven()
  messages = 256 * 1024;

  @Must(beWholeNumber(1, LARGEST_BODY, 'bytes')) @AsGiven()
  callbacks = 4 * 1024 * 1024;
}

/** `relay` */
export class RelayDto implements RelayOptions {
  @Must(beWholeNumber(1, 1000, 'statuses')) @AsGiven()
  batchSize = 100;

  @Must(beWholeNumber(0, 60_000, 'milliseconds')) @AsGiven()
  batchWaitMs = 200;
}
