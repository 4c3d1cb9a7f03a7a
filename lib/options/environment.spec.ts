import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DynamicModule, INestApplication, ModuleMetadata, Provider } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, listen, testingHost } from '../../test/support/http-hosts.ts';
import { problemsAtBoot } from '../../test/support/options.ts';
import { WhatsAppBridgeModule } from '../whatsapp-bridge.module.ts';
import type { WhatsAppBridgeExtras } from '../whatsapp-bridge.options.ts';
import { RESOLVED_OPTIONS } from './resolved-options.ts';
import type { ResolvedOptions } from './resolved-options.ts';

describe('forRoot without options', () => {
  const apps: INestApplication[] = [];
  const folders: string[] = [];
  const environment = { ...process.env };
  const workingDirectory = process.cwd();

  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(apps.splice(0).map((app) => app.close()));
    process.chdir(workingDirectory);
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true }));
  });

  async function boot(imports: ModuleMetadata['imports'], providers: Provider[] = []): Promise<INestApplication> {
    const app = await testingHost('Express', { imports, providers });
    apps.push(app);
    await listen(app);
    return app;
  }

  const resolvedOf = (app: INestApplication) => app.get<ResolvedOptions>(RESOLVED_OPTIONS, { strict: false });
  const nicknameOf = (app: INestApplication) => resolvedOf(app).accounts[0]!.nickname;
  const statusAt = async (app: INestApplication, path: string) =>
    (await call(await app.getUrl(), `/${path}/aisensy/webhook`, { method: 'GET' })).status;

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
    const changes = { WHATSAPP_BRIDGE_PATH_PREFIX: 'env', WHATSAPP_BRIDGE_ANSWER_WITHIN_MS: '250' };
    Object.assign(process.env, variables('From_Environment', changes));
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

  it.each<[string, (extras: WhatsAppBridgeExtras) => DynamicModule]>([
    ['forRoot', (extras) => WhatsAppBridgeModule.forRoot(extras)],
    ['forRootAsync', (extras) => WhatsAppBridgeModule.forRootAsync(extras)],
  ])('lets %s say in code what stands beside the environment', async (_, register) => {
    workIn({ '.env': variables('From_File', { WHATSAPP_BRIDGE_PATH_PREFIX: 'file' }) });
    const seen: unknown[] = [];
    const decorated = await boot([register({ controllerDecorators: [(target) => { seen.push(target); }], isGlobal: true })]);
    expect(nicknameOf(decorated)).toBe('From_File');
    expect(seen).toHaveLength(4);
    expect(await statusAt(decorated, 'file')).toBe(200);
    const moved = await boot([register({ path: '/code/' })]);
    expect(resolvedOf(moved).path).toBe('code');
    expect(await statusAt(moved, 'code')).toBe(200);
  });

  it('warns of a variable that looks like a misspelt one', async () => {
    workIn({ '.env': variables('A', { WHATSAPP_BRIDGE_MAX_REQUESTS_PER_SEC: '80', WHATSAPP_BRIDGE_SERVICE_HOST: '10.0.0.1' }) });
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    await boot([WhatsAppBridgeModule.forRoot()]);
    expect(warn.mock.calls.filter(([line]) => String(line).includes('is no variable'))).toEqual([
      ['WHATSAPP_BRIDGE_MAX_REQUESTS_PER_SEC is no variable of the bridge\'s. Did you mean WHATSAPP_BRIDGE_MAX_REQUESTS_PER_SECOND?'],
    ]);
  });

  it('names every variable that is missing', async () => {
    workIn({});
    Object.assign(process.env, { WHATSAPP_BRIDGE_NICKNAME: 'A', WHATSAPP_BRIDGE_LEDGER_ENGINE: 'memory' });
    const problems = await problemsAtBoot(() => boot([WhatsAppBridgeModule.forRoot()]));
    expect(problems).toHaveLength(5);
    expect(problems[0]).toMatch(/^WHATSAPP_BRIDGE_MOBILE_NUMBER \(accounts\[0\]\.mobileNumber\): is missing/);
  });

  it('names the variables of another way to AiSensy, and what to do', async () => {
    workIn({});
    const { WHATSAPP_BRIDGE_AISENSY_HEADERS: _, ...others } = variables('A');
    const direct = { WHATSAPP_BRIDGE_AISENSY_TRANSPORT: 'direct', WHATSAPP_BRIDGE_AISENSY_TOKEN: 'jwt', WHATSAPP_BRIDGE_AISENSY_API_KEY: 'leaked-1' };
    Object.assign(process.env, others, direct);
    expect(await problemsAtBoot(() => boot([WhatsAppBridgeModule.forRoot()]))).toEqual([
      "WHATSAPP_BRIDGE_AISENSY_API_KEY (accounts[0].aiSensy.apiKey): is an option of transport 'campaign'. Set transport, or leave it out.",
    ]);
  });

  describe.each([['ahead of', true], ['behind', false]])('with a ConfigModule of the host %s the bridge', (_, ahead) => {
    const bootWith = (config: () => Promise<DynamicModule>) => {
      const imports = ahead ? [config(), WhatsAppBridgeModule.forRoot()] : [WhatsAppBridgeModule.forRoot(), config()];
      return boot(imports, [{ provide: 'host-config', useFactory: (service: ConfigService) => service, inject: [ConfigService] }]);
    };

    it('reads the files that the host names, before .env', async () => {
      workIn({
        '.env': variables('From_Dot_Env', { SHARED: 'dot-env' }),
        '.env.production': variables('From_Production', { SHARED: 'production' }),
      });
      const app = await bootWith(() => ConfigModule.forRoot({ isGlobal: true, envFilePath: '.env.production' }));
      expect(nicknameOf(app)).toBe('From_Production');
      expect(app.get<ConfigService>('host-config').get('SHARED')).toBe('production');
    });

    it('reads what the host has validated and converted', async () => {
      workIn({ '.env': variables('From_Dot_Env', { WHATSAPP_BRIDGE_ANSWER_WITHIN_MS: '100' }) });
      const converted = { WHATSAPP_BRIDGE_ANSWER_WITHIN_MS: 150, WHATSAPP_BRIDGE_NICKNAME: 'Validated' };
      const validate = (all: Record<string, unknown>) => ({ ...all, ...converted });
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
    expect(await problemsAtBoot(() => boot([bridge, config]))).toEqual([
      expect.stringMatching(/^WHATSAPP_BRIDGE_PATH_PREFIX \(path\): was not in the environment yet/),
    ]);
  });
});
