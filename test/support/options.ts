import type { WhatsAppAccountOptions, WhatsAppBridgeExtras, WhatsAppBridgeOptions } from '../../lib/whatsapp-bridge.options.ts';
import { WhatsAppBridgeConfigurationError } from '../../lib/options/configuration.error.ts';
import { resolveOptions } from '../../lib/options/resolve-options.ts';

/** An account that is right in everything, with changes that may be wrong in their types too. */
export const account = (changes: object = {}): WhatsAppAccountOptions => ({
  nickname: 'AiSensy_WA',
  mobileNumber: '+918889500122',
  cleverTap: {
    headers: { 'X-Api-Key': 'clevertap-secret' },
    deliveryReportUrl: 'https://eu1.wzrkt.com/dr?account=url-secret',
    inboundMessageUrl: 'https://eu1.wzrkt.com/in?account=url-secret',
  },
  aiSensy: { headers: { Authorization: 'aisensy-secret' }, callbacks: { token: 'token-secret' } },
  ...changes,
});

/** Options that are right in everything, with a ledger in memory. */
export const options = (changes: object = {}): WhatsAppBridgeOptions => ({ accounts: [account()], ledger: { engine: 'memory' }, ...changes });

/** The problems that what is run finds, as lines; none where it throws nothing. */
export function problemsOf(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    return linesOf(error);
  }
}

/** The same of what takes its time: a boot. */
export async function problemsAtBoot(run: () => Promise<unknown>): Promise<string[]> {
  try {
    await run();
    return [];
  } catch (error) {
    return linesOf(error);
  }
}

/** The problems of options that are wrong on purpose. */
export const problemsIn = (given: unknown, extras?: WhatsAppBridgeExtras): string[] =>
  problemsOf(() => resolveOptions(given as WhatsAppBridgeOptions, extras));

function linesOf(error: unknown): string[] {
  if (error instanceof WhatsAppBridgeConfigurationError) return error.problems.map(({ option, text }) => `${option}: ${text}`);
  throw error;
}
