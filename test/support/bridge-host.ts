import { type INestApplication, Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type WhatsAppAccountOptions, WhatsAppBridge, WhatsAppBridgeModule, type WhatsAppBridgeOptions } from 'nestjs-whatsapp-bridge';
import {
  AiSensySimulator, type AiSensySimulatorOptions, CleverTapSimulator, type CleverTapSimulatorOptions,
} from 'nestjs-whatsapp-bridge/testing';

export const PLATFORMS = ['express', 'fastify'] as const;
export type Platform = (typeof PLATFORMS)[number];

export const CLEVERTAP_KEY = { 'x-api-key': 'key-of-clevertap' };
export const AISENSY_KEY = { authorization: 'Bearer key-of-aisensy' };
export const CALLBACK_TOKEN = 'token-of-aisensy';

export interface BridgeHostSetup {
  options?: Partial<WhatsAppBridgeOptions>;
  account?: Partial<WhatsAppAccountOptions>;
  cleverTap?: CleverTapSimulatorOptions;
  aiSensy?: AiSensySimulatorOptions;
  /** The host's own providers, its listeners among them. */
  providers?: Provider[];
}

/** A host app with the bridge in it, between the two simulators. */
export class BridgeHost {
  private constructor(
    readonly platform: Platform, readonly cleverTap: CleverTapSimulator, readonly aiSensy: AiSensySimulator, private readonly setup: BridgeHostSetup,
  ) {}

  app!: INestApplication;
  url!: string;

  static async start(platform: Platform, setup: BridgeHostSetup = {}): Promise<BridgeHost> {
    const cleverTap = await new CleverTapSimulator({ headers: CLEVERTAP_KEY, ...setup.cleverTap }).start();
    const aiSensy = await new AiSensySimulator({ headers: AISENSY_KEY, ...setup.aiSensy }).start();
    const host = new BridgeHost(platform, cleverTap, aiSensy, setup);
    await host.boot();
    return host;
  }

  get bridge(): WhatsAppBridge {
    return this.app.get(WhatsAppBridge);
  }

  /** Boots the app, a second time after `app.close()` as well: the simulators and the ledger's file stay. */
  async boot(): Promise<void> {
    @Module({ imports: [WhatsAppBridgeModule.forRoot(this.options())], providers: this.setup.providers ?? [] })
    class HostModule {}
    const adapter = this.platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
    this.app = await NestFactory.create(HostModule, adapter, { logger: false, abortOnError: false });
    await this.app.listen(0, '127.0.0.1');
    this.url = await this.app.getUrl();
    this.cleverTap.providerUrl = `${this.url}/whatsapp/clevertap/messages`;
    this.aiSensy.setTargets({
      deliveryReportUrl: `${this.url}/whatsapp/aisensy/delivery-reports?token=${CALLBACK_TOKEN}`,
      inboundMessageUrl: `${this.url}/whatsapp/aisensy/inbound-messages?token=${CALLBACK_TOKEN}`,
      webhookUrl: `${this.url}/whatsapp/aisensy/webhook?token=${CALLBACK_TOKEN}`,
    });
  }

  async stop(): Promise<void> {
    await this.app.close();
    await Promise.all([this.cleverTap.stop(), this.aiSensy.stop()]);
  }

  private options(): WhatsAppBridgeOptions {
    const { options, account } = this.setup;
    return {
      ledger: { engine: 'memory' },
      relay: { batchWaitMs: 5 },
      ...options,
      accounts: [{
        nickname: 'AiSensy_WA', mobileNumber: '+918889500122', ...account,
        cleverTap: {
          headers: CLEVERTAP_KEY, deliveryReportUrl: this.cleverTap.deliveryReportUrl, inboundMessageUrl: this.cleverTap.inboundMessageUrl,
          ...account?.cleverTap,
        },
        aiSensy: { endpoint: this.aiSensy.endpoint, headers: AISENSY_KEY, callbacks: { token: CALLBACK_TOKEN }, ...account?.aiSensy },
      }, ...(options?.accounts ?? [])],
    };
  }
}
