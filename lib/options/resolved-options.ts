import type {
  BacklogOptions, BodyLimitOptions, CampaignTransportOptions, CircuitBreakerOptions, CleverTapOptions, CleverTapTransportOptions,
  DirectTransportOptions, FailureReasonOptions, MediaOptions, ProjectTransportOptions, PairLimitOptions, RelayOptions, TemplateSourceOptions, ThrottleOptions, UnknownOutcomeOptions,
  WhatsAppAccountOptions,
} from '../whatsapp-bridge.options.ts';
import type { HttpDispatcher } from '../http/http-sender.ts';
import type { RetrySchedule } from '../lanes/retry-schedule.ts';
import type { ResolvedLedger } from './ledger-file.ts';

/** The resolved options: the only form that the rest of the bridge injects. */
export const RESOLVED_OPTIONS = Symbol.for('nestjs-whatsapp-bridge:resolved-options');

type Filled<Options, Defaults extends keyof Options> = Options & Required<Pick<Options, Defaults>>;

/** With `{projectId}` in `endpoint` replaced. */
export type TemplateSourceSettings = TemplateSourceOptions & { endpoint: string };
type WithTemplates<Options> = Omit<Options, 'templates'> & { templates?: TemplateSourceSettings };

export type CleverTapTransportSettings = WithTemplates<Filled<CleverTapTransportOptions, 'transport' | 'endpoint' | 'headers' | 'timeoutMs'>>;
export type DirectTransportSettings = Filled<DirectTransportOptions, 'endpoint' | 'timeoutMs'>;
/** With `{projectId}` in `endpoint` replaced. */
export type ProjectTransportSettings = Filled<ProjectTransportOptions, 'endpoint' | 'timeoutMs'>;
export type CampaignTransportSettings = WithTemplates<Filled<CampaignTransportOptions, 'endpoint' | 'timeoutMs'>>;

export type MediaSettings = Filled<MediaOptions, 'linkValidMs' | 'maxBytes' | 'timeoutMs'>;

/** One account with every default filled in. */
export interface Account {
  nickname: string;
  /** The WhatsApp number, E.164, which is the account's key everywhere inside the bridge. */
  mobileNumber: string;
  isDefault: boolean;
  maxConcurrentRequests: number;
  maxRequestsPerSecond?: number;
  pairLimit?: Required<PairLimitOptions>;
  sendWithinMs: NonNullable<WhatsAppAccountOptions['sendWithinMs']>;
  unknownOutcome: Required<UnknownOutcomeOptions>;
  circuitBreaker: Required<CircuitBreakerOptions>;
  preflight: boolean;
  cleverTap: CleverTapOptions;
  aiSensy: CleverTapTransportSettings | DirectTransportSettings | ProjectTransportSettings | CampaignTransportSettings;
}

/** Options with every default filled in, validated. */
export interface ResolvedOptions {
  path: string;
  publicUrl?: string;
  accounts: Account[];
  answerWithinMs: number;
  ledger: ResolvedLedger;
  allowInsecureUrls: boolean;
  allowPrivateAddresses: boolean;
  throttle: Required<ThrottleOptions>;
  bodyLimits: Required<BodyLimitOptions>;
  relay: Required<RelayOptions>;
  retry: Record<'dispatch' | 'relay' | 'listeners', RetrySchedule>;
  backlog: Required<BacklogOptions>;
  media: MediaSettings;
  templateRefreshMs: number;
  failureReasons: Record<number, FailureReasonOptions>;
  parkReportsForMs: number;
  retentionDays: number;
  loopDelayLimitMs: number;
  dispatcher?: HttpDispatcher;
  shutdownTimeoutMs: number;
}
