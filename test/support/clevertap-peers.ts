import { CleverTapSimulator, type CleverTapSimulatorOptions, type PostResult } from 'nestjs-whatsapp-bridge/testing';
import { HttpClient } from '../../lib/testing/wire/http-client.ts';
import { type Exchange, HttpServer } from '../../lib/testing/wire/http-server.ts';

export const SUCCESS = '{"status":"success"}';

/** A delivery report in CleverTap's form. */
export function status(msgId: string, name = 'sent'): object {
  return { payloadVersion: '0.1', statuses: [{ msgId, status: name, timestamp: '1790000001' }] };
}

/** A person's message in CleverTap's form. */
export const inboundText = {
  payloadVersion: '0.1', from: '919800000001', wabaNumber: '918889500122', timestamp: '1790000300', type: 'text', text: { body: 'Hi' },
};

export function msgIdIn({ body }: Exchange): string {
  return (JSON.parse(body.toString()) as { msgId: string }).msgId;
}

/** Posts JSON, or the very text. */
export type Post = (url: string, body: unknown, headers?: Record<string, string>) => Promise<PostResult>;

/** The two peers of a CleverTap simulator: a provider endpoint, and a caller of its callback URLs. */
export class CleverTapPeers {
  readonly stops: (() => unknown)[] = [];

  /** A simulator without a provider. */
  async start(options: CleverTapSimulatorOptions = {}): Promise<CleverTapSimulator> {
    const simulator = await new CleverTapSimulator(options).start();
    this.stops.push(() => simulator.stop());
    return simulator;
  }

  /** A simulator and a provider endpoint that answers as told. */
  async startWith(provider: (exchange: Exchange) => unknown, options: CleverTapSimulatorOptions = {}): Promise<CleverTapSimulator> {
    const server = new HttpServer(provider);
    await server.start();
    this.stops.push(() => server.stop());
    return this.start({ providerUrl: `${server.origin}/whatsapp/clevertap/messages`, ...options });
  }

  client(giveUpMs = 10_000): Post {
    const http = new HttpClient({ connections: 10, giveUpMs });
    this.stops.push(() => http.stop());
    return (url, body, headers = { 'content-type': 'application/json' }) =>
      http.post(url, typeof body === 'string' ? body : JSON.stringify(body), headers);
  }

  async stop(): Promise<void> {
    for (const stop of this.stops.splice(0).reverse()) await stop();
  }
}
