import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost, type CallHandler, type CanActivate, Catch, Controller, type ExceptionFilter, type ExecutionContext, Get, Inject, Injectable, Module,
  type NestInterceptor, SetMetadata, ValidationPipe, VersioningType,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  type DeliveryReportEvent, OnDeliveryReport, WhatsAppBridge, WhatsAppBridgeModule, type WhatsAppBridgeOptions, type WhatsAppBridgeOptionsFactory,
} from 'nestjs-whatsapp-bridge';
import { map, type Observable } from 'rxjs';
import { type BridgeHost, hostsOn, type Platform, PLATFORMS } from '../support/bridge-host.ts';
import { eventually } from '../support/eventually.ts';
import { call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';

/** Sends a small campaign through a host and waits until everything has come back. */
async function goRound(host: BridgeHost): Promise<void> {
  const { success } = await host.cleverTap.runCampaign({ messages: 10, form: 'quickReplies' });
  expect(success).toBe(10);
  await Promise.all([host.cleverTap.waitForStatuses(30), host.aiSensy.personSends({ type: 'text', text: 'Hi', from: '919800000001' })]);
  await host.cleverTap.waitForInbound(1);
  expect(host.cleverTap.balance()).toMatchObject({ read: 10, unaccounted: 0, duplicates: 0, rejected: 0 });
}

const OPTIONS = Symbol('the options as the host knows them');

@Injectable()
class OptionsFactory implements WhatsAppBridgeOptionsFactory {
  constructor(@Inject(OPTIONS) private readonly options: WhatsAppBridgeOptions) {}

  createWhatsAppBridgeOptions(): WhatsAppBridgeOptions {
    return this.options;
  }
}

/** The host's own module of settings, which the factory needs. */
const settings = (options: WhatsAppBridgeOptions) => {
  @Module({ providers: [{ provide: OPTIONS, useValue: options }, OptionsFactory], exports: [OPTIONS, OptionsFactory] })
  class SettingsModule {}
  return SettingsModule;
};

@Injectable()
class Heard {
  readonly msgIds: string[] = [];

  constructor(@Inject(WhatsAppBridge) readonly bridge: WhatsAppBridge) {}

  @OnDeliveryReport({ status: 'read' })
  hear({ msgId }: DeliveryReportEvent): void {
    this.msgIds.push(msgId);
  }
}

/** The variables that say what the options of one account say. */
function variablesOf({ accounts: [account] }: WhatsAppBridgeOptions): Record<string, string> {
  const { nickname, mobileNumber, cleverTap, aiSensy } = account!;
  return {
    WHATSAPP_BRIDGE_NICKNAME: nickname,
    WHATSAPP_BRIDGE_MOBILE_NUMBER: mobileNumber,
    WHATSAPP_BRIDGE_CLEVERTAP_HEADERS: JSON.stringify(cleverTap.headers),
    WHATSAPP_BRIDGE_CLEVERTAP_DELIVERY_REPORT_URL: cleverTap.deliveryReportUrl,
    WHATSAPP_BRIDGE_CLEVERTAP_INBOUND_MESSAGE_URL: cleverTap.inboundMessageUrl,
    WHATSAPP_BRIDGE_AISENSY_ENDPOINT: aiSensy.endpoint!,
    WHATSAPP_BRIDGE_AISENSY_HEADERS: JSON.stringify((aiSensy as { headers?: object }).headers),
    WHATSAPP_BRIDGE_AISENSY_CALLBACK_TOKEN: String(aiSensy.callbacks.token),
    WHATSAPP_BRIDGE_LEDGER_ENGINE: 'memory',
  };
}

describe.each(PLATFORMS)('a host app on %s', (platform) => {
  const start = hostsOn(platform);
  const environment = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  });

  it('goes round with forRoot() and the environment', async () => {
    await goRound(await start({
      register: (options) => {
        Object.assign(process.env, variablesOf(options));
        return WhatsAppBridgeModule.forRoot();
      },
    }));
  });

  it.each([
    ['useFactory', (options) => WhatsAppBridgeModule.forRootAsync({ imports: [settings(options)], inject: [OPTIONS], useFactory: async (given: WhatsAppBridgeOptions) => given })],
    ['useClass', (options) => WhatsAppBridgeModule.forRootAsync({ imports: [settings(options)], useClass: OptionsFactory })],
    ['useExisting', (options) => WhatsAppBridgeModule.forRootAsync({ imports: [settings(options)], useExisting: OptionsFactory })],
  ] satisfies [string, NonNullable<Parameters<typeof start>[0]>['register']][])('goes round with forRootAsync and %s', async (_what, register) => {
    await goRound(await start({ register, providers: [Heard] }));
  });

  it('may put a path, a prefix and versions in front of the routes', async () => {
    const host = await start({
      options: { path: 'hooks/wa' }, base: 'api/hooks/wa',
      prepare: (app) => app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    });
    await goRound(host);
    expect(await call(host.url, '/whatsapp/aisensy/webhook', { method: 'GET' })).toMatchObject({ status: 404 });
  });

  it('may have enhancers of its own for every route: they leave the bridge\'s answers alone', async () => {
    const IS_PUBLIC = 'isPublic';
    const Public = (): ClassDecorator => SetMetadata(IS_PUBLIC, true);

    class Wrapping implements NestInterceptor {
      intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
        return next.handle().pipe(map((data: unknown) => ({ data })));
      }
    }
    class Locked implements CanActivate {
      constructor(private readonly reflector: Reflector) {}

      canActivate(context: ExecutionContext): boolean {
        return this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()]) === true;
      }
    }
    @Catch()
    class HtmlPages implements ExceptionFilter {
      catch(_error: unknown, host: ArgumentsHost): void {
        const response: { status(code: number): { send(body: string): void } } = host.switchToHttp().getResponse();
        response.status(418).send('<html></html>');
      }
    }
    @Controller('own')
    @Public()
    class OwnController {
      @Get()
      get(): string {
        return 'own';
      }
    }
    const host = await start({
      options: { controllerDecorators: [Public()] }, controllers: [OwnController],
      prepare: (app) => app.useGlobalInterceptors(new Wrapping()).useGlobalGuards(new Locked(app.get(Reflector)))
        .useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true })).useGlobalFilters(new HtmlPages()),
    });
    await goRound(host);
    expect(await call(host.url, '/own', { method: 'GET' })).toMatchObject({ status: 200, text: '{"data":"own"}' });
    const answer = await call(`${host.url}/`, 'clevertap/messages', { body: JSON.stringify(message()) });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([401, { status: 'failure', error: { code: 2000, message: expect.any(String) } }]);
    expect(await host.callback('webhook', '{', {})).toMatchObject({ status: 400, text: '{"message":"The body is not JSON"}' });
    expect(await host.callback('webhook', {}, { token: 'wrong' })).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
  });

  it('may stand beside another in one process, under another path and with another ledger', async () => {
    const other: Platform = platform === 'express' ? 'fastify' : 'express';
    const [first, second] = await Promise.all([
      start({ options: { path: 'first' }, base: 'first', durable: true, providers: [Heard] }),
      start({ options: { path: 'second' }, base: 'second', durable: true, providers: [Heard] }, other),
    ]);
    await Promise.all([goRound(first), goRound(second)]);
    for (const host of [first, second]) {
      const sent = [...host.cleverTap.sent.keys()].sort();
      await eventually(() => expect([...host.app.get(Heard).msgIds].sort()).toEqual(sent));
    }
    const [msgId] = first.cleverTap.sent.keys();
    expect(await first.bridge.message(msgId!)).toBeDefined();
    expect(await second.bridge.message(msgId!)).toBeUndefined();
    expect(await call(first.url, '/second/aisensy/webhook', { method: 'GET' })).toMatchObject({ status: 404 });
    await first.app.close();
    await second.cleverTap.runCampaign({ messages: 5 });
    await second.cleverTap.waitForStatuses(45);
  });

  it('may inject the bridge in any module', async () => {
    const host = await start({ providers: [Heard] });
    expect(host.app.get(Heard).bridge).toBe(host.bridge);
  });

  it('leaves nothing open when it has closed', async () => {
    const before = openResources();
    const host = await start({ durable: true, providers: [Heard], options: { throttle: { limit: 1 } }, account: { maxRequestsPerSecond: 1_000 } });
    await goRound(host);
    await host.callback('webhook', {}, { token: 'wrong' });
    await host.cleverTap.goDown();
    await host.cleverTap.send(message());
    await host.aiSensy.reportsDone();
    await host.stop();
    await eventually(() => {
      for (const [type, count] of openResources()) expect([type, count]).toEqual([type, Math.min(count, before.get(type) ?? 0)]);
    });
  });
});

/** What keeps this process alive, by type. */
function openResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}
