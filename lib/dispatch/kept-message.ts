import type { TransportMessage } from '../aisensy/transport.ts';
import { parseOutbound } from '../clevertap/outbound.parser.ts';
import { isFreeform } from '../events/event.factory.ts';
import type { SendableMessage } from '../ledger/message-records.ts';
import type { MessageContent } from '../messages/outbound-message.ts';

/** A message as the ledger kept it, for a transport. Its content is read from its wire form where the transport asks for it. */
export class KeptMessage implements TransportMessage {
  readonly msgId: string;
  readonly to: string;
  readonly account: string;
  readonly wire: string;
  readonly freeform: boolean;

  constructor(message: SendableMessage, readonly attempts: number) {
    this.msgId = message.msgId;
    this.to = message.to;
    this.account = message.account;
    this.wire = message.wire;
    this.freeform = isFreeform(message);
  }

  /** @throws where another release's ledger holds what this one cannot read */
  get content(): MessageContent {
    const parsed = parseOutbound(this.wire);
    if (!parsed.ok) throw new Error(parsed.detail);
    return parsed.message.content;
  }
}
