import { type DynamicModule, Module } from '@nestjs/common';
import { WhatsAppBridgeModule, type WhatsAppBridgeOptions } from 'nestjs-whatsapp-bridge';
import { CouponJourney } from './coupon.journey.ts';
import { OptOuts } from './opt-outs.ts';
import { UnreachableNumbers } from './unreachable-numbers.ts';

/** The host app: three listeners of its own, and the bridge. */
@Module({ providers: [CouponJourney, OptOuts, UnreachableNumbers] })
export class AppModule {
  /** With the bridge's options in code; without any, from the environment and `.env`. */
  static with(options?: WhatsAppBridgeOptions): DynamicModule {
    return { module: AppModule, imports: [WhatsAppBridgeModule.forRoot(options)] };
  }
}
