import { describe, expect, it } from '@jest/globals';
import { ConsoleLogger, type INestApplication, Injectable, Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LedgerOptions, ListenerSetupError, OnDispatch, WhatsAppBridgeModule } from 'nestjs-whatsapp-bridge';
import { behaviours } from 'nestjs-whatsapp-bridge/testing';
import { LaneRegistry } from '../../lib/lanes/lane-registry.ts';
import { LEDGER, type Ledger } from '../../lib/ledger/ledger.ts';
import { HttpServer } from '../../lib/testing/wire/http-server.ts';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { CapturedLogs } from '../support/captured-logs.ts';
import { eventually } from '../support/eventually.ts';
import { message } from '../support/messages.ts';
import { account } from '../support/options.ts';

/** Keeps what the bridge says. */
class Ear extends ConsoleLogger {
  readonly lines: string[] = [];

  constructor() {
    super('', { logLevels: ['log'] });
  }

  override log(line: string): void {
    this.lines.push(line);
  }
}

describe.each(PLATFORMS)('a stop on %s', (platform) => {
  const start = hostsOn(platform);

  it('takes what still comes, waits for what is in flight, and says what remains', async () => {
    const logger = new Ear();
    const host = await start({
      durable: true, logger, options: { answerWithinMs: 0 }, account: { maxConcurrentRequests: 1 }, aiSensy: { delayMs: 300, reports: { statuses: [] } },
    });
    const [inFlight, waiting, late] = [message(), message(), message()];
    await host.cleverTap.send(inFlight);
    await host.aiSensy.waitForMessages(1);
    await host.cleverTap.send(waiting);
    const closing = host.app.close();
    expect(await host.cleverTap.send(late)).toMatchObject({ outcome: 'success' });
    await closing;
    expect(host.aiSensy.received.map(({ msgId }) => msgId)).toEqual([inFlight.msgId]);
    expect(logger.lines.at(-1)).toMatch(/^Stopped: 0 in flight were cut off; 0 messages of unknown outcome, 2 for AiSensy \(oldest \d+ s\), 0 for CleverTap and 0 for listeners wait/);

    await host.boot();
    await host.aiSensy.waitForMessages(3);
    expect(host.aiSensy.duplicates).toEqual([]);
  });

  it('cuts off what does not end in time', async () => {
    const logger = new Ear();
    const host = await start({ durable: true, logger, options: { answerWithinMs: 0, shutdownTimeoutMs: 20 }, aiSensy: { plan: { kind: 'hang' } } });
    await host.cleverTap.send(message());
    await host.aiSensy.waitForMessages(1);
    await host.app.close();
    expect(logger.lines.at(-1)).toMatch(/^Stopped: 1 in flight were cut off; 1 messages of unknown outcome, 0 for AiSensy/);
    await host.boot();
  });

  it('puts back what it had claimed and not begun', async () => {
    const sent = message();
    let letGo: (() => void) | undefined;
    const host = await start({
      durable: true, options: { answerWithinMs: 0 }, account: { maxConcurrentRequests: 1 }, aiSensy: { delayMs: 200, reports: { statuses: [] } },
      prepare: (app) => {
        // The claim's answer comes when the stop has begun.
        const ledger = app.get<Ledger>(LEDGER);
        const { claim } = ledger;
        ledger.claim = async (...args) => {
          const claimed = await claim.apply(ledger, args);
          const isHeld = letGo === undefined && claimed.jobs.some((job) => job.message?.msgId === sent.msgId);
          if (isHeld) await new Promise<void>((resolve) => { letGo = resolve; });
          return claimed;
        };
        const lanes = app.get(LaneRegistry);
        const { drain } = lanes;
        lanes.drain = (withinMs) => {
          const drained = drain.call(lanes, withinMs);
          letGo?.();
          return drained;
        };
      },
    });
    await host.cleverTap.send(message());
    await host.cleverTap.send(sent);
    await eventually(() => expect(letGo).toBeDefined());
    await host.app.close();
    expect(host.aiSensy.received).toHaveLength(1);
    await host.boot();
    expect((await host.bridge.message(sent.msgId))?.steps.map(({ step }) => step)).not.toContain('unknown');
    await host.aiSensy.waitForMessages(2);
    expect(host.aiSensy.duplicates).toEqual([]);
  });

  it('does not wait longer than it may for a policy that never decides, and asks it again after the next start', async () => {
    let asked = 0;
    const host = await start({
      durable: true, options: { answerWithinMs: 0, shutdownTimeoutMs: 50 }, aiSensy: { plan: behaviours.dropAnswer(), reports: { statuses: [] } },
      account: {
        unknownOutcome: {
          waitMs: 10,
          policy: () => {
            asked += 1;
            return asked === 1 ? new Promise<never>(() => {}) : 'fail';
          },
        },
      },
    });
    const sent = message();
    await host.cleverTap.send(sent);
    await eventually(() => expect(asked).toBe(1));
    await host.app.close();
    await host.boot();
    await eventually(async () => expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'rejected' }));
    expect(asked).toBe(2);
  });

  it('does not wait longer than it may for AiSensy to say what became of a message, and asks again after the next start', async () => {
    let asked = 0;
    const silent = new HttpServer((exchange) => {
      if (exchange.method === 'POST') exchange.reset();
      else if (exchange.path.includes('/messages/')) asked += 1;
    });
    await silent.start();
    try {
      const host = await start({
        durable: true, options: { answerWithinMs: 0, shutdownTimeoutMs: 50 }, transport: 'project', account: { unknownOutcome: { waitMs: 10 } },
        transportOptions: { endpoint: `${silent.origin}/project-apis/v1/project/{projectId}/messages` },
      });
      const sent = message();
      await host.cleverTap.send(sent);
      // Once by the lane that looks up, and once by the one that settles.
      await eventually(() => expect(asked).toBe(2));
      const before = performance.now();
      await host.app.close();
      // Far less than the time that one answer may take.
      expect(performance.now() - before).toBeLessThan(10_000);
      await host.boot();
      expect(await host.bridge.message(sent.msgId)).toMatchObject({ state: 'unknown' });
      await eventually(() => expect(asked).toBe(4));
    } finally {
      await silent.stop();
    }
  });

  it('is not held up by a connection that its caller would keep', async () => {
    const host = await start({ durable: true });
    const { hostname, port, pathname } = new URL(`${host.url}/clevertap/messages`);
    const sent = message();
    const body = JSON.stringify(sent);
    const socket = connect(Number(port), hostname);
    let answered = '';
    socket.on('data', (chunk) => { answered += chunk.toString(); });
    const head = [`POST ${pathname} HTTP/1.1`, `Host: ${hostname}`, 'Expect: 100-continue', `Content-Length: ${Buffer.byteLength(body)}`];
    socket.write([...head, ...Object.entries(host.sides[0]!.key).map((pair) => pair.join(': ')), '', body.slice(0, 10)].join('\r\n'));
    await eventually(() => expect(answered).toContain('100 Continue'));
    const closing = host.app.close();
    await eventually(() => expect(refuses(Number(port), hostname)).resolves.toBe(true));
    socket.write(body.slice(10));
    await once(socket, 'close');
    expect(answered).toMatch(/connection: close[^]*\{"status":"success"\}$/i);
    await closing;
    await host.boot();
    await host.cleverTap.waitForStatuses(3);
    expect(host.aiSensy.received.map(({ msgId }) => msgId)).toEqual([sent.msgId]);
  });
});

/** Whether nobody listens on a port any more. */
async function refuses(port: number, hostname: string): Promise<boolean> {
  const probe = connect(port, hostname);
  try {
    await once(probe, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    probe.destroy();
  }
}

describe('an app that never ran', () => {
  async function created(ledger: LedgerOptions, providers: Provider[] = []): Promise<[app: INestApplication, logger: CapturedLogs]> {
    @Module({ imports: [WhatsAppBridgeModule.forRoot({ accounts: [account()], ledger })], providers })
    class HostModule {}
    const logger = new CapturedLogs();
    const app = await NestFactory.create(HostModule, { logger, abortOnError: false });
    return [app, logger];
  }
  const errors = ({ lines }: CapturedLogs): string[] => lines.filter((line) => line.startsWith('error') && line.includes('WhatsAppBridge'));

  it('stops without a word where it was only made', async () => {
    const [app, logger] = await created({ engine: 'memory' });
    await app.close();
    expect(logger.lines.join('\n')).not.toContain('Stopped');
  });

  it('stops without an error of the bridge\'s own where its listeners cannot be called', async () => {
    @Injectable()
    class Impossible {
      @OnDispatch({ concurrency: 0 })
      hear(): void {}
    }
    const [app, logger] = await created({ engine: 'memory' }, [Impossible]);
    await expect(app.init()).rejects.toThrow(ListenerSetupError);
    await app.close();
    expect(errors(logger)).toEqual([]);
  });

  it('stops without an error of its own where another process has the ledger', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'whatsapp-bridge-'));
    const ledger = { engine: 'sqlite' as const, file: join(folder, 'ledger.sqlite') };
    const [first] = await created(ledger);
    await first.init();
    const [second, logger] = await created(ledger);
    await expect(second.init()).rejects.toMatchObject({ code: 'locked' });
    await second.close();
    expect(logger.lines.join('\n')).not.toContain('Stopped');
    await first.close();
    await rm(folder, { recursive: true });
  });
});

it('refuses a second app on the same ledger, in words', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whatsapp-bridge-'));
  const boot = (number: string) => NestFactory.createApplicationContext(
    WhatsAppBridgeModule.forRoot({ accounts: [account({ mobileNumber: number })], ledger: { engine: 'sqlite', file: join(folder, 'ledger.sqlite') } }),
    { logger: false, abortOnError: false },
  );
  const first = await boot('+918889500122');
  try {
    await expect(boot('+918889500123')).rejects.toThrow(/ledger\.sqlite is in use by another process: one process to a file/);
  } finally {
    await first.close();
    await rm(folder, { recursive: true });
  }
});
