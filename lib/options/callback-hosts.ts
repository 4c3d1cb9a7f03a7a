import type { Account } from './resolved-options.ts';

/** Where CleverTap takes callbacks ("Generic WhatsApp", callback URLs). */
const CLEVERTAPS = /(?:^|\.)wzrkt\.com$/;

/** A callback URL that is not CleverTap's: reports and people's messages go there all the same. */
export interface ForeignCallback {
  option: 'deliveryReportUrl' | 'inboundMessageUrl';
  /** The host alone: the rest of the URL holds the account's secret. */
  host: string;
}

export function foreignCallbacks({ cleverTap }: Pick<Account, 'cleverTap'>): ForeignCallback[] {
  return (['deliveryReportUrl', 'inboundMessageUrl'] as const)
    .map((option) => ({ option, host: new URL(cleverTap[option]).hostname }))
    .filter(({ host }) => !CLEVERTAPS.test(host));
}
