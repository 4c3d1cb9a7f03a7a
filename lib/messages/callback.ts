import type { DeliveryReport } from './delivery-report.ts';
import type { InboundMessage } from './inbound-message.ts';
import type { Acquaintance, Preference } from './preference.ts';

/** One request of AiSensy's to a callback route, in the bridge's own language: each element of a batch on its own. */
export interface Callback {
  reports: DeliveryReport[];
  inbound: InboundMessage[];
  /** People's words on marketing messages. */
  preferences?: Preference[];
  /** People of whom both names are known now. */
  people?: Acquaintance[];
  /** Elements that hold a status or a message that could not be read, kept whole so that a person can look at them. */
  unreadable: UnreadableElement[];
}

/** Whether there is nothing in it to keep. */
export function isEmpty({ reports, inbound, unreadable, preferences, people }: Callback): boolean {
  return reports.length + inbound.length + unreadable.length + (preferences?.length ?? 0) + (people?.length ?? 0) === 0;
}

export interface UnreadableElement {
  /** What was wrong, without the element's own content. */
  reason: string;
  raw: unknown;
}
