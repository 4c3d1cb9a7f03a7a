import type { INestApplicationContext } from '@nestjs/common';
import { type DispatchEvent, WhatsAppBridge } from 'nestjs-whatsapp-bridge';
import { CouponJourney } from './coupon.journey.ts';
import { OptOuts } from './opt-outs.ts';
import type { SimulatedSides } from './simulated-sides.ts';

/** How far a campaign has come, from CleverTap's request to the last thing that came back. */
export interface Funnel {
  messages: number;
  answered: number;
  /** Answered with success within CleverTap's second. */
  accepted: number;
  refused: number;
  refusedByCode: Record<string, number>;
  /** Lost to the campaign: late, HTTP errors, no answer. */
  lost: number;
  /** Taken by AiSensy, as the bridge knows it. */
  dispatched: number;
  /** As CleverTap was told. */
  sent: number;
  delivered: number;
  read: number;
  failed: number;
  failedByCode: Record<string, number>;
  replied: number;
  /** What the app's own journey did. */
  coupons: number;
  optOuts: number;
}

/** Watches a campaign from all sides. */
export class FunnelWatch {
  private readonly app: INestApplicationContext;
  private readonly sides: SimulatedSides;
  private readonly messages: number;
  private dispatched = 0;

  constructor(app: INestApplicationContext, sides: SimulatedSides, messages: number) {
    this.app = app;
    this.sides = sides;
    this.messages = messages;
    // For a number on the screen an observable will do; what must not be lost belongs into an @OnDispatch listener.
    app.get(WhatsAppBridge).dispatches$.subscribe(({ outcome, message }: DispatchEvent) => {
      if (outcome === 'dispatched' && message.origin === 'clevertap') this.dispatched += 1;
    });
  }

  now(): Funnel {
    const { messages, inFlight, success, late, errors, ...balance } = this.sides.cleverTap.balance();
    const { refused, refusedByCode, sent, delivered, read, failed, failedByCode, replied } = balance;
    const coupons = this.app.get(CouponJourney).coupons.size;
    const optOuts = this.app.get(OptOuts).numbers.size;
    return {
      messages: this.messages, answered: messages - inFlight, accepted: success, refused, refusedByCode, lost: late + errors,
      dispatched: this.dispatched, sent, delivered, read, failed, failedByCode, replied, coupons, optOuts,
    };
  }
}
