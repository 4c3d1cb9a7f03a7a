import type { LoggedDispatch, RecordedEvent, StoredMessage } from '../ledger/message-records.ts';
import { type DeliveryReport, failureOf } from '../messages/delivery-report.ts';
import type { DispatchOutcome } from '../messages/dispatch-outcome.ts';
import type { InboundMessage } from '../messages/inbound-message.ts';
import type { MessageSummary } from '../messages/message-summary.ts';
import type { MessageContent } from '../messages/outbound-message.ts';
import type { Preference } from '../messages/preference.ts';
import type { Account } from '../options/resolved-options.ts';
import type {
  BridgeEvents, DeliveryReportEvent, DispatchEvent, InboundMessageEvent, PreferenceEvent,
} from './bridge-events.ts';

/** What is kept with a message so that listeners can be told what it was, without its body. */
type KeptSummary = Omit<MessageSummary, 'msgId' | 'origin' | 'to'>;

/** How the summary of a template begins, which tells it without reading the rest. */
const OF_TEMPLATE = '{"type":"template"';

/** The summary of a message as the ledger keeps it. */
export function writeSummary(content: MessageContent): string {
  const kept: KeptSummary = content.type !== 'template' ? { type: content.type } : {
    type: 'template', template: content.name, language: content.language,
    ...(Object.keys(content.customProps).length > 0 && { customProps: content.customProps }),
  };
  return JSON.stringify(kept);
}

/** An entry of the durable log as listeners and streams are told it. `nickname` is the account's. */
export function eventOf(recorded: RecordedEvent, nickname: string): BridgeEvents[RecordedEvent['kind']] {
  const { kind, payload } = recorded;
  switch (kind) {
    case 'dispatch': return dispatchEvent(recorded.message!, payload as LoggedDispatch, recorded.at, nickname);
    case 'delivery-report': return reportEvent(payload as DeliveryReport, nickname, recorded.message);
    case 'preference': return preferenceEvent(payload as Preference, nickname);
    case 'inbound-message': return inboundEvent(payload as InboundMessage, nickname, recorded.replyTo?.msgId);
  }
}

/** A report as listeners are told it; before its message is known, without one. */
export function reportEvent(report: DeliveryReport, nickname: string, message?: StoredMessage): DeliveryReportEvent {
  const failure = failureOf(report, message !== undefined && isFreeform(message));
  return {
    account: nickname,
    msgId: message?.msgId ?? report.names[0]!,
    status: report.status,
    at: new Date(report.at),
    ...(failure && { failure }),
    ...(report.click && { click: report.click }),
    ...(message && { message: messageSummary(message) }),
  };
}

/** All that a report may turn out to be when its message is known: of any of the accounts, and of a template or a freeform message. */
export function possibleReportEvents(report: DeliveryReport, accounts: readonly Pick<Account, 'nickname'>[]): DeliveryReportEvent[] {
  const events = accounts.map(({ nickname }) => reportEvent(report, nickname));
  if (report.freeformCode === undefined) return events;
  const failure = failureOf(report, true);
  return [...events, ...events.map((event) => ({ ...event, ...(failure && { failure }) }))];
}

/** An inbound message as listeners are told it. */
export function inboundEvent(message: InboundMessage, nickname: string, replyTo = message.replyTo): InboundMessageEvent {
  return { ...message, account: nickname, at: new Date(message.at), ...(replyTo !== undefined && { replyTo }) };
}

/** A person's word on marketing messages as listeners are told it. */
export function preferenceEvent({ refused, ...preference }: Preference, nickname: string): PreferenceEvent {
  return { ...preference, account: nickname, at: new Date(preference.at), ...(refused && { msgId: refused[0] }) };
}

/** An outcome of dispatching as listeners are told it. */
export function dispatchEvent(message: StoredMessage, { outcome, reason }: LoggedDispatch, at: number, nickname: string): DispatchEvent {
  return {
    account: nickname, message: messageSummary(message), outcome: outcome as DispatchOutcome, at: new Date(at), ...(reason && { reason }),
  };
}

/** Whether it is a message of the 24-hour window, no template. */
export function isFreeform({ summary }: Pick<StoredMessage, 'summary'>): boolean {
  return !summary.startsWith(OF_TEMPLATE);
}

/** What listeners and the host's own rules are told of a message. */
export function messageSummary({ msgId, origin, to, summary }: StoredMessage): MessageSummary {
  return { msgId, origin, to, ...(JSON.parse(summary) as KeptSummary) };
}
