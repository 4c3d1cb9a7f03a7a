export { behaviours, type AnswerBehaviour, type Behaviour, type SilentBehaviour } from './aisensy/behaviour.ts';
export type { CallbackFormName } from './aisensy/callback-form.ts';
export type { CallbackDeliveryOptions, CallbackFailure } from './aisensy/callback-sender.ts';
export type { ColdContents, ColdFault, ColdRoutes, SimulatedMedium } from './aisensy/cold-routes.ts';
export type { AiSensySimulatorOptions, CampaignApiOptions, SimulatedCampaign, DirectApiOptions, ProjectApiOptions } from './aisensy/options.ts';
export type { PersonContent, PersonMessage, PersonPreference, Reply } from './aisensy/person.ts';
export type { Plan, Rule } from './aisensy/plan.ts';
export type { ApiName, MessageNames, ReceivedMessage } from './aisensy/received-messages.ts';
export type { ReportedStatus, ReportPlan, ReportStep } from './aisensy/report-plan.ts';
export type { CallbackTargets, ReportBatching } from './aisensy/reporter.ts';
export type { CallbackTally } from './aisensy/callback-tally.ts';
export { AiSensySimulator } from './aisensy-simulator.ts';
export type { SendOutcome } from './clevertap/answers.ts';
export type { Balance, MessageBalance } from './clevertap/balance.ts';
export type { CallbackFault, CallbackFaultKind } from './clevertap/callback-faults.ts';
export {
  defaultRecipient, msgIdOf, type CampaignOptions, type CampaignProgress, type CampaignResult, type MessageForm, type SentMessage,
} from './clevertap/campaign.ts';
export { forms, freeforms, templates, TEST_MSG_ID, validationMessage, VALIDATION_TEMPLATE, type FormName } from './clevertap/forms.ts';
export {
  components, freeformMessage, templateMessage, type CleverTapButtonSubType, type CleverTapComponent, type CleverTapFreeformMessage,
  type CleverTapPayload, type CleverTapTemplateMessage, type MessageTarget,
} from './clevertap/payloads.ts';
export type { CallbackMessage, CallbackStatus } from './clevertap/callback-reader.ts';
export type { ReceivedInbound, ReceivedStatus, RejectedCallback } from './clevertap/received-callbacks.ts';
export { CleverTapSimulator, type CleverTapSimulatorOptions, type SentAnswer } from './clevertap-simulator.ts';
export { forkSimulator, type ForkedAiSensy, type ForkedCleverTap, type ForkedSimulator, type ForkOptions } from './fork-simulator.ts';
export type { Counts } from './wire/counts.ts';
export type { PostResult } from './wire/http-client.ts';
export type { Latency } from './wire/latency.ts';
export type { WaitOptions } from './wire/watch.ts';
export { readWireLog, type WireLogEntry } from './wire/wire-log.ts';
