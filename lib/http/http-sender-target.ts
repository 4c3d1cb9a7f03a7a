/** Where a request goes, in the parts that a connection pool wants. */
export interface HttpTarget {
  origin: string;
  /** A name or an address, the latter of IPv6 in brackets. */
  hostname: string;
  /** Path and query. */
  path: string;
}

const WRITTEN_PATH = /^https?:\/\/[^/?#\\\s]+(\/[!-"$-~]*)(?:#.*)?$/i;

/**
 * Path and query are taken as they are written, since CleverTap's query is a key, and parsing an address rewrites some
 * characters of it. Only what cannot stand in a request line (blanks, letters beyond ASCII) is encoded.
 *
 * @throws TypeError where it is no address
 */
export function targetOf(url: string | URL): HttpTarget {
  const parsed = typeof url === 'string' ? new URL(url) : url;
  const written = typeof url === 'string' ? WRITTEN_PATH.exec(url)?.[1] : undefined;
  return { origin: parsed.origin, hostname: parsed.hostname, path: written ?? parsed.pathname + parsed.search };
}
