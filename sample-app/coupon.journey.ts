import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type DispatchEvent, type InboundMessageEvent, OnDispatch, OnInboundMessage, WhatsAppBridge } from 'nestjs-whatsapp-bridge';

const COUPON = 'GOOD20';

/** Tells coupons from other messages. */
const PREFIX = 'coupon-';

/** For where no free text goes: an approved template of the same words. */
const COUPON_TEMPLATE = 'coupon';

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
    const msgId = `${PREFIX}${createHash('sha256').update(replyTo ?? id).digest('hex').slice(0, 32)}`;
    // Free text: the tap has just opened WhatsApp's 24-hour window.
    const content = { type: 'text' as const, text: `Thank you! Your coupon: ${COUPON}, 20% off until Sunday.` };
    await this.bridge.send({ account, to: from, msgId, content });
    this.coupons.add(msgId);
  }
  /** AiSensy's Campaign API carries templates only, and free text is refused once WhatsApp's window has closed (1008). */
  @OnDispatch({ outcome: 'rejected', origin: 'host' })
  async onRejected({ account, message, reason }: DispatchEvent): Promise<void> {
    const { msgId, to, type } = message;
    if (type !== 'text' || !msgId.startsWith(PREFIX) || (reason?.code !== 1008 && reason?.code !== 1009)) return;
    const content = { type: 'template' as const, name: COUPON_TEMPLATE, language: 'en', body: { parameters: [COUPON] }, buttons: [], customProps: {} };
    await this.bridge.send({ account, to, msgId: `${msgId}-template`, content });
  }
}
