import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { DAY_MS, HOUR_MS } from '../clock.ts';
import type { RetrySchedule } from '../lanes/retry-schedule.ts';
import { AsGiven, IfGiven, Must } from './must.ts';
import { beGroup, beNumber, beWholeNumber } from './rules.ts';

const SCHEDULE = 'firstDelayMs, factor, maxDelayMs, jitter, maxAttempts and maxRetryAfterMs';

/** `retry.dispatch`, and what the other schedules have in common with it. */
export class DispatchRetryDto implements RetrySchedule {
  @Must(beWholeNumber(1, DAY_MS, 'milliseconds')) @AsGiven()
  firstDelayMs = 1_000;

  @Must(beNumber(1, 100, 'times')) @AsGiven()
  factor = 2;

  @Must(beWholeNumber(1, DAY_MS, 'milliseconds')) @AsGiven()
  maxDelayMs = 300_000;

  @Must(beNumber(0, 1, 'parts of a delay')) @AsGiven()
  jitter = 0.3;

  @IfGiven() @Must(beWholeNumber(1, 1_000_000, 'attempts')) @AsGiven()
  maxAttempts?: number;

  @IfGiven() @Must(beWholeNumber(1, 7 * DAY_MS, 'milliseconds')) @AsGiven()
  maxRetryAfterMs?: number;
}

/** `retry.relay`: reports stay true for long, so the relay is patient. */
export class RelayRetryDto extends DispatchRetryDto {
  override maxDelayMs = 900_000;
  override maxAttempts? = 300;
}

/** `retry.listeners`: an outage of a night is no reason to lose a step of a journey. */
export class ListenerRetryDto extends DispatchRetryDto {
  override factor = 3;
  override maxDelayMs = 6 * HOUR_MS;
  override maxAttempts? = 15;
}

/** `retry` */
export class RetryDto {
  @Must(beGroup(SCHEDULE)) @ValidateNested() @Type(() => DispatchRetryDto)
  dispatch = new DispatchRetryDto();

  @Must(beGroup(SCHEDULE)) @ValidateNested() @Type(() => RelayRetryDto)
  relay = new RelayRetryDto();

  @Must(beGroup(SCHEDULE)) @ValidateNested() @Type(() => ListenerRetryDto)
  listeners = new ListenerRetryDto();
}
