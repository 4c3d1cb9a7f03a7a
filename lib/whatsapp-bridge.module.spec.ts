import { afterEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, SetMetadata } from '@nestjs/common';
import type { DynamicModule, INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WhatsAppBridgeConfigurationError } from './options/configuration.error.ts';
import { RESOLVED_OPTIONS } from './options/resolved-options.ts';
import type { ResolvedOptions } from './options/resolved-options.ts';
import { WhatsAppBridgeModule } from './whatsapp-bridge.module.ts';
import type { WhatsAppBridgeOptions, WhatsAppBridgeOptionsFactory } from './whatsapp-bridge.options.ts';

const options = (nickname = 'AiSensy_WA'): WhatsAppBridgeOptions => ({
  ledger: { engine: 'memory' },
  accounts: [{
    nickname,
    mobileNumber: '+918889500122',
    cleverTap: {
      headers: { 'X-Api-Key': 'clevertap-secret' },
      deliveryReportUrl: 'https://eu1.wzrkt.com/dr',
      inboundMessageUrl: 'https://eu1.wzrkt.com/in',
    },
    aiSensy: { headers: { Authorization: 'aisensy-secret' }, callbacks: { token: 'token-secret' } },
  }],
});

const NICKNAME = 'nickname';

/** A module of the host that the options' factory depends on. */
@Module({ providers: [{ provide: NICKNAME, useValue: 'From_Host' }], exports: [NICKNAME] })
class SettingsModule {}

@Injectable()
class OptionsFactory implements WhatsAppBridgeOptionsFactory {
  constructor(@Inject(NICKNAME) private readonly nickname: string) {}

  createWhatsAppBridgeOptions(): Promise<WhatsAppBridgeOptions> {
    return Promise.resolve(options(this.nickname));
  }
}

@Module({ imports: [SettingsModule], providers: [OptionsFactory], exports: [OptionsFactory] })
class FactoryModule {}

describe('WhatsAppBridgeModule', () => {
  const apps: INestApplication[] = [];
  const environment = { ...process.env };
  const workingDirectory = process.cwd();
  const folders: string[] = [];

  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    process.chdir(workingDirectory);
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true }));
  });

  async function boot(imports: ModuleMetadata['imports'], providers: ModuleMetadata['providers'] = []): Promise<INestApplication> {
    const module = await Test.createTestingModule({ imports, providers }).compile();
    const app = module.createNestApplication({ logger: false });
    apps.push(app);
    await app.listen(0, '127.0.0.1');
    return app;
  }

  const resolvedOf = (app: INestApplication) => app.get<ResolvedOptions>(RESOLVED_OPTIONS, { strict: false });
  const nicknameOf = (app: INestApplication) => resolvedOf(app).accounts[0]!.nickname;

  /** AiSensy's check of a URL, which needs no key: 200 where the routes stand. */
  async function statusAt(app: INestApplication, path: string): Promise<number> {
    const response = await fetch(`${await app.getUrl()}/${path}/aisensy/webhook`);
    await response.arrayBuffer();
    return response.status;
  }

  const problemsOf = async (boot: Promise<unknown> | (() => unknown)): Promise<string[]> => {
    const error: unknown = await Promise.resolve().then(() => (typeof boot === 'function' ? boot() : boot)).then(() => undefined, (thrown) => thrown as unknown);
    if (error === undefined) return [];
    if (!(error instanceof WhatsAppBridgeConfigurationError)) throw error as Error;
    return error.problems.map(({ option, text }) => `${option}: ${text}`);
  };

  describe('forRoot', () => {
    it('takes options, and stands under /whatsapp', async () => {
      const app = await boot([WhatsAppBridgeModule.forRoot(options())]);
      expect(resolvedOf(app)).toMatchObject({ path: 'whatsapp', answerWithinMs: 400 });
      expect(await statusAt(app, 'whatsapp')).toBe(200);
    });

    it('takes a path of its own', async () => {
      const app = await boot([WhatsAppBridgeModule.forRoot({ ...options(), path: '/hooks/wa/' })]);
      expect(await statusAt(app, 'hooks/wa')).toBe(200);
      expect(await statusAt(app, 'whatsapp')).toBe(404);
    });

    it('fails at boot with every problem', async () => {
      expect(await problemsOf(boot([WhatsAppBridgeModule.forRoot({ ...options(), answerWithinMs: 1000, path: 'a b' })]))).toEqual([
        expect.stringMatching(/^path: must be a route prefix/),
        expect.stringMatching(/^answerWithinMs: must be a whole number/),
      ]);
    });

    it('puts decorators of the host on its controllers', async () => {
      const seen: unknown[] = [];
      class Public {}
      const decorator = SetMetadata('public', true);
      const app = await boot([WhatsAppBridgeModule.forRoot({
        ...options(), controllerDecorators: [(target) => { seen.push(target); decorator(target); }],
      })]);
      expect(seen).toHaveLength(2);
      expect(seen.map((controller) => Reflect.getMetadata('public', controller as Type) as unknown)).toEqual([true, true]);
      expect(seen).not.toContain(Public);
      expect(await statusAt(app, 'whatsapp')).toBe(200);
    });

    it('lets two apps of one process answer under two paths', async () => {
      const [one, other] = [
        await boot([WhatsAppBridgeModule.forRoot({ ...options('One'), path: 'one' })]),
        await boot([WhatsAppBridgeModule.forRoot({ ...options('Other'), path: 'other' })]),
      ];
      expect([nicknameOf(one), nicknameOf(other)]).toEqual(['One', 'Other']);
      expect([await statusAt(one, 'one'), await statusAt(one, 'other')]).toEqual([200, 404]);
      expect([await statusAt(other, 'one'), await statusAt(other, 'other')]).toEqual([404, 200]);
    });
  });

  describe('forRootAsync', () => {
    it('takes a factory', async () => {
      expect(nicknameOf(await boot([WhatsAppBridgeModule.forRootAsync({ useFactory: () => options('Sync') })]))).toBe('Sync');
      expect(nicknameOf(await boot([WhatsAppBridgeModule.forRootAsync({ useFactory: async () => options('Async') })]))).toBe('Async');
    });

    it('takes a factory with imports and what it injects', async () => {
      const app = await boot([WhatsAppBridgeModule.forRootAsync({
        imports: [SettingsModule], inject: [NICKNAME], useFactory: (nickname: string) => options(nickname), path: 'wa',
      })]);
      expect(nicknameOf(app)).toBe('From_Host');
      expect(await statusAt(app, 'wa')).toBe(200);
    });

    it('takes a class', async () => {
      expect(nicknameOf(await boot([WhatsAppBridgeModule.forRootAsync({ imports: [SettingsModule], useClass: OptionsFactory })]))).toBe('From_Host');
    });

    it('takes an existing provider', async () => {
      expect(nicknameOf(await boot([WhatsAppBridgeModule.forRootAsync({ imports: [FactoryModule], useExisting: OptionsFactory })]))).toBe('From_Host');
    });

    it('fails at boot where nothing makes the options, or the factory returns none', async () => {
      expect(await problemsOf(() => WhatsAppBridgeModule.forRootAsync({}))).toEqual([
        'forRootAsync: has no source of options. Give useFactory, useClass or useExisting.',
      ]);
      expect(await problemsOf(boot([WhatsAppBridgeModule.forRootAsync({ useFactory: () => undefined as never })]))).toEqual([
        expect.stringMatching(/^options: are missing/),
      ]);
    });

    it('refuses a path that only the factory knows', async () => {
      const late = WhatsAppBridgeModule.forRootAsync({ useFactory: () => ({ ...options(), path: 'late' }) });
      expect(await problemsOf(boot([late]))).toEqual([expect.stringMatching(/^path: comes too late .* put path beside useFactory/)]);
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

    it.each<[string, () => DynamicModule, () => DynamicModule]>([
      ['forRoot', () => WhatsAppBridgeModule.forRoot(options()), () => WhatsAppBridgeModule.forRoot(options())],
      ['forRootAsync', () => WhatsAppBridgeModule.forRoot(options()), () => WhatsAppBridgeModule.forRootAsync({ useFactory: () => options() })],
    ])('by %s is refused at boot, deep in the tree too', async (_, first, second) => {
      @Module({ imports: [second()] })
      class InnerModule {}
      expect(await problemsOf(boot([first(), InnerModule]))).toEqual([expect.stringMatching(twice)]);
    });

    it('by the bare class is refused at boot', async () => {
      expect(await problemsOf(boot([WhatsAppBridgeModule.forRoot(options()), WhatsAppBridgeModule]))).toEqual([expect.stringMatching(twice)]);
      expect(await problemsOf(boot([WhatsAppBridgeModule]))).toEqual([expect.stringMatching(/^WhatsAppBridgeModule: is imported bare/)]);
    });

    it('is none where one registration is imported in several places', async () => {
      const bridge = WhatsAppBridgeModule.forRoot(options());
      @Module({ imports: [bridge] })
      class InnerModule {}
      expect(await statusAt(await boot([bridge, InnerModule]), 'whatsapp')).toBe(200);
    });
  });

  describe('forRoot without options', () => {
    const variables = (nickname: string, changes: Record<string, string> = {}): Record<string, string> => ({
      WHATSAPP_BRIDGE_NICKNAME: nickname,
      WHATSAPP_BRIDGE_MOBILE_NUMBER: '+918889500122',
      WHATSAPP_BRIDGE_CLEVERTAP_HEADERS: '{"X-Api-Key":"clevertap-secret"}',
      WHATSAPP_BRIDGE_CLEVERTAP_DELIVERY_REPORT_URL: 'https://eu1.wzrkt.com/dr',
      WHATSAPP_BRIDGE_CLEVERTAP_INBOUND_MESSAGE_URL: 'https://eu1.wzrkt.com/in',
      WHATSAPP_BRIDGE_AISENSY_HEADERS: '{"Authorization":"aisensy-secret"}',
      WHATSAPP_BRIDGE_AISENSY_CALLBACK_TOKEN: 'token-secret',
      WHATSAPP_BRIDGE_LEDGER_ENGINE: 'memory',
      ...changes,
    });
    /** A working directory with files of variables. */
    const workIn = (files: Record<string, Record<string, string>>) => {
      const folder = mkdtempSync(join(tmpdir(), 'bridge-env-'));
      folders.push(folder);
      for (const [name, content] of Object.entries(files)) {
        writeFileSync(join(folder, name), Object.entries(content).map(([key, value]) => `${key}='${value}'\n`).join(''));
      }
      process.chdir(folder);
    };

    it('reads the environment', async () => {
      Object.assign(process.env, variables('From_Environment', { WHATSAPP_BRIDGE_PATH_PREFIX: 'env', WHATSAPP_BRIDGE_ANSWER_WITHIN_MS: '250' }));
      const app = await boot([WhatsAppBridgeModule.forRoot()]);
      expect(nicknameOf(app)).toBe('From_Environment');
      expect(resolvedOf(app)).toMatchObject({ path: 'env', answerWithinMs: 250, ledger: { engine: 'memory' } });
      expect(await statusAt(app, 'env')).toBe(200);
    });

    it('reads .env of a host that loads none, and puts nothing of it into the environment', async () => {
      workIn({ '.env': variables('From_File', { WHATSAPP_BRIDGE_PATH_PREFIX: 'file', HOST_VARIABLE: 'x' }) });
      const app = await boot([WhatsAppBridgeModule.forRoot()]);
      expect(nicknameOf(app)).toBe('From_File');
      expect(await statusAt(app, 'file')).toBe(200);
      expect(Object.keys(process.env).filter((name) => !(name in environment))).toEqual([]);
    });

    it('names every variable that is missing', async () => {
      workIn({});
      Object.assign(process.env, { WHATSAPP_BRIDGE_NICKNAME: 'A', WHATSAPP_BRIDGE_LEDGER_ENGINE: 'memory' });
      const problems = await problemsOf(boot([WhatsAppBridgeModule.forRoot()]));
      expect(problems).toHaveLength(6);
      expect(problems[0]).toMatch(/^WHATSAPP_BRIDGE_MOBILE_NUMBER \(accounts\[0\]\.mobileNumber\): is missing/);
    });

    describe.each([['ahead of', true], ['behind', false]])('with a ConfigModule of the host %s the bridge', (_, ahead) => {
      const bootWith = (config: () => Promise<DynamicModule>) => {
        const imports = ahead ? [config(), WhatsAppBridgeModule.forRoot()] : [WhatsAppBridgeModule.forRoot(), config()];
        return boot(imports, [{ provide: 'host-config', useFactory: (service: ConfigService) => service, inject: [ConfigService] }]);
      };

      it('reads the files that the host names, before .env', async () => {
        workIn({ '.env': variables('From_Dot_Env', { SHARED: 'dot-env' }), '.env.production': variables('From_Production', { SHARED: 'production' }) });
        const app = await bootWith(() => ConfigModule.forRoot({ isGlobal: true, envFilePath: '.env.production' }));
        expect(nicknameOf(app)).toBe('From_Production');
        expect(app.get<ConfigService>('host-config').get('SHARED')).toBe('production');
      });

      it('reads what the host has validated and converted', async () => {
        workIn({ '.env': variables('From_Dot_Env', { WHATSAPP_BRIDGE_ANSWER_WITHIN_MS: '100' }) });
        const validate = (all: Record<string, unknown>) => ({ ...all, WHATSAPP_BRIDGE_ANSWER_WITHIN_MS: 150, WHATSAPP_BRIDGE_NICKNAME: 'Validated' });
        const app = await bootWith(() => ConfigModule.forRoot({ isGlobal: true, validate }));
        expect(resolvedOf(app).answerWithinMs).toBe(150);
        expect(nicknameOf(app)).toBe('Validated');
      });

      it('loads no file for a host that wants none', async () => {
        workIn({ '.env': { ...variables('From_Dot_Env'), HOST_VARIABLE: 'unwanted' } });
        Object.assign(process.env, variables('From_Environment'));
        const app = await bootWith(() => ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true }));
        expect(nicknameOf(app)).toBe('From_Environment');
        expect(app.get<ConfigService>('host-config').get('HOST_VARIABLE')).toBeUndefined();
      });
    });

    it('says that a path of the host\'s own file came too late', async () => {
      workIn({ '.env.production': variables('From_Production', { WHATSAPP_BRIDGE_PATH_PREFIX: 'production' }) });
      const bridge = WhatsAppBridgeModule.forRoot();
      const config = ConfigModule.forRoot({ isGlobal: true, envFilePath: '.env.production' });
      expect(await problemsOf(boot([bridge, config]))).toEqual([
        expect.stringMatching(/^WHATSAPP_BRIDGE_PATH_PREFIX \(path\): was not in the environment yet/),
      ]);
    });
  });
});
