import type { MessageContent, MessageOrigin } from './outbound-message.ts';

/** What listeners are told of the outbound message that an event belongs to. */
export interface MessageSummary {
  /** CleverTap's id, or the host's own. */
  msgId: string;
  origin: MessageOrigin;
  /** The person's number, E.164. */
  to: string;
  /** `template`, or the kind of freeform message. */
  type: MessageContent['type'];
  /** The template's name and language, for templates. */
  template?: string;
  language?: string;
  /** The campaign's own key-value pairs (CleverTap's `customProps`), for templates. */
  customProps?: Record<string, string>;
}
