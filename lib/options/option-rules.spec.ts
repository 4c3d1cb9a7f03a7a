import { describe, expect, it } from '@jest/globals';
import { account, options, problemsIn } from '../../test/support/options.ts';

const one = (entry: object) => options({ accounts: [entry] });
const cleverTap = (changes: object) => account({ cleverTap: { ...account().cleverTap, ...changes } });
const aiSensy = (changes: object) => account({ aiSensy: { ...account().aiSensy, ...changes } });

describe('the rules of options', () => {
  const notE164 = ['8889500122', '918889500122', '+91 88895 00122', '+12345', 'WhatsApp', '00918889500122', '+9108889500122'];

  it.each(notE164)('refuses the number %p', (mobileNumber) => {
    expect(problemsIn(one(account({ mobileNumber })))).toEqual([
      "accounts[0].mobileNumber: is not in E.164 form. Write the number with + and country code and without spaces: '+91…'.",
    ]);
  });

  it.each(['', '/', 'a b', 'a//b', ':id', 'a/*', '../up', '.', 'a?b', 'häuser', '(x)'])('refuses the path %p', (path) => {
    expect(problemsIn(options(), { path })).toEqual([expect.stringMatching(/^path: must be a route prefix/)]);
  });

  describe('addresses', () => {
    const everywhere = (url: unknown) => {
      const { cleverTap, aiSensy } = account();
      const urls = { deliveryReportUrl: url, inboundMessageUrl: url };
      const changes = { cleverTap: { ...cleverTap, ...urls }, aiSensy: { ...aiSensy, endpoint: url } };
      return options({ publicUrl: url, accounts: [account(changes)] });
    };
    const places = [
      'publicUrl', 'accounts[0].cleverTap.deliveryReportUrl', 'accounts[0].cleverTap.inboundMessageUrl', 'accounts[0].aiSensy.endpoint',
    ];
    const everyPlace = (text: string) => [...places].sort().map((place) => expect.stringContaining(`${place}: ${text}`) as unknown);
    const insecure = ['http://example.com', 'http://127.0.0.1.example.com', 'http://192.168.0.1', 'http://0.0.0.0', 'http://localhost.com'];
    const secure = ['https://a.com', 'http://localhost:3000', 'http://127.0.0.1', 'http://127.8.0.1', 'http://[::1]', 'http://a.localhost'];
    const noUrl = ['backend.aisensy.com', 'ftp://example.com', '//example.com', 'https://', 'javascript:alert(1)'];

    it.each(insecure)('refuses %s at every place, and takes it with allowInsecureUrls', (url) => {
      expect(problemsIn(everywhere(url)).sort()).toEqual(everyPlace('is plain http, which anybody between can read. Use https, or set'));
      expect(problemsIn({ ...everywhere(url), allowInsecureUrls: true })).toEqual([]);
    });

    it.each(secure)('takes %s', (url) => {
      expect(problemsIn(everywhere(url))).toEqual([]);
    });

    it.each(noUrl)('refuses %p as no URL', (url) => {
      expect(problemsIn(everywhere(url)).sort()).toEqual(everyPlace('is not a complete URL. Give '));
    });

    it.each([[5, 'a number'], [new URL('https://a.com'), 'an object'], [null, 'null']])('refuses %p, which is no string', (url, kind) => {
      const problems = problemsIn(everywhere(url));
      expect(problems.sort()).toEqual(everyPlace('must be '));
      expect(problems.every((problem) => problem.endsWith(`as a string, not ${kind}.`))).toBe(true);
    });

    it('refuses a public address with a query', () => {
      const problems = problemsIn(options({ publicUrl: 'https://api.example.com/?a=1' }));
      expect(problems).toEqual([expect.stringMatching(/^publicUrl: holds a query/)]);
    });
  });

  describe('credentials', () => {
    it.each<[string, object, RegExp]>([
      ['neither headers nor basic', { headers: undefined }, /cleverTap: gives CleverTap no way to prove itself\. Set headers or basic/],
      ['an empty map', { headers: {} }, /cleverTap\.headers: is empty, which proves nothing/],
      ['an empty secret', { headers: { 'X-Key': '' } }, /cleverTap\.headers: X-Key is empty\./],
      ['an empty list', { headers: { 'X-Key': [] } }, /cleverTap\.headers: X-Key is an empty list\./],
      ['an empty entry', { headers: { 'X-Key': ['a', ' '] } }, /cleverTap\.headers: X-Key has an entry that is empty/],
      ['a secret of another kind', { headers: { 'X-Key': 5 } }, /cleverTap\.headers: X-Key must be .*, not a number\./],
      ['headers of another kind', { headers: 'X-Key: a' }, /cleverTap\.headers: must be an object of header names .*, not a string\./],
      ['an illegal name', { headers: { 'X Key': 'a' } }, /cleverTap\.headers: has a name that is no legal HTTP header name \('X…'\)/],
      ['a line break', { headers: { 'X-Key': 'a\r\nHost: b' } }, /cleverTap\.headers: has a value that HTTP cannot carry \(X-Key\)/],
      ['a stray space', { headers: { 'X-Key': ['a', 'b '] } }, /cleverTap\.headers: has a value that HTTP cannot carry \(X-Key\)/],
      ['no user name', { headers: undefined, basic: { password: 'p' } }, /cleverTap\.basic\.username: is missing/],
      ['an empty password', { headers: undefined, basic: { username: 'u', password: '' } }, /cleverTap\.basic\.password: is empty/],
      ['a colon in the user name', { basic: { username: 'u:v', password: 'p' } }, /cleverTap\.basic\.username: holds a colon/],
      ['basic of another kind', { basic: 'u:p' }, /cleverTap\.basic: must be an object with username and password, not a string\./],
    ])('of CleverTap: refuses %s', (_, changes, problem) => {
      expect(problemsIn(one(cleverTap(changes)))).toEqual([expect.stringMatching(problem)]);
    });

    it.each<[string, object, RegExp]>([
      ['no callbacks', { callbacks: undefined }, /aiSensy\.callbacks: is missing\. Give an object with headers, token or signingSecret/],
      ['callbacks without an entry', { callbacks: {} }, /aiSensy\.callbacks: gives AiSensy no way to prove itself\. Set token/],
      ['an empty token', { callbacks: { token: '' } }, /aiSensy\.callbacks\.token: is empty\./],
      ['an empty list of tokens', { callbacks: { token: [] } }, /aiSensy\.callbacks\.token: is an empty list\./],
      ['an empty signing secret', { callbacks: { signingSecret: ['a', ''] } }, /callbacks\.signingSecret: has an entry that is empty/],
      ['empty callback headers', { callbacks: { headers: {} } }, /aiSensy\.callbacks\.headers: is empty/],
      ['a list of keys', { headers: { Authorization: ['old', 'new'] } }, /aiSensy\.headers: must give one value .* to Authorization\.$/],
      ['a header of the connection', { headers: { 'Content-Length': '3' } }, /aiSensy\.headers: must not hold Content-Length/],
      ['a wish for codings', { headers: { 'Accept-Encoding': 'gzip, deflate, br' } }, /aiSensy\.headers: must not hold Accept-Encoding: the bridge sets it itself/],
      ['an illegal name', { headers: { 'X:Key': 'a' } }, /aiSensy\.headers: has a name that is no legal/],
      ['a value beyond Latin-1', { headers: { 'X-Key': 'schlüssel–1' } }, /headers: has a value that HTTP cannot carry \(X-Key\)/],
    ])('of AiSensy: refuses %s', (_, changes, problem) => {
      expect(problemsIn(one(aiSensy(changes)))).toEqual([expect.stringMatching(problem)]);
    });

    it('takes lists while keys are rotated, and each way of proof alone', () => {
      const ways = [
        cleverTap({ headers: { 'X-Key': ['old', 'new'], 'X-Other': 'a' } }),
        cleverTap({ headers: undefined, basic: { username: 'u', password: 'p:q' } }),
        aiSensy({ callbacks: { headers: { 'X-Key': ['old', 'new'] } } }),
        aiSensy({ callbacks: { signingSecret: ['old', 'new'] } }),
      ];
      expect(ways.flatMap((way) => problemsIn(one(way)))).toEqual([]);
    });
  });
});
