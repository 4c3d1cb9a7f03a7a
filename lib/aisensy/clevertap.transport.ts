import { Logger } from '@nestjs/common';
import type { HttpSender, SendResult } from '../http/http-sender.ts';
import type { Verdict } from '../messages/verdict.ts';
import type { Account } from '../options/resolved-options.ts';
import { readAnswer } from './clevertap.answer.ts';
import { verdictOf } from './clevertap.verdict.ts';
import type { Transport, TransportMessage } from './transport.ts';

/** Belong to the call itself; they come along where headers are pasted from another tool. */
const OWN_HEADERS = new Set([
  'connection', 'content-encoding', 'content-length', 'content-type', 'expect', 'host', 'keep-alive', 'transfer-encoding', 'upgrade',
]);

/** A shorter value is no key, and hiding it would only garble AiSensy's words. */
const SHORTEST_SECRET = 6;

/** Hands CleverTap's payload, byte for byte, to AiSensy's CleverTap endpoint. */
export class CleverTapTransport implements Transport {
  readonly name = 'clevertap';
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly headers: Record<string, string>;
  private readonly secrets: string[];

  /** @param sender the account's own; it is closed with the transport */
  constructor(private readonly account: Pick<Account, 'nickname' | 'aiSensy'>, private readonly sender: HttpSender) {
    const own = Object.entries(account.aiSensy.headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()));
    this.headers = { ...Object.fromEntries(own), 'Content-Type': 'application/json' };
    this.secrets = own.flatMap(([, value]) => [value, value.split(' ').at(-1)!]).filter(({ length }) => length >= SHORTEST_SECRET);
  }

  async send(message: TransportMessage, signal?: AbortSignal): Promise<Verdict> {
    const { endpoint, timeoutMs } = this.account.aiSensy;
    const result = await this.sender.post({ url: endpoint, headers: this.headers, body: message.wire, timeoutMs, signal });
    const verdict = verdictOf(result, message, this.secrets);
    if (verdict.kind !== 'taken') this.logTrace(result);
    return verdict;
  }

  close(withinMs?: number): Promise<void> {
    return this.sender.close(withinMs);
  }

  /** AiSensy's support asks for it; nobody else has a use for it. */
  private logTrace(result: SendResult): void {
    if (result.kind !== 'answered') return;
    const { traceId } = readAnswer(result.body);
    if (traceId === undefined || !/^[\w-]{1,80}$/.test(traceId)) return;
    this.logger.debug(`Account ${this.account.nickname}: AiSensy answered ${result.status}, its trace id is ${traceId}`);
  }
}
