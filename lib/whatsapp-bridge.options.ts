import type { ConfigurableModuleAsyncOptions } from '@nestjs/common';
import type { MessageSummary } from './messages/message-summary.ts';
import type { HttpDispatcher } from './http/http-sender.ts';
import type { RetrySchedule } from './lanes/retry-schedule.ts';
import type { CallbackCode } from './messages/failure-reason.ts';
import type { AiSensyOptions } from './options/aisensy.options.ts';
import type { Secret } from './options/secret.ts';

export type * from './options/aisensy.options.ts';
export type * from './options/secret.ts';

/** How CleverTap's side of an account is reached and recognised. */
export interface CleverTapOptions {
  /** What CleverTap must send, as typed into its provider form. All of them must be right; a list holds old and new key. */
  headers?: Record<string, Secret>;
  /** Or HTTP Basic. */
  basic?: { username: string; password: string };
  /** Where delivery reports go, as CleverTap shows it for the provider; its query holds the account's only secret. */
  deliveryReportUrl: string;
  /** Where inbound messages go. */
  inboundMessageUrl: string;
}

/** What becomes of a message whose outcome stayed unknown: told to CleverTap as failed, or sent again, perhaps a second time. */
export type UnknownOutcomePolicy = 'fail' | 'resend';

/**
 * For messages of which nobody knows whether AiSensy took them: the answer was a time-out, a reset or a 5xx, or the process
 * died in between. AiSensy knows no idempotency key, so they are not sent again blindly; a report that names them settles them.
 */
export interface UnknownOutcomeOptions {
  /** How long such a message waits for a report that names it, in milliseconds; 600,000. */
  waitMs?: number;
  /**
   * What becomes of it then: `fail` (the default) tells CleverTap `failed` 1009 and keeps a dead letter; `resend` sends it again, which may reach the
   * person twice. A function decides by message: a one-time password may be worth a duplicate, a promotion is not.
   */
  policy?: UnknownOutcomePolicy | ((message: MessageSummary) => UnknownOutcomePolicy | Promise<UnknownOutcomePolicy>);
}

/** When calls to AiSensy pause because too many fail. After the pause a few calls try whether AiSensy is well again. */
export interface CircuitBreakerOptions {
  /** Failed calls in a row that open it; 20. */
  consecutiveFailures?: number;
  /** The share of failed calls among the last `sampleSize` that opens it, 0.01 to 0.99; 0.5. */
  failureShare?: number;
  /** Calls looked back at; 100. The share does not count before this many were made. */
  sampleSize?: number;
  /** Calls at once that try AiSensy out after a pause; 3. */
  probes?: number;
}

/** The pace towards one person (Meta's error 131056: about one message in 6 s from a number to a person, with a burst allowed). */
export interface PairLimitOptions {
  /** Milliseconds for one message; 6,000. */
  everyMs?: number;
  /** Messages at once after a pause; 5. */
  burst?: number;
}

/** One WhatsApp number as both sides know it. */
export interface WhatsAppAccountOptions {
  /** The provider's nickname in CleverTap: `AiSensy_WA`. Names the account in logs and to listeners. */
  nickname: string;
  /** The WhatsApp number, E.164: `+918889500122`. The account's identity in the ledger. */
  mobileNumber: string;
  /** Takes messages whose `wabaNumber` matches no account; at most one account. */
  isDefault?: boolean;
  /** Calls to AiSensy at once, 1 to 1500; 250. */
  maxConcurrentRequests?: number;
  /** Calls to AiSensy a second; no limit by default. */
  maxRequestsPerSecond?: number;
  /** Holds messages to one person apart; off by default. */
  pairLimit?: PairLimitOptions;
  /**
   * How long after it was taken a message may still be sent, in milliseconds; 86,400,000 (a day). A function decides by message:
   * what it answers is rounded up and is a year at the most; where it throws, or answers no number above 0, a day counts.
   * Later the message expires: CleverTap is told `failed` 1009 "expired".
   */
  sendWithinMs?: number | ((message: MessageSummary) => number);
  /** What becomes of messages of which nobody knows whether AiSensy took them. */
  unknownOutcome?: UnknownOutcomeOptions;
  /** When calls to AiSensy pause because too many fail. */
  circuitBreaker?: CircuitBreakerOptions;
  /**
   * Whether messages are checked against AiSensy's templates before they are sent, where those are known; true. What WhatsApp is sure to
   * refuse (an unknown template, a wrong number of values, a missing header medium) is then refused in the answer, with code 2001.
   */
  preflight?: boolean;
  /** How CleverTap's side is reached and recognised. */
  cleverTap: CleverTapOptions;
  /** How AiSensy's side is reached and recognised, by `transport`. */
  aiSensy: AiSensyOptions;
}

/** Where messages, reports and queues are kept. */
export type LedgerOptions =
  /** One SQLite file, `whatsapp-bridge.sqlite` in the working directory by default; one process to a file. */
  | { engine?: 'sqlite'; file?: string }
  /** The same engine without a file: for tests. What it holds dies with the process. */
  | { engine: 'memory' };

/** How guessers of keys are slowed down. Requests that carry a right key are never counted. */
export interface ThrottleOptions {
  /** Requests with wrong credentials from one address within `ttlMs` that are answered 401; more are answered 429. 20. */
  limit?: number;
  /** Milliseconds; 60,000. */
  ttlMs?: number;
}

/** The largest bodies taken, in bytes. */
export interface BodyLimitOptions {
  /** On the provider endpoint; 262,144. */
  messages?: number;
  /** On AiSensy's callback routes, which batch; 4,194,304. */
  callbacks?: number;
}

/** How reports are gathered on their way to CleverTap. */
export interface RelayOptions {
  /** The most statuses in one request; 100. */
  batchSize?: number;
  /** How long the first status of a request waits for others, in milliseconds; 200. */
  batchWaitMs?: number;
}

/** How long failed work waits before it is tried again; what is left out keeps its default. */
export interface RetryOptions {
  /** To AiSensy: from 1 s doubling to 5 minutes, until the message expires. */
  dispatch?: Partial<RetrySchedule>;
  /** To CleverTap: from 1 s doubling to 15 minutes, 300 attempts (two to three days). */
  relay?: Partial<RetrySchedule>;
  /** To the host's listeners: from 1 s tripling to 6 hours, 15 attempts (a day or more). */
  listeners?: Partial<RetrySchedule>;
}

/**
 * How much may wait for AiSensy, all accounts together. Beyond it CleverTap is answered 429 at once: the last resort, since it never tries
 * again. Half of each limit is shared; the other half is split evenly, one part reserved for each account, so that none can use up all.
 */
export interface BacklogOptions {
  /** Messages; 1,000,000. */
  maxMessages?: number;
  /** Their bodies, in bytes; 4,294,967,296 (4 GiB). */
  maxBytes?: number;
  /** Free space that is left alone on the ledger's disk, in bytes; 268,435,456 (256 MiB). */
  minFreeDiskBytes?: number;
}

/** What one of Meta's codes means to this host, where that differs from the bridge's own table; what is left out stays. */
export interface FailureReasonOptions {
  /** `retry` with back-off, `wait` for long before the next try, `never` again for this message, or `stop` the account's lane and alert. */
  action?: 'retry' | 'wait' | 'never' | 'stop';
  /** What CleverTap is told, 1000 to 1010. */
  callbackCode?: CallbackCode;
}

/** How CleverTap gets at people's pictures and files that AiSensy only names by an id: by links to the bridge's own media route. */
export interface MediaOptions {
  /** Signs the links. Without one a secret is derived from the account's own, and links end when those are changed. */
  secret?: string;
  /** How long a link can be opened, in milliseconds; 604,800,000 (a week). */
  linkValidMs?: number;
  /** The largest medium that is passed on, in bytes; 104,857,600, the largest that WhatsApp takes. */
  maxBytes?: number;
  /** How long AiSensy may take to begin, and then for each next piece, in milliseconds; 15,000. */
  timeoutMs?: number;
}

/** What is needed to build the module, before any factory has run: with `forRootAsync` it stands beside the factory. */
export interface WhatsAppBridgeExtras {
  /** The route prefix, `whatsapp`. */
  path?: string;
  /** Whether every module of the host may inject the bridge without importing the module; true. */
  isGlobal?: boolean;
  /** Decorators for the bridge's controllers, such as the host's own `@Public()` where a global guard would refuse CleverTap. */
  controllerDecorators?: ClassDecorator[];
}

/** Options of `WhatsAppBridgeModule`. */
export interface WhatsAppBridgeOptions extends WhatsAppBridgeExtras {
  /** One entry for each WhatsApp number; at least one. */
  accounts: WhatsAppAccountOptions[];
  /**
   * This backend's own address, `https://api.example.com`, with the host's global prefix if it has one. For the paging links of the template
   * import and for links to media.
   */
  publicUrl?: string;
  /**
   * How long the provider endpoint waits for AiSensy's verdict on a message that got a slot at once, in milliseconds; 400. Behind a
   * backlog, amid a campaign (many callers that wait at once), or with 0, it answers as soon as the message is durable. At most 900,
   * since CleverTap counts every answer after one second as lost ("Generic WhatsApp").
   */
  answerWithinMs?: number;
  /** Default: SQLite, in `whatsapp-bridge.sqlite`. */
  ledger?: LedgerOptions;
  /** A plain http URL is refused at boot, except to a loopback address; `true` allows it. */
  allowInsecureUrls?: boolean;
  /** The bridge's own calls reach no private address (10.0.0.0/8, 192.168.0.0/16…), but for loopback ones; `true` allows them. */
  allowPrivateAddresses?: boolean;
  /** How guessers of keys are slowed down. */
  throttle?: ThrottleOptions;
  /** The largest bodies taken. */
  bodyLimits?: BodyLimitOptions;
  /** How reports are gathered on their way to CleverTap. */
  relay?: RelayOptions;
  /** How long failed work waits before it is tried again. */
  retry?: RetryOptions;
  /** How much may wait for AiSensy. */
  backlog?: BacklogOptions;
  /** How CleverTap gets at people's pictures and files that AiSensy only names by an id. */
  media?: MediaOptions;
  /** How old the list of templates may be before AiSensy is asked for it again, in milliseconds; 900,000 (15 minutes). */
  templateRefreshMs?: number;
  /** Single entries of the table of failures, by Meta's code: `{ 131049: { action: 'wait' } }`. */
  failureReasons?: Record<number, FailureReasonOptions>;
  /** How long a delivery report that names no known message waits for one, in milliseconds; 3,600,000 (an hour). */
  parkReportsForMs?: number;
  /**
   * How long messages and their history are kept after they were taken, in days; 35, since a status may come 30 days after the
   * send (Meta, "Status messages"). What still waits is kept longer.
   */
  retentionDays?: number;
  /** The delay of the host's event loop beyond which the bridge sheds its background work, in milliseconds; 200. */
  loopDelayLimitMs?: number;
  /**
   * Makes the bridge's calls, to AiSensy and to CleverTap's callback URLs, in place of its own connection pools: any dispatcher of
   * undici 7, such as `new ProxyAgent('http://proxy:3128')`, or a `MockAgent` in a test. It has its own limit on connections: allow
   * as many as the accounts' `maxConcurrentRequests`. It also looks names up, so the bridge refuses a private address only where an
   * option spells it out. The host closes it, after the app. A proxy of the environment (`HTTPS_PROXY`) is never used.
   */
  dispatcher?: HttpDispatcher;
  /** How long a stop waits for what is in flight, in milliseconds; 10,000. */
  shutdownTimeoutMs?: number;
}

/** A class that makes the options, for `forRootAsync({ useClass })` and `({ useExisting })`. */
export interface WhatsAppBridgeOptionsFactory {
  createWhatsAppBridgeOptions(): Promise<WhatsAppBridgeOptions> | WhatsAppBridgeOptions;
}

/**
 * Options of `WhatsAppBridgeModule.forRootAsync`: `useFactory` (with `inject` and `imports`), `useClass` or `useExisting`. The
 * extras stand beside it, since the routes are made before a factory runs; a factory that says otherwise is refused at boot.
 */
export interface WhatsAppBridgeAsyncOptions
  extends WhatsAppBridgeExtras, ConfigurableModuleAsyncOptions<WhatsAppBridgeOptions, 'createWhatsAppBridgeOptions'> {}
