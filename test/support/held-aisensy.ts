import type { CleverTapPayload } from 'nestjs-whatsapp-bridge/testing';
import { type Exchange, HttpServer } from '../../lib/testing/wire/http-server.ts';

/** An AiSensy that answers nobody until a test lets it. */
export class HeldAiSensy {
  /** The msgIds of all messages, in the order in which they came. */
  readonly received: string[] = [];
  private readonly waiting: Exchange[] = [];
  private freed = 0;
  private readonly server = new HttpServer((exchange) => {
    this.received.push((JSON.parse(exchange.body.toString()) as CleverTapPayload).msgId);
    this.waiting.push(exchange);
    this.answer();
  });

  async start(): Promise<this> {
    await this.server.start();
    return this;
  }

  /** What belongs into the account's `aiSensy.endpoint`. */
  get endpoint(): string {
    return `${this.server.origin}/clever-tap/t1/messages`;
  }

  /** Takes so many messages more, those that wait for their answer first; without a number all. */
  release(messages = Infinity): void {
    this.freed += messages;
    this.answer();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private answer(): void {
    for (; this.freed > 0 && this.waiting.length > 0; this.freed -= 1) this.waiting.shift()!.answer(200, '{"status":"success"}');
  }
}
