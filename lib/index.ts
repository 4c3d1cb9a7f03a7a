export { WhatsAppBridgeModule } from './whatsapp-bridge.module.ts';
export { WhatsAppBridge } from './whatsapp-bridge.service.ts';
export type { SendRequest, SendResult, UnknownMessageInfo } from './whatsapp-bridge.service.ts';
export type { CardDraft, HeaderDraft, MessageDraft, TemplateDraft } from './sending/message-draft.ts';
export { SendError } from './send.error.ts';
export type { SendErrorCode } from './send.error.ts';

export type {
  AiSensyCallbackOptions, AiSensyCommonOptions, AiSensyOptions, BacklogOptions, BodyLimitOptions, CampaignTransportOptions, CircuitBreakerOptions,
  CleverTapOptions, CleverTapTransportOptions, DirectCredentials, DirectTransportOptions, FailureReasonOptions, LedgerOptions, MediaOptions, PairLimitOptions,
  ProjectTransportOptions, RelayOptions, RetryOptions, Secret, TemplateSourceOptions, ThrottleOptions, TransportName, UnknownOutcomeOptions, UnknownOutcomePolicy,
  WhatsAppAccountOptions, WhatsAppBridgeAsyncOptions, WhatsAppBridgeExtras, WhatsAppBridgeOptions, WhatsAppBridgeOptionsFactory,
} from './whatsapp-bridge.options.ts';
export type { OptionProblem } from './options/configuration.error.ts';
export { WhatsAppBridgeConfigurationError } from './options/configuration.error.ts';
export type {
  Account, CampaignTransportSettings, CleverTapTransportSettings, DirectTransportSettings, ProjectTransportSettings, TemplateSourceSettings,
} from './options/resolved-options.ts';
export type { HttpDispatcher } from './http/http-sender.ts';
export { MissingPeerError } from './http/optional-peer.ts';

export { OnDeliveryReport, OnDispatch, OnInboundMessage, OnPreference } from './events/listener.decorators.ts';
export type { ListenerDecorator } from './events/listener.decorators.ts';
export type { DeliveryReportFilter, DispatchFilter, InboundMessageFilter, ListenerOptions, OneOrMany, PreferenceFilter } from './events/listener-filters.ts';
export { ListenerSetupError, ListenerTimeoutError, PermanentError, RetryLaterError } from './events/listener.errors.ts';
export type { BridgeAlert, DeliveryReportEvent, DispatchEvent, InboundMessageEvent, PreferenceEvent } from './events/bridge-events.ts';
export type { DispatchOutcome } from './messages/dispatch-outcome.ts';
export type { MessageSummary } from './messages/message-summary.ts';

export { DispatchService } from './dispatch/dispatch.service.ts';
export type { SettlementDecision } from './dispatch/settlements.ts';
export type { SubmissionAnswer } from './dispatch/submission.ts';
export type { RetrySchedule } from './lanes/retry-schedule.ts';
export type { LaneState } from './lanes/lane-options.ts';

export { CleverTapGuard } from './clevertap/clevertap.guard.ts';
export { AiSensyGuard } from './aisensy/aisensy.guard.ts';
export { accountsOf } from './http/credential.guard.ts';
export type { CredentialGuard } from './http/credential.guard.ts';
export type { HttpRequest } from './http/http-exchange.ts';

export type { BridgeHealth } from './operations/health.service.ts';
export type { LedgerCounts } from './ledger/ledger-records.ts';
export type { ReplayOptions, ReplayResult } from './operations/dead-letters.service.ts';
export { DeadLetters } from './operations/dead-letters.service.ts';
export type { DeadLetter, DeadLetterFilter, DeadLetterKind } from './ledger/dead-letter.ts';
export { LedgerError } from './ledger/ledger.errors.ts';
export type { LedgerErrorCode } from './ledger/ledger.errors.ts';
export type { MessageHistory, MessageState, MessageStep } from './ledger/message-history.ts';

export { maskPhoneNumber, normalizePhoneNumber } from './messages/phone-number.ts';
export type { DeliveryStatus, LinkClick } from './messages/delivery-report.ts';
export type { AnswerCode, CallbackCode, FailureReason } from './messages/failure-reason.ts';
export type { PreferenceChange } from './messages/preference.ts';
export type { InboundMedia, InboundMessage, InboundType } from './messages/inbound-message.ts';
export type {
  FreeformContent, MessageContent, MessageOrigin, OutboundMessage, TemplateButton, TemplateButtonKind, TemplateCard, TemplateContent,
  TemplateHeader,
} from './messages/outbound-message.ts';
