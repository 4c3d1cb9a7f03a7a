import { describe, expect, it } from '@jest/globals';
import { WhatsAppBridgeModule, type WhatsAppBridgeOptions } from 'nestjs-whatsapp-bridge';
import { hostsOn, PLATFORMS } from '../support/bridge-host.ts';
import { call } from '../support/http-hosts.ts';
import { message } from '../support/messages.ts';

/** The same options with an endpoint as somebody may paste it. */
function withSlash({ accounts, ...options }: WhatsAppBridgeOptions, end: string): WhatsAppBridgeOptions {
  return { ...options, accounts: accounts.map((account) => ({ ...account, aiSensy: { ...account.aiSensy, endpoint: `${account.aiSensy.endpoint}${end}` } })) };
}

describe.each(PLATFORMS)('an endpoint that ends in a slash, on %s,', (platform) => {
  const start = hostsOn(platform);

  it.each([['direct', '/'], ['project', '/'], ['direct', '/?next=/'], ['project', '/?next=/']] as const)(
    'has the other addresses beside it: %s, %s', async (transport, end) => {
      const host = await start({ transport, aiSensy: { templates: [], projectTemplates: [] }, register: (options) => WhatsAppBridgeModule.forRoot(withSlash(options, end)) });
      expect(await host.cleverTap.send(message())).toMatchObject({ outcome: 'success' });
      expect(host.aiSensy.taken).toHaveLength(1);
      expect(await call(`${host.url}/`, 'clevertap/templates', { method: 'GET', headers: host.sides[0]!.key })).toMatchObject({ status: 200 });
    },
  );
});
