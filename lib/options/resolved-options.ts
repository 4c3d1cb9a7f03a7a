import type {
  AiSensyCallbackOptions, BacklogOptions, BodyLimitOptions, CircuitBreakerOptions, CleverTapOptions, LedgerOptions, RelayOptions, ThrottleOptions,
  UnknownOutcomeOptions, WhatsAppAccountOptions,
} from '../whatsapp-bridge.options.ts';
import type { RetrySchedule } from '../lanes/retry-schedule.ts';

/** The resolved options: the only form that the rest of the bridge injects. */
export const RESOLVED_OPTIONS = Symbol.for('nestjs-whatsapp-bridge:resolved-options');

/** One account with every default filled in. */
export interface Account {
  nickname: string;
  /** The WhatsApp number, E.164, which is the account's key everywhere inside the bridge. */
  mobileNumber: string;
  isDefault: boolean;
  maxConcurrentRequests: number;
  maxRequestsPerSecond?: number;
  sendWithinMs: NonNullable<WhatsAppAccountOptions['sendWithinMs']>;
  unknownOutcome: Required<UnknownOutcomeOptions>;
  circuitBreaker: Required<CircuitBreakerOptions>;
  cleverTap: CleverTapOptions;
  aiSensy: {
    transport: 'clevertap' | 'direct' | 'project' | 'campaign';
    endpoint: string;
    headers: Record<string, string>;
    timeoutMs: number;
    callbacks: AiSensyCallbackOptions;
  };
}

/** Options with every default filled in, validated. */
export interface ResolvedOptions {
  path: string;
  publicUrl?: string;
  accounts: Account[];
  answerWithinMs: number;
  ledger: LedgerOptions;
  allowInsecureUrls: boolean;
  throttle: Required<ThrottleOptions>;
  bodyLimits: Required<BodyLimitOptions>;
  relay: Required<RelayOptions>;
  retry: Record<'dispatch' | 'relay' | 'listeners', RetrySchedule>;
  backlog: Required<BacklogOptions>;
  parkReportsForMs: number;
  retentionDays: number;
  shutdownTimeoutMs: number;
}
