import { Injectable } from '@nestjs/common';
import { OnDeliveryReport, OnDispatch, OnInboundMessage, WhatsAppBridge } from 'nestjs-whatsapp-bridge';
import type { DeliveryReportEvent, DispatchEvent, InboundMessageEvent } from 'nestjs-whatsapp-bridge';

/** A host's own listeners: who taps "Good" is thanked. */
@Injectable()
export class Journey {
  readonly heard = new Set<string>();
  private readonly done: () => void;
  /** Settled when every listener has heard of the message. */
  readonly complete: Promise<void>;

  constructor(private readonly bridge: WhatsAppBridge) {
    let settle = (): void => undefined;
    this.complete = new Promise((resolve) => (settle = resolve));
    this.done = () => this.heard.size === 3 && settle();
  }

  @OnDispatch({ template: 'feedback' })
  onDispatch({ outcome }: DispatchEvent): void {
    this.note(outcome);
  }

  @OnDeliveryReport({ status: 'read', template: 'feedback' })
  onRead({ status }: DeliveryReportEvent): void {
    this.note(status);
  }

  @OnInboundMessage({ type: 'button' })
  async onTap({ from, replyTo, button }: InboundMessageEvent): Promise<void> {
    await this.bridge.send({ msgId: `thanks:${replyTo}`, to: from ?? '', content: { type: 'text', text: 'Thank you!' } });
    this.note(`tapped ${button?.text}`);
  }

  private note(what: string): void {
    this.heard.add(what);
    this.done();
  }
}
