import { Injectable } from '@nestjs/common';
import { type InboundMessageEvent, OnInboundMessage, OnPreference, type PreferenceEvent } from 'nestjs-whatsapp-bridge';

/**
 * Notes who asked for no more messages, by writing STOP, by tapping "Stop promotions", or by WhatsApp's own switch. CleverTap does
 * not opt anybody out by keyword by itself; a real host would write this to its own database and to CleverTap's profile (`MSG-whatsapp`).
 */
@Injectable()
export class OptOuts {
  readonly numbers = new Set<string>();

  @OnInboundMessage({ text: /^\s*stop\b/i })
  onStop({ from }: InboundMessageEvent): void {
    if (from !== undefined) this.numbers.add(from);
  }

  @OnPreference({ change: 'stop' })
  onSwitch({ from }: PreferenceEvent): void {
    if (from !== undefined) this.numbers.add(from);
  }
}
