import type { DeliveryReportEvent, DispatchEvent, InboundMessageEvent } from '../../lib/events/bridge-events.ts';
import type { MessageSummary } from '../../lib/messages/message-summary.ts';

const message: MessageSummary = {
  msgId: '1692700000|1692700000|20230822|7',
  origin: 'clevertap',
  to: '+919800000001',
  type: 'template',
  template: 'order_update',
  language: 'en_US',
  customProps: { campaign: 'monsoon' },
};

/** A person's tap on the quick reply "Good". */
export function inboundMessage(change: Partial<InboundMessageEvent> = {}): InboundMessageEvent {
  return {
    account: 'AiSensy_WA',
    id: 'wamid.SAMPLE1',
    from: '+919800000001',
    at: new Date('2026-03-01T10:15:30.250Z'),
    type: 'button',
    button: { payload: 'feedback:good', text: 'Good' },
    raw: { type: 'button', button: { payload: 'feedback:good', text: 'Good' } },
    ...change,
  };
}

/** A text that a person wrote. */
export function inboundText(text: string, change: Partial<InboundMessageEvent> = {}): InboundMessageEvent {
  return inboundMessage({ type: 'text', text, button: undefined, raw: { text: { body: text } }, ...change });
}

/** A delivered template message. */
export function deliveryReport(change: Partial<DeliveryReportEvent> = {}): DeliveryReportEvent {
  return {
    account: 'AiSensy_WA',
    msgId: message.msgId,
    status: 'delivered',
    at: new Date('2026-03-01T10:15:30.000Z'),
    message,
    ...change,
  };
}

/** A template message that AiSensy took. */
export function dispatch(change: Partial<DispatchEvent> = {}): DispatchEvent {
  return { account: 'AiSensy_WA', message, outcome: 'dispatched', at: new Date('2026-03-01T10:15:30.000Z'), ...change };
}
