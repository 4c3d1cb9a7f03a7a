import { Injectable } from '@nestjs/common';
import { type InboundMessageEvent, OnInboundMessage } from 'nestjs-whatsapp-bridge';

/** A listener of the host's that keeps what people write. */
@Injectable()
export class Inbox {
  readonly heard: InboundMessageEvent[] = [];

  @OnInboundMessage()
  hear(event: InboundMessageEvent): void {
    this.heard.push(event);
  }
}
