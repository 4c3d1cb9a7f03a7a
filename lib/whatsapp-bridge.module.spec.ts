import { afterEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, SetMetadata } from '@nestjs/common';
import type { DynamicModule, INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import { PLATFORMS, call, listen, testingHost } from '../test/support/http-hosts.ts';
import type { Platform } from '../test/support/http-hosts.ts';
import { account, options, problemsAtBoot, problemsOf } from '../test/support/options.ts';
import { RESOLVED_OPTIONS } from './options/resolved-options.ts';
import type { ResolvedOptions } from './options/resolved-options.ts';
import { WhatsAppBridgeModule } from './whatsapp-bridge.module.ts';
import type { WhatsAppBridgeOptions, WhatsAppBridgeOptionsFactory } from './whatsapp-bridge.options.ts';

const named = (nickname: string) => options({ accounts: [account({ nickname })] });

const NICKNAME = 'nickname';

/** A module of the host that the options' factory depends on. */
@Module({ providers: [{ provide: NICKNAME, useValue: 'From_Host' }], exports: [NICKNAME] })
class SettingsModule {}

@Injectable()
class OptionsFactory implements WhatsAppBridgeOptionsFactory {
  constructor(@Inject(NICKNAME) private readonly nickname: string) {}

  createWhatsAppBridgeOptions(): Promise<WhatsAppBridgeOptions> {
    return Promise.resolve(named(this.nickname));
  }
}

@Module({ imports: [SettingsModule], providers: [OptionsFactory], exports: [OptionsFactory] })
class FactoryModule {}

describe('WhatsAppBridgeModule', () => {
  const apps: INestApplication[] = [];

  afterEach(() => Promise.all(apps.splice(0).map((app) => app.close())));

  async function boot(imports: ModuleMetadata['imports'], platform: Platform = 'Express'): Promise<INestApplication> {
    const app = await testingHost(platform, { imports });
    apps.push(app);
    await listen(app);
    return app;
  }

  const resolvedOf = (app: INestApplication) => app.get<ResolvedOptions>(RESOLVED_OPTIONS, { strict: false });
  const nicknameOf = (app: INestApplication) => resolvedOf(app).accounts[0]!.nickname;

  /** AiSensy's check of a URL, which needs no key: 200 where the routes stand. */
  const statusAt = async (app: INestApplication, path: string) =>
    (await call(await app.getUrl(), `/${path}/aisensy/webhook`, { method: 'GET' })).status;

  describe('forRoot', () => {
    it.each(PLATFORMS)('takes options, and stands under /whatsapp on %s', async (platform) => {
      const app = await boot([WhatsAppBridgeModule.forRoot(options())], platform);
      expect(resolvedOf(app)).toMatchObject({ path: 'whatsapp', answerWithinMs: 400 });
      expect(await statusAt(app, 'whatsapp')).toBe(200);
    });

    it.each(PLATFORMS)('takes a path of its own on %s', async (platform) => {
      const app = await boot([WhatsAppBridgeModule.forRoot({ ...options(), path: '/hooks/wa/' })], platform);
      expect(await statusAt(app, 'hooks/wa')).toBe(200);
      expect(await statusAt(app, 'whatsapp')).toBe(404);
    });

    it('fails at boot with every problem', async () => {
      const wrong = { ...options(), answerWithinMs: 1000, path: 'a b' };
      expect(await problemsAtBoot(() => boot([WhatsAppBridgeModule.forRoot(wrong)]))).toEqual([
        expect.stringMatching(/^path: must be a route prefix/),
        expect.stringMatching(/^answerWithinMs: must be a whole number/),
      ]);
    });

    it('puts decorators of the host on its controllers', async () => {
      const seen: unknown[] = [];
      const decorator = SetMetadata('public', true);
      const app = await boot([WhatsAppBridgeModule.forRoot({
        ...options(), controllerDecorators: [(target) => { seen.push(target); decorator(target); }],
      })]);
      expect(seen).toHaveLength(4);
      expect(seen.map((controller) => Reflect.getMetadata('public', controller as Type) as unknown)).toEqual([true, true, true, true]);
      expect(await statusAt(app, 'whatsapp')).toBe(200);
    });

    it('lets two apps of one process answer under two paths', async () => {
      const [one, other] = [
        await boot([WhatsAppBridgeModule.forRoot({ ...named('One'), path: 'one' })]),
        await boot([WhatsAppBridgeModule.forRoot({ ...named('Other'), path: 'other' })]),
      ];
      expect([nicknameOf(one), nicknameOf(other)]).toEqual(['One', 'Other']);
      expect([await statusAt(one, 'one'), await statusAt(one, 'other')]).toEqual([200, 404]);
      expect([await statusAt(other, 'one'), await statusAt(other, 'other')]).toEqual([404, 200]);
    });
  });

  describe('forRootAsync', () => {
    it('takes a factory', async () => {
      expect(nicknameOf(await boot([WhatsAppBridgeModule.forRootAsync({ useFactory: () => named('Sync') })]))).toBe('Sync');
      expect(nicknameOf(await boot([WhatsAppBridgeModule.forRootAsync({ useFactory: async () => named('Async') })]))).toBe('Async');
    });

    it('takes a factory with imports and what it injects', async () => {
      const app = await boot([WhatsAppBridgeModule.forRootAsync({
        imports: [SettingsModule], inject: [NICKNAME], useFactory: (nickname: string) => named(nickname), path: 'wa',
      })]);
      expect(nicknameOf(app)).toBe('From_Host');
      expect(await statusAt(app, 'wa')).toBe(200);
    });

    it('takes a class', async () => {
      const app = await boot([WhatsAppBridgeModule.forRootAsync({ imports: [SettingsModule], useClass: OptionsFactory })]);
      expect(nicknameOf(app)).toBe('From_Host');
    });

    it('takes an existing provider', async () => {
      const app = await boot([WhatsAppBridgeModule.forRootAsync({ imports: [FactoryModule], useExisting: OptionsFactory })]);
      expect(nicknameOf(app)).toBe('From_Host');
    });

    it('fails at boot where nothing makes the options, or the factory returns none', async () => {
      expect(problemsOf(() => WhatsAppBridgeModule.forRootAsync({ imports: [SettingsModule] }))).toEqual([
        'forRootAsync: has no source of options. Give useFactory, useClass or useExisting.',
      ]);
      expect(await problemsAtBoot(() => boot([WhatsAppBridgeModule.forRootAsync({ useFactory: () => undefined as never })]))).toEqual([
        expect.stringMatching(/^options: are missing/),
      ]);
    });

    it('refuses a path that only the factory knows', async () => {
      const late = WhatsAppBridgeModule.forRootAsync({ useFactory: () => ({ ...options(), path: 'late' }) });
      expect(await problemsAtBoot(() => boot([late]))).toEqual([expect.stringMatching(/^path: comes too late .* put path beside/)]);
      const same = WhatsAppBridgeModule.forRootAsync({ path: 'same', useFactory: () => ({ ...options(), path: 'same' }) });
      expect(await statusAt(await boot([same]), 'same')).toBe(200);
    });
  });

  describe('isGlobal', () => {
    @Injectable()
    class Shop {
      constructor(@Inject(RESOLVED_OPTIONS) readonly resolved: ResolvedOptions) {}
    }
    @Module({ providers: [Shop] })
    class ShopModule {}

    it('lets every module inject the bridge by default', async () => {
      const app = await boot([WhatsAppBridgeModule.forRoot(options()), ShopModule]);
      expect(app.get(Shop, { strict: false }).resolved).toBe(resolvedOf(app));
    });

    it.each([
      ['forRoot', () => WhatsAppBridgeModule.forRoot({ ...options(), isGlobal: false })],
      ['forRootAsync', () => WhatsAppBridgeModule.forRootAsync({ isGlobal: false, useFactory: () => options() })],
    ])('keeps it to the importing modules where %s says so', async (_, register) => {
      await expect(boot([register(), ShopModule])).rejects.toThrow(/resolve dependencies of the Shop/);
      const bridge = register();
      @Module({ imports: [bridge], providers: [Shop] })
      class InnerModule {}
      const app = await boot([bridge, InnerModule]);
      expect(app.get(Shop, { strict: false }).resolved).toBe(resolvedOf(app));
    });
  });

  describe('a second registration', () => {
    const twice = /^WhatsAppBridgeModule: is imported more than once in this app/;

    it.each<[string, () => DynamicModule]>([
      ['forRoot', () => WhatsAppBridgeModule.forRoot(options())],
      ['forRootAsync', () => WhatsAppBridgeModule.forRootAsync({ useFactory: () => options() })],
    ])('by %s is refused at boot, deep in the tree too', async (_, second) => {
      @Module({ imports: [second()] })
      class InnerModule {}
      const both = () => boot([WhatsAppBridgeModule.forRoot(options()), InnerModule]);
      expect(await problemsAtBoot(both)).toEqual([expect.stringMatching(twice)]);
    });

    it('by the bare class is refused at boot', async () => {
      const both = () => boot([WhatsAppBridgeModule.forRoot(options()), WhatsAppBridgeModule]);
      expect(await problemsAtBoot(both)).toEqual([expect.stringMatching(twice)]);
      const bare = () => boot([WhatsAppBridgeModule]);
      expect(await problemsAtBoot(bare)).toEqual([expect.stringMatching(/^WhatsAppBridgeModule: is imported bare/)]);
    });

    it('is none where one registration is imported in several places', async () => {
      const bridge = WhatsAppBridgeModule.forRoot(options());
      @Module({ imports: [bridge] })
      class InnerModule {}
      expect(await statusAt(await boot([bridge, InnerModule]), 'whatsapp')).toBe(200);
    });
  });
});
