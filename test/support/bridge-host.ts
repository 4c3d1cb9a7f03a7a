import { afterEach, expect } from '@jest/globals';
import { type DynamicModule, type INestApplication, type LoggerService, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DispatchService, WhatsAppBridge, WhatsAppBridgeModule, type WhatsAppBridgeOptions } from 'nestjs-whatsapp-bridge';
import type { AiSensySimulator, CleverTapSimulator } from 'nestjs-whatsapp-bridge/testing';
import { type AccountSetup, AccountSides } from './account-sides.ts';
import { eventually } from './eventually.ts';
import { type Answer, call } from './http-hosts.ts';

export const PLATFORMS = ['express', 'fastify'] as const;
export type Platform = (typeof PLATFORMS)[number];

export interface BridgeHostSetup extends AccountSetup {
  /** The bridge's options but for its accounts. */
  options?: Partial<Omit<WhatsAppBridgeOptions, 'accounts'>>;
  /** A second account; what stands at the top is the first one's. */
  second?: AccountSetup;
  /** Keeps the ledger in a file, so that it outlives `app.close()`. */
  durable?: boolean;
  /** The host's own listeners and whatever they need. */
  providers?: ModuleMetadata['providers'];
  controllers?: ModuleMetadata['controllers'];
  imports?: ModuleMetadata['imports'];
  /** How the module is registered; `forRoot`. */
  register?: (options: WhatsAppBridgeOptions) => DynamicModule;
  /** What the host's `main.ts` does before it listens. */
  prepare?: (app: INestApplication) => void;
  /** The path in front of `/clevertap/messages`; `whatsapp`. */
  base?: string;
  logger?: LoggerService;
}

/** Tests are not as patient as the bridge. */
const QUICKLY = { firstDelayMs: 100, maxDelayMs: 500 };

/** A route of AiSensy's callbacks. */
export type CallbackRoute = 'delivery-reports' | 'inbound-messages' | 'webhook';

/** Starts hosts, on the block's platform or another, that are stopped after each test. */
export function hostsOn(platform: Platform): (setup?: BridgeHostSetup, other?: Platform) => Promise<BridgeHost> {
  const hosts: BridgeHost[] = [];
  afterEach(() => Promise.all(hosts.splice(0).map((host) => host.stop())));
  return (setup = {}, other = platform) => {
    const host = new BridgeHost(other, setup);
    hosts.push(host);
    return host.start();
  };
}

/** A host app with the bridge in it, between the two simulators of each account. */
export class BridgeHost {
  readonly sides: AccountSides[];
  app!: INestApplication;
  /** The address of the bridge's routes. */
  url!: string;
  private folder: string | undefined;

  constructor(private readonly platform: Platform, private readonly setup: BridgeHostSetup) {
    this.sides = [setup, ...(setup.second ? [setup.second] : [])].map((account, place) => new AccountSides(account, place));
  }

  async start(): Promise<this> {
    await Promise.all(this.sides.map((sides) => sides.start()));
    if (this.setup.durable) this.folder = await mkdtemp(join(tmpdir(), 'whatsapp-bridge-'));
    await this.boot();
    await this.idle();
    return this;
  }

  /** Waits until no message waits for AiSensy, so that the next one gets its slot at once; right after a boot too. */
  async idle(): Promise<void> {
    const dispatch = this.app.get(DispatchService);
    await eventually(() => {
      for (const { nickname } of this.sides) expect(dispatch.state(nickname)).toMatchObject({ backlog: false, inFlight: 0 });
    });
  }

  get cleverTap(): CleverTapSimulator {
    return this.sides[0]!.cleverTap;
  }

  get aiSensy(): AiSensySimulator {
    return this.sides[0]!.aiSensy;
  }

  get bridge(): WhatsAppBridge {
    return this.app.get(WhatsAppBridge);
  }

  /**
   * Boots the app; a second time after `app.close()` as well, then with other providers or fewer accounts if need be: the simulators and the
   * ledger's file stay.
   */
  async boot({ providers = this.setup.providers, sides = this.sides }: { providers?: ModuleMetadata['providers']; sides?: AccountSides[] } = {}): Promise<void> {
    const { controllers, imports = [], register = (options) => WhatsAppBridgeModule.forRoot(options), logger } = this.setup;
    @Module({ imports: [register(this.options(sides)), ...imports], providers, controllers })
    class HostModule {}
    const adapter = this.platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
    this.app = await NestFactory.create(HostModule, adapter, { logger: logger ?? false, abortOnError: false });
    this.setup.prepare?.(this.app);
    await this.app.listen(0, '127.0.0.1');
    this.url = `${await this.app.getUrl()}/${this.setup.base ?? 'whatsapp'}`;
    for (const side of sides) side.connect(this.url);
  }

  /** Stops the app in order, and starts it again. */
  async restart(): Promise<void> {
    await this.app.close();
    await this.boot();
  }

  /** Posts as AiSensy does: with the account's token, unless the call brings other credentials. */
  callback(route: CallbackRoute, body: unknown, { token = this.sides[0]!.token, headers = {} }: CallbackCredentials = {}): Promise<Answer> {
    const query = token === null ? '' : `?token=${encodeURIComponent(token)}`;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return call(`${this.url}/`, `aisensy/${route}${query}`, { headers: { 'content-type': 'application/json', ...headers }, body: text });
  }

  async stop(): Promise<void> {
    // The sides first, so that nothing in flight holds the app up.
    await Promise.all(this.sides.map((sides) => sides.stop()));
    await (this.app as INestApplication | undefined)?.close();
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }

  private options(accounts: AccountSides[]): WhatsAppBridgeOptions {
    return {
      ledger: this.folder === undefined ? { engine: 'memory' } : { engine: 'sqlite', file: join(this.folder, 'ledger.sqlite') },
      relay: { batchWaitMs: 5 },
      retry: { dispatch: QUICKLY, relay: QUICKLY, listeners: QUICKLY },
      // The longest there is, so that a verdict is in time on a busy machine too.
      answerWithinMs: 900,
      ...this.setup.options,
      accounts: accounts.map((sides) => sides.options()),
    };
  }
}

export interface CallbackCredentials {
  /** `null` for none. */
  token?: string | null;
  headers?: Record<string, string>;
}
