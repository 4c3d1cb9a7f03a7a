import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemsOf } from '../../test/support/options.ts';
import { ACCOUNT_VARIABLES, BRIDGE_VARIABLES, ENVIRONMENT_PREFIX, variableOf } from './environment-variables.ts';
import { readEnvironment } from './read-environment.ts';

const ONE_ACCOUNT = {
  NICKNAME: 'AiSensy_WA',
  MOBILE_NUMBER: '+918889500122',
  CLEVERTAP_HEADERS: 'X-Api-Key: clevertap-secret',
  CLEVERTAP_DELIVERY_REPORT_URL: 'https://eu1.wzrkt.com/dr?account=url-secret',
  CLEVERTAP_INBOUND_MESSAGE_URL: 'https://eu1.wzrkt.com/in?account=url-secret',
  AISENSY_HEADERS: '{"Authorization":"aisensy-secret"}',
  AISENSY_CALLBACK_TOKEN: 'token-secret',
  LEDGER_ENGINE: 'memory',
};

function read(variables: Record<string, unknown>, path = 'whatsapp') {
  const prefixed = Object.fromEntries(Object.entries(variables).map(([name, value]) => [ENVIRONMENT_PREFIX + name, value]));
  return readEnvironment((name) => prefixed[name] ?? others[name], path);
}
const others: Record<string, string> = { OTHER_SECRET: 'from-the-environment' };

const problemsIn = (variables: Record<string, unknown>, path?: string) => problemsOf(() => read(variables, path));

describe('readEnvironment', () => {
  it('reads one account', () => {
    expect(read(ONE_ACCOUNT)).toEqual({
      accounts: [{
        nickname: 'AiSensy_WA',
        mobileNumber: '+918889500122',
        cleverTap: {
          headers: { 'X-Api-Key': 'clevertap-secret' },
          deliveryReportUrl: 'https://eu1.wzrkt.com/dr?account=url-secret',
          inboundMessageUrl: 'https://eu1.wzrkt.com/in?account=url-secret',
        },
        aiSensy: { headers: { Authorization: 'aisensy-secret' }, callbacks: { token: 'token-secret' } },
      }],
      ledger: { engine: 'memory' },
    });
  });

  it('reads every variable into its option', () => {
    const options = read({
      ...ONE_ACCOUNT,
      PATH_PREFIX: '/whatsapp', PUBLIC_URL: 'https://api.example.com', ANSWER_WITHIN_MS: '0', ALLOW_INSECURE_URLS: 'Yes',
      SHUTDOWN_TIMEOUT_MS: '5000',
      LEDGER_ENGINE: 'sqlite', LEDGER_FILE: join(tmpdir(), 'ledger.sqlite'), THROTTLE_LIMIT: '5', THROTTLE_TTL_MS: '1000',
      BODY_LIMIT_MESSAGES: '1000', BODY_LIMIT_CALLBACKS: '2000', RELAY_BATCH_SIZE: '10', RELAY_BATCH_WAIT_MS: '20',
      IS_DEFAULT: 'true', MAX_CONCURRENT_REQUESTS: '100', MAX_REQUESTS_PER_SECOND: '0.5',
      CLEVERTAP_BASIC_USERNAME: 'user', CLEVERTAP_BASIC_PASSWORD: '0123',
      AISENSY_TRANSPORT: 'clevertap', AISENSY_ENDPOINT: 'http://aisensy.test/', AISENSY_TIMEOUT_MS: '1000',
      AISENSY_CALLBACK_HEADERS: 'X-Key: old\n\nX-Other: a:b\r\nX-Key:  new  \n', AISENSY_CALLBACK_TOKEN: '["old","new"]',
      AISENSY_CALLBACK_SIGNING_SECRET: '[not json',
    });
    expect(options).toEqual({
      publicUrl: 'https://api.example.com', answerWithinMs: 0, allowInsecureUrls: true, shutdownTimeoutMs: 5000,
      ledger: { engine: 'sqlite', file: join(tmpdir(), 'ledger.sqlite') }, throttle: { limit: 5, ttlMs: 1000 },
      bodyLimits: { messages: 1000, callbacks: 2000 }, relay: { batchSize: 10, batchWaitMs: 20 },
      accounts: [{
        nickname: 'AiSensy_WA', mobileNumber: '+918889500122', isDefault: true, maxConcurrentRequests: 100, maxRequestsPerSecond: 0.5,
        cleverTap: {
          headers: { 'X-Api-Key': 'clevertap-secret' }, basic: { username: 'user', password: '0123' },
          deliveryReportUrl: ONE_ACCOUNT.CLEVERTAP_DELIVERY_REPORT_URL, inboundMessageUrl: ONE_ACCOUNT.CLEVERTAP_INBOUND_MESSAGE_URL,
        },
        aiSensy: {
          transport: 'clevertap', endpoint: 'http://aisensy.test/', timeoutMs: 1000, headers: { Authorization: 'aisensy-secret' },
          callbacks: { headers: { 'X-Key': ['old', 'new'], 'X-Other': 'a:b' }, token: ['old', 'new'], signingSecret: '[not json' },
        },
      }],
    });
  });

  const CREDENTIALS = { ...ONE_ACCOUNT, AISENSY_HEADERS: '' };

  it.each<[object, object]>([
    [{ TOKEN: 'jwt', ENDPOINT: 'https://a.test/' }, { transport: 'direct', token: 'jwt', endpoint: 'https://a.test/' }],
    [
      { USERNAME: 'u', PASSWORD: '0123', PROJECT_ID: '66f0000000000000000000c1' },
      { transport: 'direct', username: 'u', password: '0123', projectId: '66f0000000000000000000c1' },
    ],
    [
      { PASSWORD: 'p', PROJECT_ID: '66f0000000000000000000c1' },
      { transport: 'project', password: 'p', projectId: '66f0000000000000000000c1' },
    ],
    [
      { API_KEY: 'k', CAMPAIGNS: 'order_update: Order updates\nfeedback: Feedback 2', USER_NAME: 'Customer', SOURCE: 'CleverTap' },
      {
        transport: 'campaign', apiKey: 'k', campaigns: { order_update: 'Order updates', feedback: 'Feedback 2' }, userName: 'Customer',
        source: 'CleverTap',
      },
    ],
    [{ API_KEY: 'k', CAMPAIGNS: '{"feedback":"Feedback 2"}' }, { transport: 'campaign', apiKey: 'k', campaigns: { feedback: 'Feedback 2' } }],
  ])('reads the variables of the other transports: %#', (variables, aiSensy) => {
    const { transport } = aiSensy as { transport: string };
    const named = Object.fromEntries(Object.entries(variables).map(([name, value]) => [`AISENSY_${name}`, value as string]));
    const [account] = read({ ...CREDENTIALS, AISENSY_TRANSPORT: transport, ...named }).accounts;
    expect(account!.aiSensy).toEqual({ ...aiSensy, callbacks: { token: 'token-secret' } });
  });

  it('names the variables that another transport needs', () => {
    expect(problemsIn({ ...CREDENTIALS, AISENSY_TRANSPORT: 'project', AISENSY_API_KEY: 'leaked' })).toEqual([
      expect.stringMatching(/^WHATSAPP_BRIDGE_AISENSY_API_KEY .*: is an option of transport 'campaign'/),
      expect.stringMatching(/^WHATSAPP_BRIDGE_AISENSY_PROJECT_ID .*: is missing/),
      expect.stringMatching(/^WHATSAPP_BRIDGE_AISENSY_PASSWORD .*: is missing/),
    ]);
    expect(problemsIn({ ...CREDENTIALS, AISENSY_TRANSPORT: 'campaign', AISENSY_API_KEY: 'k', AISENSY_CAMPAIGNS: 'leaked' })).toEqual([
      expect.stringMatching(/^WHATSAPP_BRIDGE_AISENSY_CAMPAIGNS .*: has a line without a name and a colon\. Write \{"name": /),
    ]);
  });

  it('takes what a host has converted already', () => {
    const headers = { 'X-Key': 'a' };
    const options = read({ ...ONE_ACCOUNT, ANSWER_WITHIN_MS: 300, ALLOW_INSECURE_URLS: true, CLEVERTAP_HEADERS: headers });
    expect(options).toMatchObject({ answerWithinMs: 300, allowInsecureUrls: true, accounts: [{ cleverTap: { headers } }] });
  });

  it('takes an empty variable as absent', () => {
    const options = read({ ...ONE_ACCOUNT, ANSWER_WITHIN_MS: '', AISENSY_ENDPOINT: ' ', ACCOUNTS_FILE: '', CLEVERTAP_BASIC_PASSWORD: '' });
    expect(options).toEqual(read(ONE_ACCOUNT));
  });

  it('names every variable that is missing', () => {
    expect(problemsIn({ LEDGER_ENGINE: 'memory', IS_DEFAULT: 'false' }).map((problem) => problem.split(': ')[0])).toEqual([
      'WHATSAPP_BRIDGE_NICKNAME (accounts[0].nickname)',
      'WHATSAPP_BRIDGE_MOBILE_NUMBER (accounts[0].mobileNumber)',
      'WHATSAPP_BRIDGE_CLEVERTAP_* (accounts[0].cleverTap)',
      'WHATSAPP_BRIDGE_CLEVERTAP_DELIVERY_REPORT_URL (accounts[0].cleverTap.deliveryReportUrl)',
      'WHATSAPP_BRIDGE_CLEVERTAP_INBOUND_MESSAGE_URL (accounts[0].cleverTap.inboundMessageUrl)',
      'WHATSAPP_BRIDGE_AISENSY_CALLBACK_* (accounts[0].aiSensy.callbacks)',
    ]);
  });

  it('says where accounts may come from if there is none', () => {
    expect(problemsIn({ LEDGER_ENGINE: 'memory' })).toEqual([
      'accounts: are missing. Set WHATSAPP_BRIDGE_NICKNAME and the others of one account, or WHATSAPP_BRIDGE_ACCOUNTS_FILE for several.',
    ]);
  });

  it.each<[string, object, RegExp]>([
    ['a number', { ANSWER_WITHIN_MS: 'soon' }, /^WHATSAPP_BRIDGE_ANSWER_WITHIN_MS \(answerWithinMs\): must be .* from 0 to 900/],
    ['a number out of range', { MAX_CONCURRENT_REQUESTS: '2000' }, /^WHATSAPP_BRIDGE_MAX_CONCURRENT_REQUESTS .*: must be .* 1500\.$/],
    ['a boolean', { ALLOW_INSECURE_URLS: 'perhaps' }, /^WHATSAPP_BRIDGE_ALLOW_INSECURE_URLS \(allowInsecureUrls\): must be true or false/],
    ['half of a pair', { CLEVERTAP_BASIC_USERNAME: 'u' }, /^WHATSAPP_BRIDGE_CLEVERTAP_BASIC_PASSWORD \(.*basic\.password\): is missing/],
    ['broken JSON', { CLEVERTAP_HEADERS: '{"X-Key":"leaked' }, /^WHATSAPP_BRIDGE_CLEVERTAP_HEADERS \(.*\): is no valid JSON\. Write /],
    ['a broken line', { AISENSY_HEADERS: 'leaked' }, /^WHATSAPP_BRIDGE_AISENSY_HEADERS \(.*\): has a line without a name and a colon/],
    ['a broken value', { AISENSY_HEADERS: '{"X-Key":["leaked"]}' }, /^WHATSAPP_BRIDGE_AISENSY_HEADERS \(.*\): must give one value/],
    ['an illegal path', { PATH_PREFIX: 'what sapp' }, /^WHATSAPP_BRIDGE_PATH_PREFIX \(path\): must be a route prefix/],
  ])('names the variable of %s, once and without its value', (_, variables, problem) => {
    const problems = problemsIn({ ...ONE_ACCOUNT, ...variables }, 'PATH_PREFIX' in variables ? 'what sapp' : 'whatsapp');
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems[0]).not.toContain('leaked');
  });

  it('says that a path came too late', () => {
    expect(problemsIn({ ...ONE_ACCOUNT, PATH_PREFIX: 'hooks' })).toEqual([
      expect.stringMatching(/^WHATSAPP_BRIDGE_PATH_PREFIX \(path\): was not in the environment yet .* ConfigModule\.forRoot\(\) first\.$/),
    ]);
  });

  describe('with a file of accounts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bridge-accounts-'));
    const file = join(folder, 'accounts.json');
    const entry = (changes: object = {}) => ({ ...read(ONE_ACCOUNT).accounts[0], ...changes });
    const fromFile = (text: unknown, variables: object = {}) => {
      writeFileSync(file, typeof text === 'string' ? text : JSON.stringify(text));
      return { LEDGER_ENGINE: 'memory', ACCOUNTS_FILE: file, ...variables };
    };
    afterAll(() => rmSync(folder, { recursive: true }));

    it('reads several accounts, with secrets from the environment', () => {
      const other = entry({ nickname: 'Other', mobileNumber: '+6591234567', aiSensy: {
        headers: { Authorization: '${OTHER_SECRET}' }, callbacks: { token: ['${OTHER_SECRET}', 'costs ${OTHER_SECRET}'] },
      } });
      expect(read(fromFile([entry(), other])).accounts).toEqual([
        entry(),
        {
          ...other,
          aiSensy: {
            headers: { Authorization: 'from-the-environment' },
            callbacks: { token: ['from-the-environment', 'costs ${OTHER_SECRET}'] },
          },
        },
      ]);
    });

    it('names the variable that a reference misses', () => {
      const missing = entry({ aiSensy: { headers: { Authorization: '${NO_SUCH_VARIABLE}' }, callbacks: { token: 'a' } } });
      expect(problemsIn(fromFile([entry(), { ...missing, nickname: 'B', mobileNumber: '+6591234567' }]))).toEqual([
        'accounts[1].aiSensy.headers.Authorization in WHATSAPP_BRIDGE_ACCOUNTS_FILE: '
          + 'refers to the variable NO_SUCH_VARIABLE, which is not set or empty. Set it.',
      ]);
    });

    it('names the place of what is wrong in it', () => {
      expect(problemsIn(fromFile([entry({ mobileNumber: undefined, nicknam: 'x' })]))).toEqual([
        'accounts[0].nicknam in WHATSAPP_BRIDGE_ACCOUNTS_FILE: is no option. Did you mean nickname?',
        expect.stringMatching(/^accounts\[0\]\.mobileNumber in WHATSAPP_BRIDGE_ACCOUNTS_FILE: is missing/),
      ]);
    });

    it.each<[string, unknown, RegExp]>([
      ['is no JSON', '[{"nickname": "leaked" "x"}]', /is no valid JSON( \(line 1 column \d+\))?\. Correct it\.$/],
      ['is an object', { accounts: [] }, /names .*accounts\.json, which holds an object, where a list of accounts is needed\. Put each account into it/],
      ['is one account', entry(), /which holds an object, where a list/],
      ['is a text', '"accounts"', /which holds a string, where a list/],
      ['is empty', [], /is empty: the bridge needs at least one/],
    ])('refuses a file that %s', (_, text, problem) => {
      const problems = problemsIn(fromFile(text));
      expect(problems).toEqual([expect.stringMatching(problem)]);
      expect(problems[0]).toMatch(/^WHATSAPP_BRIDGE_ACCOUNTS_FILE: /);
      expect(problems[0]).not.toContain('leaked');
    });

    it('refuses a file that is not there', () => {
      expect(problemsIn({ ...fromFile([]), ACCOUNTS_FILE: join(folder, 'none.json') })).toEqual([
        expect.stringMatching(/^WHATSAPP_BRIDGE_ACCOUNTS_FILE: names .*none\.json, which cannot be read \(ENOENT\)/),
      ]);
    });

    it('refuses a file beside the variables of one account', () => {
      expect(problemsIn(fromFile([entry()], { NICKNAME: 'a', AISENSY_ENDPOINT: 'b' }))).toEqual([
        'WHATSAPP_BRIDGE_ACCOUNTS_FILE: is set beside WHATSAPP_BRIDGE_NICKNAME, WHATSAPP_BRIDGE_AISENSY_ENDPOINT. '
          + 'Move that account into the file, or take the file away.',
      ]);
    });
  });
});

describe('the table of variables', () => {
  const table = [...BRIDGE_VARIABLES, ...ACCOUNT_VARIABLES];

  it('names each variable and each option once', () => {
    expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
    expect(new Set(table.map(({ option }) => option)).size).toBe(table.length);
  });

  it('finds a variable by its option, and the common name of a group', () => {
    expect(variableOf('accounts[0].aiSensy.callbacks.token')).toBe('WHATSAPP_BRIDGE_AISENSY_CALLBACK_TOKEN');
    expect(variableOf('accounts[0].cleverTap.basic')).toBe('WHATSAPP_BRIDGE_CLEVERTAP_BASIC_*');
    expect(variableOf('ledger')).toBe('WHATSAPP_BRIDGE_LEDGER_*');
    expect(variableOf('accounts')).toBeUndefined();
  });
});
