import { describe, expect, it } from '@jest/globals';
import { account, options, problemsIn } from '../../test/support/options.ts';
import type { AiSensyOptions } from '../whatsapp-bridge.options.ts';
import { resolveOptions } from './resolve-options.ts';

const callbacks = { token: 'token-secret' };
const PROJECT_ID = '66f0000000000000000000c1';
const LOGIN = { username: 'user', password: 'leaked-1', projectId: PROJECT_ID };

const DIRECT: AiSensyOptions = { transport: 'direct', token: 'jwt', callbacks };
const PROJECT: AiSensyOptions = { transport: 'project', projectId: PROJECT_ID, password: 'leaked-1', callbacks };
const CAMPAIGN: AiSensyOptions = { transport: 'campaign', apiKey: 'leaked-1', callbacks };

const withAiSensy = (aiSensy: unknown) => options({ accounts: [account({ aiSensy })] });
const resolved = (aiSensy: AiSensyOptions) => resolveOptions(withAiSensy(aiSensy)).accounts[0]!.aiSensy;
const problems = (aiSensy: unknown) => problemsIn(withAiSensy(aiSensy)).map((line) => line.replace('accounts[0].aiSensy', ''));

describe('the ways to AiSensy', () => {
  it.each<[AiSensyOptions, string]>([
    [DIRECT, 'https://backend.aisensy.com/direct-apis/t1/messages'],
    [PROJECT, `https://apis.aisensy.com/project-apis/v1/project/${PROJECT_ID}/messages`],
    [CAMPAIGN, 'https://backend.aisensy.com/campaign/t1/api/v2'],
    [{ callbacks }, 'https://backend.aisensy.com/clever-tap/t1/messages'],
  ])('have their defaults: %#', (given, endpoint) => {
    expect(resolved(given)).toEqual({ transport: 'clevertap', ...('transport' in given ? {} : { headers: {} }), ...given, endpoint, timeoutMs: 15_000 });
  });

  it('take everything of their own', () => {
    const byFunction = (template: string): string => template.toUpperCase();
    const given: AiSensyOptions[] = [
      { transport: 'direct', ...LOGIN, callbacks },
      { transport: 'direct', ...LOGIN, token: 'jwt', endpoint: 'https://proxy.example.com/messages', timeoutMs: 1, callbacks },
      { transport: 'campaign', apiKey: 'k', campaigns: { order_update: 'Order updates' }, userName: 'Customer', source: 'CleverTap', callbacks },
      { transport: 'campaign', apiKey: 'k', campaigns: byFunction, callbacks },
    ];
    for (const one of given) expect(resolved(one)).toMatchObject(one);
    expect(resolved({ ...PROJECT, endpoint: 'http://127.0.0.1:9/{projectId}/messages' }).endpoint).toBe(`http://127.0.0.1:9/${PROJECT_ID}/messages`);
  });

  it.each<[AiSensyOptions, string, string]>([
    [DIRECT, 'https://proxy.example.com/t1/messages/', 'https://proxy.example.com/t1/messages'],
    [DIRECT, 'https://proxy.example.com/t1/messages//', 'https://proxy.example.com/t1/messages'],
    [DIRECT, 'https://proxy.example.com/t1/messages/?next=/a/', 'https://proxy.example.com/t1/messages?next=/a/'],
    [DIRECT, 'https://proxy.example.com/t1/messages?next=/', 'https://proxy.example.com/t1/messages?next=/'],
    [PROJECT, 'https://proxy.example.com/{projectId}/messages/', `https://proxy.example.com/${PROJECT_ID}/messages`],
    [PROJECT, 'https://proxy.example.com/messages/{projectId}/?a=b', `https://proxy.example.com/messages/${PROJECT_ID}?a=b`],
    [CAMPAIGN, 'https://proxy.example.com/t1/api/v2/', 'https://proxy.example.com/t1/api/v2'],
    // Nothing stands beside it, so it is posted to as it is written.
    [{ callbacks }, 'https://proxy.example.com/t1/messages/', 'https://proxy.example.com/t1/messages/'],
  ])('find the other addresses beside an endpoint that ends in a slash: %# %s', (given, endpoint, called) => {
    expect(resolved({ ...given, endpoint }).endpoint).toBe(called);
  });

  it.each<[string, object, string | RegExp]>([
    ['a direct account without a credential', { transport: 'direct' }, /^\.token: is missing\. Give the Direct API's token, or username, password and projectId/],
    ['half of a login', { transport: 'direct', username: 'u', projectId: PROJECT_ID }, /^\.password: is missing\. Give username, password and projectId/],
    ['an empty login', { transport: 'direct', ...LOGIN, username: '' }, /^\.username: is empty/],
    ['a token that no header can carry', { transport: 'direct', token: 'leaked-1\nleaked-2' }, /^\.token: is nothing that HTTP can carry/],
    ['a project without its id', { transport: 'project', password: 'p' }, /^\.projectId: is missing\. Give the project's id, 24 hexadecimal digits\.$/],
    ['another id', { ...PROJECT, projectId: 'leaked-1' }, '.projectId: must be the project\'s id, 24 hexadecimal digits.'],
    ['a project without its password', { transport: 'project', projectId: PROJECT_ID }, /^\.password: is missing/],
    ['a password of another kind', { ...PROJECT, password: 5 }, /^\.password: must be .*, not a number\.$/],
    ['a campaign account without its key', { transport: 'campaign' }, /^\.apiKey: is missing\. Give the key of Manage > API Key\.$/],
    ['campaigns of another kind', { ...CAMPAIGN, campaigns: 'leaked-1' }, /^\.campaigns: must be an object .*, not a string\.$/],
    ['a campaign without a name', { ...CAMPAIGN, campaigns: { a: 'A', b: '', c: 5 } }, '.campaigns: must give the name of a campaign, as a string, to b, c.'],
    ['an empty user name', { ...CAMPAIGN, userName: ' ' }, /^\.userName: is empty/],
    ['plain http', { ...DIRECT, endpoint: 'http://example.com/' }, /^\.endpoint: is plain http/],
    ['an unknown transport', { transport: 'pigeon' }, ".transport: must be 'clevertap' or 'direct' or 'project' or 'campaign'."],
    ['a key of another transport', { apiKey: 'leaked-1' }, ".apiKey: is an option of transport 'campaign'. Set transport, or leave it out."],
    ['headers on another transport', { ...CAMPAIGN, headers: {} }, ".headers: is an option of transport 'clevertap'. Set transport, or leave it out."],
    ['a password where none belongs', { ...CAMPAIGN, password: 'leaked-1' }, ".password: is an option of transport 'direct' and 'project'. Set transport, or leave it out."],
    ['a mistyped name', { ...CAMPAIGN, apikey: 'leaked-1' }, '.apikey: is no option. Did you mean apiKey?'],
    ['no callbacks', { ...DIRECT, callbacks: undefined }, /^\.callbacks: is missing/],
  ])('refuse %s', (_, given, problem) => {
    const found = problems({ callbacks, ...given });
    expect(found).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
    expect(found[0]).not.toContain('leaked');
  });

  it('do not compile in a wrong combination', () => {
    const wrong: AiSensyOptions[] = [
      // @ts-expect-error a direct account needs a token or a login
      { transport: 'direct', callbacks },
      // @ts-expect-error a login is whole
      { transport: 'direct', username: 'u', password: 'p', callbacks },
      // @ts-expect-error an API key is of transport campaign
      { transport: 'direct', token: 't', apiKey: 'k', callbacks },
      // @ts-expect-error a project needs its id
      { transport: 'project', password: 'p', callbacks },
      // @ts-expect-error headers are of transport clevertap
      { transport: 'project', projectId: PROJECT_ID, password: 'p', headers: {}, callbacks },
      // @ts-expect-error a campaign account needs its key
      { transport: 'campaign', callbacks },
      // @ts-expect-error a token is of transport direct
      { transport: 'campaign', apiKey: 'k', token: 't', callbacks },
      // @ts-expect-error there is no such transport
      { transport: 'pigeon', callbacks },
      // @ts-expect-error an API key is not of the default transport
      { transport: 'clevertap', apiKey: 'k', callbacks },
      // @ts-expect-error nor where the transport is left out
      { apiKey: 'k', callbacks },
      // @ts-expect-error AiSensy must prove itself
      { transport: 'direct', token: 't' },
    ];
    for (const one of wrong) expect(problems(one)).not.toEqual([]);
  });
});

describe('failureReasons', () => {
  it('takes single entries', () => {
    const failureReasons = { 131049: { action: 'wait' as const }, 999: { callbackCode: 1010 as const } };
    expect(resolveOptions(options({ failureReasons })).failureReasons).toEqual(failureReasons);
  });

  it.each<[string, unknown, RegExp]>([
    ['a list', [], /^failureReasons: must be an object of Meta's codes.*, not a list\.$/],
    ['a word for a code', { undeliverable: {} }, /has an entry that is no code/],
    ['an entry of another kind', { 131049: 'wait' }, /must give 131049 an object/],
    ['an unknown option', { 131049: { code: 1 } }, /gives 131049 something that is no option\. There are action and callbackCode\.$/],
    ['an unknown action', { 131049: { action: 'cry' } }, /must give 131049 the action 'retry', 'wait', 'never' or 'stop'\.$/],
    ['a code of the answer', { 131049: { callbackCode: 2004 } }, /must give 131049 a callbackCode from 1000 to 1010\.$/],
  ])('refuses %s', (_, failureReasons, problem) => {
    expect(problemsIn(options({ failureReasons }))).toEqual([expect.stringMatching(problem)]);
  });
});
