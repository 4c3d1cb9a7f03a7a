import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { DAY_MS, HOUR_MS } from '../clock.ts';
import { AccountDto } from './account.dto.ts';
import { DEFAULT_EXTRAS } from './extras.ts';
import { LedgerDto } from './ledger.dto.ts';
import { BodyLimitDto, RelayDto, ThrottleDto } from './limits.dto.ts';
import { MediaDto } from './media.dto.ts';
import { AsGiven, IfGiven, Must, MustIn } from './must.ts';
import type { Rule } from './must.ts';
import { beFailureReasons } from './failure-reason-rules.ts';
import { BacklogDto } from './resilience.dto.ts';
import type { HttpDispatcher } from '../http/http-sender.ts';
import type { FailureReasonOptions } from '../whatsapp-bridge.options.ts';
import type { ResolvedOptions } from './resolved-options.ts';
import { RetryDto } from './retry.dto.ts';
import { beBoolean, beGroup, beRoutePrefix, beWholeNumber, wrongKind } from './rules.ts';
import { beSecure, beUrl, haveNoQuery, SECURE_URLS } from './url-rules.ts';

const ACCOUNT_CONTENT = 'nickname, mobileNumber, cleverTap and aiSensy';

/** Every option once: its place, its default and its rules. Their meaning is documented on `WhatsAppBridgeOptions`. */
export class OptionsDto implements Omit<ResolvedOptions, 'ledger'> {
  @Must(beRoutePrefix()) @AsGiven()
  path = DEFAULT_EXTRAS.path;

  @IfGiven() @Must(beUrl("this backend's own address"), haveNoQuery()) @MustIn(SECURE_URLS, beSecure()) @AsGiven()
  publicUrl?: string;

  @Must(beAccounts()) @ValidateNested({ message: `must be an object with ${ACCOUNT_CONTENT}.` }) @Type(() => AccountDto)
  accounts!: AccountDto[];

  @Must(beWholeNumber(0, 900, 'milliseconds')) @AsGiven()
  answerWithinMs = 400;

  @Must(beGroup('engine and file')) @ValidateNested() @Type(() => LedgerDto)
  ledger = new LedgerDto();

  @Must(beBoolean()) @AsGiven()
  allowInsecureUrls = false;

  @Must(beBoolean()) @AsGiven()
  allowPrivateAddresses = false;

  @Must(beGroup('limit and ttlMs')) @ValidateNested() @Type(() => ThrottleDto)
  throttle = new ThrottleDto();

  @Must(beGroup('messages and callbacks')) @ValidateNested() @Type(() => BodyLimitDto)
  bodyLimits = new BodyLimitDto();

  @Must(beGroup('batchSize and batchWaitMs')) @ValidateNested() @Type(() => RelayDto)
  relay = new RelayDto();

  @Must(beGroup('dispatch, relay and listeners')) @ValidateNested() @Type(() => RetryDto)
  retry = new RetryDto();

  @Must(beGroup('maxMessages, maxBytes and minFreeDiskBytes')) @ValidateNested() @Type(() => BacklogDto)
  backlog = new BacklogDto();

  @Must(beGroup('secret, linkValidMs, maxBytes and timeoutMs')) @ValidateNested() @Type(() => MediaDto)
  media = new MediaDto();

  @Must(beWholeNumber(1_000, 7 * DAY_MS, 'milliseconds')) @AsGiven()
  templateRefreshMs = 900_000;

  @Must(beFailureReasons()) @AsGiven()
  failureReasons: Record<number, FailureReasonOptions> = {};

  @Must(beWholeNumber(0, 30 * DAY_MS, 'milliseconds')) @AsGiven()
  parkReportsForMs = HOUR_MS;

  @Must(beWholeNumber(1, 3_650, 'days')) @AsGiven()
  retentionDays = 35;

  @Must(beWholeNumber(1, 60_000, 'milliseconds')) @AsGiven()
  loopDelayLimitMs = 200;

  @IfGiven() @Must(beDispatcher())
  dispatcher?: HttpDispatcher;

  @Must(beWholeNumber(0, 600_000, 'milliseconds')) @AsGiven()
  shutdownTimeoutMs = 10_000;
}

function beDispatcher(): Rule {
  return (value) => (typeof (value as Partial<HttpDispatcher> | null)?.dispatch === 'function' ? undefined
    : "must be a dispatcher of undici 7, such as new ProxyAgent('http://proxy:3128'). Install undici@7 and pass one of its dispatchers.");
}

function beAccounts(): Rule {
  const wanted = `a list with ${ACCOUNT_CONTENT} of each WhatsApp number`;
  return (value) => {
    if (!Array.isArray(value)) return wrongKind(value, wanted);
    // Validation passes over entries that are undefined, a misspelt `config.get('…')` among them.
    const missing = Array.from<unknown>(value).flatMap((entry, index) => (entry === undefined ? [index] : []));
    if (missing.length > 0) return `has nothing at ${missing.map((index) => `[${index}]`).join(', ')}. Give ${wanted}.`;
    return value.length > 0 ? undefined : `is empty: the bridge needs at least one WhatsApp number. Give ${wanted}.`;
  };
}
