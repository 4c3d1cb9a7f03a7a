import { describe, expect, it } from '@jest/globals';
import { account, options, problemsIn } from '../../test/support/options.ts';
import type { AiSensyOptions } from '../whatsapp-bridge.options.ts';
import { foreignCallbacks } from './callback-hosts.ts';
import { resolveOptions } from './resolve-options.ts';

const callbacks = { token: 'token-secret' };
const PROJECT_ID = '66f0000000000000000000c1';
const LOGIN = { username: 'user', password: 'leaked-1', projectId: PROJECT_ID };

const withTemplates = (templates: unknown, rest: object = {}) => options({ accounts: [account({ aiSensy: { callbacks, ...rest, templates } })] });
const problems = (templates: unknown, rest?: object) => problemsIn(withTemplates(templates, rest)).map((line) => line.replace('accounts[0].aiSensy', ''));

describe('aiSensy.templates', () => {
  it.each<[AiSensyOptions, string]>([
    [{ callbacks, templates: { source: 'direct', token: 'jwt' } }, 'https://backend.aisensy.com/direct-apis/t1/messages'],
    [{ callbacks, templates: { source: 'direct', ...LOGIN } }, 'https://backend.aisensy.com/direct-apis/t1/messages'],
    [
      { transport: 'campaign', apiKey: 'k', callbacks, templates: { source: 'project', projectId: PROJECT_ID, password: 'p' } },
      `https://apis.aisensy.com/project-apis/v1/project/${PROJECT_ID}/messages`,
    ],
    [{ callbacks, templates: { source: 'direct', token: 'jwt', endpoint: 'http://127.0.0.1:9/messages' } }, 'http://127.0.0.1:9/messages'],
    [{ callbacks, templates: { source: 'direct', token: 'jwt', endpoint: 'http://127.0.0.1:9/messages//' } }, 'http://127.0.0.1:9/messages'],
  ])('has its defaults: %#', (aiSensy, endpoint) => {
    const resolved = resolveOptions(options({ accounts: [account({ aiSensy })] })).accounts[0]!.aiSensy;
    expect(resolved).toMatchObject({ templates: { ...aiSensy.templates, endpoint } });
  });

  it.each<[string, unknown, object | undefined, string | RegExp]>([
    ['no source', {}, undefined, ".templates.source: must be 'direct' or 'project'."],
    ['another source', { source: 'leaked-1' }, undefined, ".templates.source: must be 'direct' or 'project'."],
    ['no credential', { source: 'direct' }, undefined, /^\.templates\.token: is missing/],
    ['half a project', { source: 'project', password: 'p' }, undefined, /^\.templates\.projectId: is missing/],
    ['plain http', { source: 'direct', token: 'x', endpoint: 'http://example.com' }, undefined, /^\.templates\.endpoint: is plain http/],
    ['a credential too many', { source: 'direct', token: 'x', apiKey: 'leaked-1' }, undefined, /^\.templates\.apiKey: is no option/],
    ['another kind', 'leaked-1', undefined, /^\.templates: must be an object with source/],
    ['a transport that tells its own', { source: 'direct', token: 'x' }, { transport: 'direct', token: 'x' }, /^\.templates: is an option of transport 'clevertap' and 'campaign'/],
  ])('refuses %s', (_, templates, rest, problem) => {
    const found = problems(templates, rest);
    expect(found).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
    expect(found[0]).not.toContain('leaked');
  });

  it('does not compile in a wrong combination', () => {
    const wrong: AiSensyOptions[] = [
      // @ts-expect-error a source needs its credential
      { callbacks, templates: { source: 'direct' } },
      // @ts-expect-error a project needs its id
      { callbacks, templates: { source: 'project', password: 'p' } },
      // @ts-expect-error the Direct API tells its own templates
      { transport: 'direct', token: 't', callbacks, templates: { source: 'direct', token: 't' } },
    ];
    expect(wrong).toHaveLength(3);
  });
});

describe('media, templateRefreshMs, preflight and allowPrivateAddresses', () => {
  it.each<[object, RegExp]>([
    [{ media: { secret: 'leaked-1' } }, /^media\.secret: is too short to be safe/],
    [{ media: { linkValidMs: 5 } }, /^media\.linkValidMs: must be a whole number of milliseconds/],
    [{ media: { maxBytes: 0 } }, /^media\.maxBytes: /],
    [{ media: { timeoutMs: '5' } }, /^media\.timeoutMs: /],
    [{ templateRefreshMs: 0 }, /^templateRefreshMs: /],
    [{ allowPrivateAddresses: 'yes' }, /^allowPrivateAddresses: must be true or false/],
    [{ accounts: [account({ preflight: 1 })] }, /^accounts\[0\]\.preflight: must be true or false/],
  ])('are checked: %j', (changes, problem) => {
    expect(problemsIn(options(changes))).toEqual([expect.stringMatching(problem)]);
  });
});

describe('foreignCallbacks', () => {
  const of = (deliveryReportUrl: string, inboundMessageUrl = 'https://wzrkt.com/in') =>
    foreignCallbacks({ cleverTap: { deliveryReportUrl, inboundMessageUrl } }).map(({ option, host }) => `${option} ${host}`);

  it.each(['https://wzrkt.com/dr?id=1', 'https://eu1.wzrkt.com/dr', 'https://A.B.WZRKT.com:8443/dr'])('knows %s for CleverTap', (url) => {
    expect(of(url)).toEqual([]);
  });

  it.each([
    ['https://example.com/dr?id=secret', 'example.com'], ['https://notwzrkt.com/', 'notwzrkt.com'], ['https://wzrkt.com.example.com/', 'wzrkt.com.example.com'],
    ['http://127.0.0.1:9/dr', '127.0.0.1'],
  ])('names the host of %s, and no more of it', (url, host) => {
    expect(of(url)).toEqual([`deliveryReportUrl ${host}`]);
    expect(of(url, url)).toEqual([`deliveryReportUrl ${host}`, `inboundMessageUrl ${host}`]);
  });
});
