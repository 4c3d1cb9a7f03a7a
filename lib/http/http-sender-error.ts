const WORDS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host look-up failed',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  ERR_PRIVATE_ADDRESS: 'a private address, which allowPrivateAddresses does not allow',
  UND_ERR_CONNECT_TIMEOUT: 'connecting timed out',
  UND_ERR_SOCKET: 'connection closed',
  UND_ERR_INVALID_ARG: 'address or headers cannot be written',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'answer not as long as it said',
  UND_ERR_HEADERS_OVERFLOW: 'answer with too many headers',
};

/** OpenSSL and Node have some eighty codes for it. */
const TLS_CODE = /^(ERR_SSL|ERR_TLS|EPROTO)|CERT|ISSUER|SIGNATURE|HOSTNAME/;

/** A network error as code and short words. Its own message is left out: it may hold addresses. */
export function describeError(error: Error & { code?: unknown }): string {
  if (error.name === 'HTTPParserError') return 'answer is not HTTP';
  const { code } = error;
  if (typeof code !== 'string' || !/^[A-Z0-9_]{1,60}$/.test(code)) return 'connection failed';
  return `${code}: ${WORDS[code] ?? (TLS_CODE.test(code) ? 'TLS failed' : 'connection failed')}`;
}
