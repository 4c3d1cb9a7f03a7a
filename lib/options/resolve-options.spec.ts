import { afterEach, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { account, options, problemsIn } from '../../test/support/options.ts';
import type { WhatsAppBridgeOptions } from '../whatsapp-bridge.options.ts';
import { WhatsAppBridgeConfigurationError } from './configuration.error.ts';
import { resolveOptions } from './resolve-options.ts';

const memory = { engine: 'memory' };
const aiSensy = (changes: object) => account({ aiSensy: { ...account().aiSensy, ...changes } });
const one = (changes: object) => options({ accounts: [account(changes)] });

describe('resolveOptions', () => {
  const folders: string[] = [];
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), 'bridge-options-'));
    folders.push(made);
    return made;
  };
  afterEach(() => folders.splice(0).forEach((made) => rmSync(made, { recursive: true, force: true })));

  it('fills in every default', () => {
    expect(resolveOptions({ accounts: [account()] })).toEqual({
      path: 'whatsapp',
      accounts: [{
        ...account(),
        isDefault: false,
        maxConcurrentRequests: 250,
        preflight: true,
        sendWithinMs: 86_400_000,
        unknownOutcome: { waitMs: 600_000, policy: 'fail' },
        circuitBreaker: { consecutiveFailures: 20, failureShare: 0.5, sampleSize: 100, probes: 3 },
        aiSensy: {
          transport: 'clevertap',
          endpoint: 'https://backend.aisensy.com/clever-tap/t1/messages',
          headers: { Authorization: 'aisensy-secret' },
          timeoutMs: 15_000,
          callbacks: { token: 'token-secret' },
        },
      }],
      answerWithinMs: 400,
      ledger: { engine: 'sqlite', file: resolve('whatsapp-bridge.sqlite') },
      allowInsecureUrls: false,
      allowPrivateAddresses: false,
      throttle: { limit: 20, ttlMs: 60_000 },
      bodyLimits: { messages: 262_144, callbacks: 4_194_304 },
      relay: { batchSize: 100, batchWaitMs: 200 },
      retry: {
        dispatch: { firstDelayMs: 1_000, factor: 2, maxDelayMs: 300_000, jitter: 0.3 },
        relay: { firstDelayMs: 1_000, factor: 2, maxDelayMs: 900_000, jitter: 0.3, maxAttempts: 300 },
        listeners: { firstDelayMs: 1_000, factor: 3, maxDelayMs: 21_600_000, jitter: 0.3, maxAttempts: 15 },
      },
      backlog: { maxMessages: 1_000_000, maxBytes: 4_294_967_296, minFreeDiskBytes: 268_435_456 },
      media: { linkValidMs: 604_800_000, maxBytes: 104_857_600, timeoutMs: 15_000 },
      templateRefreshMs: 900_000,
      failureReasons: {},
      parkReportsForMs: 3_600_000,
      retentionDays: 35,
      loopDelayLimitMs: 200,
      shutdownTimeoutMs: 10_000,
    });
  });

  it('keeps what was given, part of a group too, and takes undefined as absent', () => {
    const resolved = resolveOptions(options({
      throttle: { limit: 5 }, answerWithinMs: 0, publicUrl: 'https://api.example.com/', relay: undefined, shutdownTimeoutMs: undefined,
      accounts: [account({ maxConcurrentRequests: 1500, maxRequestsPerSecond: 0.5, isDefault: true })],
    }), { path: '/hooks/whatsapp/' });
    expect(resolved).toMatchObject({
      path: 'hooks/whatsapp', throttle: { limit: 5, ttlMs: 60_000 }, answerWithinMs: 0, publicUrl: 'https://api.example.com',
      relay: { batchSize: 100, batchWaitMs: 200 }, shutdownTimeoutMs: 10_000, ledger: memory,
    });
    expect(resolved.accounts[0]).toMatchObject({ maxConcurrentRequests: 1500, maxRequestsPerSecond: 0.5, isDefault: true });
  });

  it('leaves the given object alone', () => {
    const given = options();
    const before = structuredClone(given);
    resolveOptions(given).accounts[0]!.cleverTap.headers!['X-Api-Key'] = 'changed';
    expect(given).toEqual(before);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /^options: are missing, where an object is needed/],
    ['null', null, /^options: are null/],
    ['no accounts', { ledger: memory }, /^accounts: is missing\. Give a list/],
    ['an empty list', options({ accounts: [] }), /^accounts: is empty: the bridge needs at least one/],
    ['accounts of another kind', options({ accounts: 'AiSensy_WA' }), /^accounts: must be a list .*, not a string\.$/],
    ['an account of another kind', options({ accounts: [null] }), /^accounts\[0\]: must be an object/],
    ['an account that is undefined', options({ accounts: [account(), undefined] }), /^accounts: has nothing at \[1\]\. Give a list/],
    ['no number', one({ mobileNumber: undefined }), /^accounts\[0\]\.mobileNumber: is missing\. Give .* E\.164/],
    ['no nickname', one({ nickname: ' ' }), /^accounts\[0\]\.nickname: is empty\./],
    ['a nickname of another kind', one({ nickname: 7 }), /^accounts\[0\]\.nickname: must be .*, not a number\.$/],
    ['no concurrency', one({ maxConcurrentRequests: 0 }), /maxConcurrentRequests: must be .* from 1 to 1500\.$/],
    ['too much of it', one({ maxConcurrentRequests: 1501 }), /maxConcurrentRequests: must be .* 1500\.$/],
    ['half of it', one({ maxConcurrentRequests: 2.5 }), /maxConcurrentRequests: must be a whole number/],
    ['its text', one({ maxConcurrentRequests: '250' }), /maxConcurrentRequests: must be .*, not a string\.$/],
    ['no rate', one({ maxRequestsPerSecond: 0 }), /maxRequestsPerSecond: must be a number .* above 0\./],
    ['an endless rate', one({ maxRequestsPerSecond: Infinity }), /maxRequestsPerSecond: must be .* for no limit/],
    ['a default of another kind', one({ isDefault: 'yes' }), /isDefault: must be true or false, not a string\.$/],
    ['a long wait', options({ answerWithinMs: 901 }), /^answerWithinMs: must be a whole number of milliseconds from 0 to 900\.$/],
    ['a negative wait', options({ answerWithinMs: -1 }), /^answerWithinMs: /],
    ['no time for a call', options({ accounts: [aiSensy({ timeoutMs: 0 })] }), /aiSensy\.timeoutMs: must be .* from 1 to 120000\.$/],
    ['null for a group', options({ throttle: null }), /^throttle: must be an object with limit and ttlMs, not null\.$/],
    ['a list for a group', one({ aiSensy: [] }), /^accounts\[0\]\.aiSensy: must be an object .*, not a list\.$/],
    ['a missing side', one({ cleverTap: undefined }), /^accounts\[0\]\.cleverTap: is missing\. Give an object/],
    ['another engine', options({ ledger: { engine: 'postgres' } }), /^ledger\.engine: must be 'sqlite' or 'memory'\.$/],
    ['a file in memory', options({ ledger: { engine: 'memory', file: 'x' } }), /^ledger\.file: has no meaning with engine 'memory'/],
    ['a hidden memory', options({ ledger: { engine: 'sqlite', file: ':memory:' } }), /^ledger\.file: must be a file's path/],
    ['no file name', options({ ledger: { engine: 'sqlite', file: '' } }), /^ledger\.file: is missing/],
    ['an unknown transport', options({ accounts: [aiSensy({ transport: 'pigeon' })] }), /aiSensy\.transport: must be 'clevertap' or 'direct' or 'project' or 'campaign'\.$/],
  ])('refuses %s', (_, given, problem) => {
    expect(problemsIn(given)).toEqual([expect.stringMatching(problem)]);
  });

  it('says what names an option that does not exist was meant for', () => {
    const accounts = [account({ cleverTap: { ...account().cleverTap, deliveryreportUrl: 'x' } }), account({ maxConcurentRequests: 1 })];
    const unknown = problemsIn(options({ acounts: [], zebra: 1, accounts })).filter((problem) => problem.includes('is no option'));
    expect(unknown).toEqual([
      'acounts: is no option. Did you mean accounts?',
      expect.stringMatching(/^zebra: is no option\. There are path, publicUrl, accounts, /),
      'accounts[0].cleverTap.deliveryreportUrl: is no option. Did you mean deliveryReportUrl?',
      'accounts[1].maxConcurentRequests: is no option. Did you mean maxConcurrentRequests?',
    ]);
  });

  describe('between accounts', () => {
    it('refuses a repeated nickname, a repeated number and a second default', () => {
      expect(problemsIn(options({ accounts: [account({ isDefault: true }), account({ isDefault: true })] }))).toEqual([
        expect.stringMatching(/^accounts\[1\]\.nickname: is not unique: accounts\[0\] has the same nickname/),
        expect.stringMatching(/^accounts\[1\]\.mobileNumber: is not unique: accounts\[0\] has the same number/),
        expect.stringMatching(/^accounts\[1\]\.isDefault: is not unique: accounts\[0\] is the default already/),
      ]);
    });

    it('takes several accounts of which one is the default', () => {
      const other = account({ nickname: 'Other', mobileNumber: '+6591234567', isDefault: true });
      expect(resolveOptions(options({ accounts: [account(), other] })).accounts).toHaveLength(2);
    });
  });

  describe('the ledger file', () => {
    const inLedger = (file: string) => problemsIn(options({ ledger: { engine: 'sqlite', file } }));

    it('needs no engine beside it', () => {
      const file = join(folder(), 'ledger.sqlite');
      const given: WhatsAppBridgeOptions = { accounts: [account()], ledger: { file } };
      expect(resolveOptions(given).ledger).toEqual({ engine: 'sqlite', file });
    });

    it('gets its folder made', () => {
      const file = join(folder(), 'data', 'deep', 'ledger.sqlite');
      expect(resolveOptions(options({ ledger: { engine: 'sqlite', file } })).ledger).toEqual({ engine: 'sqlite', file });
      expect(existsSync(join(file, '..'))).toBe(true);
    });

    it('is refused where its folder cannot be made', () => {
      const parent = join(folder(), 'a-file');
      writeFileSync(parent, '');
      const [problem, ...others] = inLedger(join(parent, 'data', 'ledger.sqlite'));
      expect(problem).toMatch(/^ledger\.file: cannot be kept in .*a-file\/data \(ENOTDIR\)\. Give a file in a folder/);
      expect(others).toEqual([]);
    });

    it('is refused in a folder that may not be written to, which root may', () => {
      const locked = join(folder(), 'locked');
      mkdirSync(locked);
      chmodSync(locked, 0o500);
      const problems = inLedger(join(locked, 'ledger.sqlite'));
      const mayWriteAnywhere = process.getuid?.() === 0;
      expect(problems).toEqual(mayWriteAnywhere ? [] : [expect.stringMatching(/^ledger\.file: cannot be kept in .*locked \(EACCES\)/)]);
    });

    it('is refused where a folder stands', () => {
      expect(inLedger(folder())).toEqual([expect.stringMatching(/^ledger\.file: is a folder/)]);
    });
  });

  describe('options of a factory', () => {
    it('may repeat what the module was built with', () => {
      expect(problemsIn(options({ path: '/hooks/', isGlobal: false }), { path: 'hooks', isGlobal: false })).toEqual([]);
    });

    it('may not change it', () => {
      const late = { path: 'hooks', isGlobal: false, controllerDecorators: [() => undefined] };
      const problems = problemsIn(options(late), { path: 'whatsapp' });
      expect(problems).toEqual([
        expect.stringMatching(/^path: comes too late from a factory: .* put path beside useFactory\.$/),
        expect.stringMatching(/^isGlobal: comes too late from a factory/),
        expect.stringMatching(/^controllerDecorators: comes too late from a factory/),
      ]);
    });
  });

  it('lists every problem in one error, one a line, without a value of any option', () => {
    const given = {
      accounts: [
        {
          ...account(), mobileNumber: '918889500122',
          cleverTap: { headers: { 'X Key: leaked-1': 'leaked-2\n' }, deliveryReportUrl: 'http://h/?leaked-3' },
        },
        { nickname: 'AiSensy_WA', aiSensy: { headers: { A: ['leaked-4'] }, callbacks: { token: ['leaked-5', ''] }, key: 'leaked-6' } },
      ],
      answerWithinMs: 'leaked-7', publicUrl: 'leaked-8', ledger: { engine: 'leaked-9' },
    };
    const error = errorOf(given);
    expect(error.problems.map(({ option }) => option)).toEqual([
      'publicUrl',
      'accounts[0].mobileNumber',
      'accounts[0].cleverTap.headers', 'accounts[0].cleverTap.headers',
      'accounts[0].cleverTap.deliveryReportUrl',
      'accounts[0].cleverTap.inboundMessageUrl',
      'accounts[1].mobileNumber',
      'accounts[1].cleverTap',
      'accounts[1].aiSensy.key',
      'accounts[1].aiSensy.headers',
      'accounts[1].aiSensy.callbacks.token',
      'answerWithinMs',
      'ledger.engine',
      'accounts[1].nickname',
    ]);
    const lines = error.message.split('\n');
    expect(lines).toHaveLength(error.problems.length + 1);
    expect(lines[1]).toBe("  - publicUrl: is not a complete URL. Give this backend's own address, from https:// on.");
    expect(error.message).not.toMatch(/leaked|8889/);
  });
});

function errorOf(given: unknown): WhatsAppBridgeConfigurationError {
  try {
    resolveOptions(given as WhatsAppBridgeOptions);
  } catch (error) {
    if (error instanceof WhatsAppBridgeConfigurationError) return error;
  }
  throw new Error('The options were taken');
}
