import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { DAY_MS, YEAR_MS } from '../clock.ts';
import { aiSensyDto } from './aisensy.dto.ts';
import { CleverTapDto, recogniseCleverTap } from './clevertap.dto.ts';
import { AsGiven, IfGiven, Must } from './must.ts';
import { CircuitBreakerDto, PairLimitDto, UnknownOutcomeDto } from './resilience.dto.ts';
import type { Account } from './resolved-options.ts';
import { beBoolean, beGroup, beMobileNumber, bePositive, beText, beWholeNumber, orFunction } from './rules.ts';

/** How long a message may wait to be sent, at the most. */
export const LONGEST_TO_SEND_MS = YEAR_MS;

/** `accounts[]` */
export class AccountDto implements Account {
  @Must(beText("the provider's nickname in CleverTap, such as 'AiSensy_WA'")) @AsGiven()
  nickname!: string;

  @Must(beMobileNumber()) @AsGiven()
  mobileNumber!: string;

  @Must(beBoolean()) @AsGiven()
  isDefault = false;

  @Must(beWholeNumber(1, 1500, 'calls at once')) @AsGiven()
  maxConcurrentRequests = 250;

  @IfGiven() @Must(bePositive('calls a second')) @AsGiven()
  maxRequestsPerSecond?: number;

  @IfGiven() @Must(beGroup('everyMs and burst')) @ValidateNested() @Type(() => PairLimitDto)
  pairLimit?: PairLimitDto;

  @Must(orFunction(beWholeNumber(1, LONGEST_TO_SEND_MS, 'milliseconds'))) @AsGiven()
  sendWithinMs: Account['sendWithinMs'] = DAY_MS;

  @Must(beGroup('waitMs and policy')) @ValidateNested() @Type(() => UnknownOutcomeDto)
  unknownOutcome = new UnknownOutcomeDto();

  @Must(beGroup('consecutiveFailures, failureShare, sampleSize and probes')) @ValidateNested() @Type(() => CircuitBreakerDto)
  circuitBreaker = new CircuitBreakerDto();

  @Must(beBoolean()) @AsGiven()
  preflight = true;

  @Must(beGroup('headers or basic, deliveryReportUrl and inboundMessageUrl'), recogniseCleverTap())
  @ValidateNested() @Type(() => CleverTapDto)
  cleverTap!: CleverTapDto;

  @Must(beGroup('callbacks and what its transport needs')) @ValidateNested()
  @Type((given) => aiSensyDto((given?.object as { aiSensy?: unknown } | undefined)?.aiSensy))
  aiSensy!: Account['aiSensy'];
}
