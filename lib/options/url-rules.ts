import type { Rule } from './must.ts';
import { isText, wrongKind } from './rules.ts';

/** Validation group of the rules that `allowInsecureUrls` switches off. */
export const SECURE_URLS = 'secure urls';

/** An absolute web address. Its text is never shown: CleverTap's callback URLs hold the account's secret. */
export function beUrl(wanted: string): Rule {
  return (value) => {
    if (!isText(value)) return wrongKind(value === '' ? undefined : value, `${wanted}, as a string`);
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) return `is not a complete URL. Give ${wanted}, from https:// on.`;
    return undefined;
  };
}

/** For an address that paths are appended to. */
export function haveNoQuery(): Rule {
  const text = 'holds a query or a fragment. Give the address alone, such as https://api.example.com.';
  return (value) => (isText(value) && /[?#]/.test(value) ? text : undefined);
}

/** Plain http shows message contents and secrets to every network between; a loopback address never leaves the machine. */
export function beSecure(): Rule {
  return (value) => {
    if (!isText(value) || !URL.canParse(value)) return undefined;
    const { protocol, hostname } = new URL(value);
    if (protocol !== 'http:' || isLoopback(hostname)) return undefined;
    return 'is plain http, which anybody between can read. Use https, or set allowInsecureUrls: true where the network is trusted.';
  };
}

/** Takes the host of a parsed URL, which is in its normal form. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}
