import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type InboundMessageEvent, OnInboundMessage, WhatsAppBridge } from 'nestjs-whatsapp-bridge';

/** The host's own journey: whoever taps "Good" under a feedback message gets a coupon. */
@Injectable()
export class CouponJourney {
  /** Coupons that the bridge took; by their msgId, so that a repeat is no second one. */
  readonly coupons = new Set<string>();

  // Nest finds the bridge by its class; @Inject() spares the host TypeScript's emitDecoratorMetadata.
  constructor(@Inject(WhatsAppBridge) private readonly bridge: WhatsAppBridge) {}

  @OnInboundMessage({ type: 'button', text: 'Good' })
  async onGood({ id, from, replyTo, account }: InboundMessageEvent): Promise<void> {
    // Since 2026 a person may hide the number: there is nobody to write to.
    if (from === undefined) return;
    // A listener is called at least once. The same tap has the same msgId, so a second call sends nothing.
    const msgId = `coupon-${createHash('sha256').update(replyTo ?? id).digest('hex').slice(0, 32)}`;
    // Free text: the tap has just opened WhatsApp's 24-hour window.
    const content = { type: 'text' as const, text: 'Thank you! Your coupon: GOOD20, 20% off until Sunday.' };
    await this.bridge.send({ account, to: from, msgId, content });
    this.coupons.add(msgId);
  }
}
