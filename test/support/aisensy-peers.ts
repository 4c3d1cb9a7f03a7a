import { AiSensySimulator, type AiSensySimulatorOptions, forms, type PostResult } from 'nestjs-whatsapp-bridge/testing';
import { HttpClient } from '../../lib/testing/wire/http-client.ts';
import { type Exchange, HttpServer } from '../../lib/testing/wire/http-server.ts';

/** A callback as its receiver got it. */
export interface Callback {
  path: string;
  headers: Exchange['headers'];
  text: string;
  json: Record<string, unknown>;
}

/** A simulator between a caller and a receiver. */
export interface AiSensySetup {
  simulator: AiSensySimulator;
  /** Sends one message and waits for its answer. */
  send: (msgId: string, body?: object, headers?: Record<string, string>) => Promise<PostResult>;
  /** What came to the receiver of the callbacks. */
  callbacks: Callback[];
  /** Statuses in the order in which they came, in CleverTap's form. */
  statuses: () => string[];
}

/** The two peers of an AiSensy simulator: a caller of its endpoint, and a receiver of its callbacks. */
export class AiSensyPeers {
  readonly stops: (() => unknown)[] = [];

  /** The receiver answers 200, or as told; the caller gives up after `giveUpMs`. */
  async start(
    options: AiSensySimulatorOptions = {}, receive?: (exchange: Exchange, index: number) => unknown, giveUpMs = 10_000,
  ): Promise<AiSensySetup> {
    const callbacks: Callback[] = [];
    const receiver = new HttpServer((exchange) => {
      const text = exchange.body.toString();
      const path = `${exchange.path}?${exchange.query}`;
      callbacks.push({ path, headers: exchange.headers, text, json: JSON.parse(text) as Record<string, unknown> });
      if (receive) receive(exchange, callbacks.length - 1);
      else exchange.answer(200, '{}');
    });
    await receiver.start();
    const simulator = await new AiSensySimulator({
      delayMs: 0, deliveryReportUrl: `${receiver.origin}/reports`, inboundMessageUrl: `${receiver.origin}/inbound`,
      webhookUrl: `${receiver.origin}/webhook`, ...options,
    }).start();
    const client = new HttpClient({ connections: 100, giveUpMs });
    this.stops.push(() => receiver.stop(), () => simulator.stop(), () => client.stop());

    const send: AiSensySetup['send'] = (msgId, body, headers = {}) => {
      const payload = body ?? forms.quickReplies({ to: '+919800000001', wabaNumber: '+918889500122', msgId, index: 0 });
      return client.post(simulator.endpoint, JSON.stringify(payload), { 'content-type': 'application/json', ...headers });
    };
    const elements = ({ json }: Callback): { status: string }[] => (json.statuses ?? []) as { status: string }[];
    const statuses = (): string[] => callbacks.flatMap(elements).map(({ status }) => status);
    return { simulator, send, callbacks, statuses };
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) await stop();
  }
}
