import type { HttpSender } from '../http/http-sender.ts';
import type { CleverTapTransportSettings } from '../options/resolved-options.ts';
import { AiSensyTransport, type WrittenRequest } from './aisensy.transport.ts';
import type { FailureReasons } from './failure-reasons.ts';
import type { Transport, TransportMessage } from './transport.ts';

/** Belong to the call itself, as does the wish for a coding of the answer; they come along where headers are pasted from another tool. */
const OWN_HEADERS = new Set([
  'accept-encoding', 'connection', 'content-encoding', 'content-length', 'content-type', 'expect', 'host', 'keep-alive', 'transfer-encoding',
  'upgrade',
]);

/** Hands CleverTap's payload, byte for byte, to AiSensy's CleverTap endpoint. */
export class CleverTapTransport extends AiSensyTransport<CleverTapTransportSettings, Omit<TransportMessage, 'content'>> implements Transport {
  readonly name = 'clevertap';
  protected readonly secrets: readonly string[];
  private readonly headers: Record<string, string>;

  /** @param sender the account's own; it is closed with the transport */
  constructor({ nickname, aiSensy }: { nickname: string; aiSensy: CleverTapTransportSettings }, sender: HttpSender, reasons?: FailureReasons) {
    super({ nickname, settings: aiSensy, sender, reasons });
    const own = Object.entries(aiSensy.headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()));
    this.headers = Object.fromEntries(own);
    this.secrets = own.flatMap(([, value]) => [value, value.split(' ').at(-1)!]);
  }

  protected write({ wire }: Omit<TransportMessage, 'content'>): WrittenRequest {
    return { headers: this.headers, body: wire };
  }
}
