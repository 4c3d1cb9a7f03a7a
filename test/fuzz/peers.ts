import { createHash } from 'node:crypto';
import { readInbound, readReports } from '../../lib/testing/clevertap/callback-reader.ts';
import { type Exchange, HttpServer } from '../../lib/testing/wire/http-server.ts';

/** AiSensy's endpoint, which takes everything at once and remembers what it was. */
export class AiSensyPeer {
  readonly received = new Set<string>();
  private readonly server = new HttpServer((exchange) => this.take(exchange));

  async start(): Promise<string> {
    await this.server.start();
    return this.server.origin;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private take(exchange: Exchange): void {
    this.received.add(digestOf(exchange.body));
    exchange.answer(200, '{"status":"success"}');
  }
}

/** What CleverTap would not count although it is written as its page asks: times and links are as odd as AiSensy's own were. */
const PASSED_ON = /timestamp|\.ts |rl is no text|more than 60 characters/;

/** CleverTap's callback endpoints, which take everything at once and look at how it is written. */
export class CleverTapPeer {
  readonly unreadable: string[] = [];
  /** The messages that it was told of. */
  readonly msgIds = new Set<string>();
  statuses = 0;
  inbound = 0;
  private readonly server = new HttpServer((exchange) => this.take(exchange));

  async start(): Promise<string> {
    await this.server.start();
    return this.server.origin;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private take(exchange: Exchange): void {
    exchange.answer(200, '{}');
    const reasons = exchange.path === '/delivery-reports' ? this.reports(exchange.body) : this.message(exchange.body);
    for (const reason of reasons) if (!PASSED_ON.test(reason)) this.unreadable.push(`${reason}: ${exchange.body.toString().slice(0, 1_000)}`);
  }

  private reports(body: Buffer): string[] {
    const { statuses, unreadable } = readReports(body);
    this.statuses += statuses.length + unreadable.length;
    for (const { msgId } of statuses) this.msgIds.add(msgId);
    return unreadable.map(({ reason }) => reason);
  }

  private message(body: Buffer): string[] {
    this.inbound += 1;
    const read = readInbound(body);
    return 'reason' in read ? [read.reason] : [];
  }
}

/** What one body is known by. */
export function digestOf(body: Buffer): string {
  return createHash('sha1').update(body).digest('base64');
}
