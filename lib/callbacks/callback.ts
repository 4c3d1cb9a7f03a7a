import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { InboundMessage } from '../messages/inbound-message.ts';

/** One request of AiSensy's to a callback route, in the bridge's own language: each element of a batch on its own. */
export interface Callback {
  reports: DeliveryReport[];
  inbound: InboundMessage[];
  /** Elements that hold a status or a message that could not be read, kept whole so that a person can look at them. */
  unreadable: UnreadableElement[];
}

export interface UnreadableElement {
  /** What was wrong, without the element's own content. */
  reason: string;
  raw: unknown;
}
