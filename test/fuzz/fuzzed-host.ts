import { type INestApplication, Injectable, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { DeliveryReportEvent, InboundMessageEvent } from '../../lib/events/bridge-events.ts';
import { OnDeliveryReport, OnInboundMessage } from '../../lib/events/listener.decorators.ts';
import { LEDGER, type Ledger } from '../../lib/ledger/ledger.ts';
import { WhatsAppBridgeModule } from '../../lib/whatsapp-bridge.module.ts';
import { accountOptions, BODY_LIMITS } from './accounts.ts';
import type { LogGuard } from './log-guard.ts';
import { AiSensyPeer, CleverTapPeer } from './peers.ts';

export type Platform = 'express' | 'fastify';

const E164 = /^\+\d{7,15}$/;

/** The host's listeners, which look at what they are told. */
@Injectable()
class Witness {
  readonly wrong: string[] = [];

  @OnDeliveryReport()
  report({ msgId, status, at, failure }: DeliveryReportEvent): void {
    if (typeof msgId !== 'string' || msgId === '') this.wrong.push('a report without an id');
    if (Number.isNaN(at.getTime())) this.wrong.push(`a report (${status}) without a time`);
    if (status === 'failed' && (failure === undefined || failure.title === '')) this.wrong.push('a failure without a reason');
  }

  @OnInboundMessage()
  inbound({ id, from, at, type }: InboundMessageEvent): void {
    if (typeof id !== 'string' || id === '') this.wrong.push(`a message (${type}) without an id`);
    if (Number.isNaN(at.getTime())) this.wrong.push(`a message (${type}) without a time`);
    if (from !== undefined && !E164.test(from)) this.wrong.push(`a message (${type}) from what is no number`);
  }
}

/** A whole host app with the bridge in it, between peers that take everything. */
export class FuzzedHost {
  readonly aiSensy = new AiSensyPeer();
  readonly cleverTap = new CleverTapPeer();
  url!: string;
  private app!: INestApplication;

  static async start(platform: Platform, log: LogGuard): Promise<FuzzedHost> {
    const host = new FuzzedHost();
    await host.boot(platform, log);
    return host;
  }

  /** Waits until every job is done that can be done; what is left then is a fault. */
  async settle(withinMs: number): Promise<string | undefined> {
    const ledger = this.app.get<Ledger>(LEDGER);
    const end = Date.now() + withinMs;
    for (;;) {
      const { jobs } = await ledger.counts();
      const left = Object.entries(jobs).filter(([, count]) => count > 0);
      if (left.length === 0) return undefined;
      if (Date.now() > end) return `${left.map(([lane, count]) => `${count} jobs in ${lane}`).join(', ')} are never done`;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** What the host's listeners, and CleverTap, found wrong. */
  get wrong(): string[] {
    return [...this.app.get(Witness).wrong.map((what) => `a listener was told ${what}`), ...this.cleverTap.unreadable.map((what) => `CleverTap was told ${what}`)];
  }

  /** Dead letters, by kind and reason. */
  async deadLetters(): Promise<Record<string, number>> {
    const ledger = this.app.get<Ledger>(LEDGER);
    const counts: Record<string, number> = {};
    for (let after = 0; ;) {
      const letters = await ledger.deadLetters({ after, limit: 500 });
      if (letters.length === 0) return counts;
      for (const { kind, reason } of letters) counts[`${kind}: ${reason}`] = (counts[`${kind}: ${reason}`] ?? 0) + 1;
      after = letters.at(-1)!.id;
    }
  }

  async stop(): Promise<void> {
    await this.app.close();
    await Promise.all([this.aiSensy.stop(), this.cleverTap.stop()]);
  }

  private async boot(platform: Platform, log: LogGuard): Promise<void> {
    const accounts = accountOptions(await this.aiSensy.start(), await this.cleverTap.start());
    @Module({
      imports: [WhatsAppBridgeModule.forRoot({
        accounts, ledger: { engine: 'memory' }, relay: { batchWaitMs: 20 }, bodyLimits: BODY_LIMITS, throttle: { limit: 1_000_000 },
      })],
      providers: [Witness],
    })
    class HostModule {}
    const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
    Logger.overrideLogger(log);
    this.app = await NestFactory.create(HostModule, adapter, { logger: log, abortOnError: false });
    await this.app.listen(0, '127.0.0.1');
    this.url = await this.app.getUrl();
  }
}
