import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sentBytes } from '../../test/support/clevertap-fixtures.ts';
import { PLATFORMS } from '../../test/support/http-hosts.ts';
import type { Answer } from '../../test/support/http-hosts.ts';
import {
  BOTH, GUESSED_TOO_OFTEN, HELP, HELP_KEY, ProviderEndpoint, ROTATED_KEY, SHOP, SHOP_KEY, SUCCESS, UNAUTHORIZED, accountsWith, expectAnswer,
} from '../../test/support/provider-endpoint.ts';

describe.each(PLATFORMS)("the provider endpoint's credentials on %s", (platform) => {
  let endpoint: ProviderEndpoint;

  beforeEach(async () => { endpoint = await ProviderEndpoint.start(platform); });
  afterEach(() => endpoint.close());

  it('takes the right second key while it rotates, and Basic', async () => {
    expectAnswer(await endpoint.postTo(SHOP, ROTATED_KEY), 200, SUCCESS);
    expectAnswer(await endpoint.postTo(HELP, HELP_KEY), 200, SUCCESS);
    expectAnswer(await endpoint.postTo(HELP, { Authorization: HELP_KEY.Authorization.replace('Basic', 'basic ') }), 200, SUCCESS);
    expectAnswer(await endpoint.postTo(BOTH, { 'X-Both': 'both-key' }), 200, SUCCESS);
    expectAnswer(await endpoint.postTo(BOTH, { Authorization: `Basic ${Buffer.from('both:b').toString('base64')}` }), 200, SUCCESS);
    expect(endpoint.accounts).toEqual([SHOP, HELP, HELP, BOTH, BOTH]);
  });

  it.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['a wrong key', { ...SHOP_KEY, 'X-Api-Key': 'shop-key-3' }],
    ['a longer key', { ...SHOP_KEY, 'X-Api-Key': 'shop-key-22' }],
    ['both keys at once', { ...SHOP_KEY, 'X-Api-Key': 'shop-key, shop-key-2' }],
    ['half of the headers', { 'X-Api-Key': 'shop-key' }],
    ['an empty key', { 'X-Api-Key': '', 'X-Tenant': '' }],
    ['a wrong password', { Authorization: `Basic ${Buffer.from('ct:wrong').toString('base64')}` }],
    ['the password under another scheme', { Authorization: HELP_KEY.Authorization.replace('Basic', 'Bearer') }],
    ['no Basic at all', { Authorization: 'Basic' }],
    ['the empty Basic', { Authorization: `Basic ${Buffer.from(':').toString('base64')}` }],
  ])('refuses %s', async (_, headers) => {
    expectAnswer(await endpoint.post(sentBytes('freeform-text'), headers), 401, UNAUTHORIZED);
    expect(endpoint.submissions.taken).toEqual([]);
  });

  it('refuses the key of another account', async () => {
    expectAnswer(await endpoint.postTo(HELP, SHOP_KEY), 401, UNAUTHORIZED);
    expectAnswer(await endpoint.postTo(SHOP, HELP_KEY), 401, UNAUTHORIZED);
    expect(endpoint.submissions.taken).toEqual([]);
  });

  it('takes either account where the request carries the keys of both', async () => {
    const keys = { ...SHOP_KEY, ...HELP_KEY };
    expectAnswer(await endpoint.postTo(HELP, keys), 200, SUCCESS);
    expectAnswer(await endpoint.postTo(SHOP.slice(1), keys), 200, SUCCESS);
    expect(endpoint.accounts).toEqual([HELP, SHOP]);
  });

  it('refuses a number that no account has, where none is the default', async () => {
    const noAccount = '{"status":"failure","error":{"code":2004,"message":"No account has the wabaNumber of this message: '
      + 'add its number to the accounts of the bridge, or make one account the default"}}';
    for (const number of ['+918889500199', '', undefined, 'rubbish', { no: 1 }]) {
      expectAnswer(await endpoint.postTo(number, SHOP_KEY), 200, noAccount);
    }
    expect(endpoint.submissions.taken).toEqual([]);
  });

  it('takes a number that no account has for the default account, with that account\'s key', async () => {
    await endpoint.close();
    endpoint = await ProviderEndpoint.start(platform, { accounts: accountsWith(SHOP) });
    for (const number of ['+918889500199', undefined, 'rubbish']) expectAnswer(await endpoint.postTo(number, SHOP_KEY), 200, SUCCESS);
    expectAnswer(await endpoint.postTo('+918889500199', HELP_KEY), 401, UNAUTHORIZED);
    expectAnswer(await endpoint.postTo(HELP, HELP_KEY), 200, SUCCESS);
    expect(endpoint.accounts).toEqual([SHOP, SHOP, SHOP, HELP]);
  });

  it('slows a guesser down, and nobody else', async () => {
    const guess = (): Promise<Answer> => endpoint.post(sentBytes('freeform-text'), { 'X-Api-Key': 'guess' });
    for (let i = 0; i < 5; i++) expectAnswer(await guess(), 401, UNAUTHORIZED);
    expectAnswer(await guess(), 429, GUESSED_TOO_OFTEN);
    for (let i = 0; i < 20; i++) expectAnswer(await endpoint.post(sentBytes('freeform-text')), 200, SUCCESS);
  });
});
