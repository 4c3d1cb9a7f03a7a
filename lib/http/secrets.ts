import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Secret } from '../options/secret.ts';

/**
 * Compares what a caller shows with one secret, or with any of several while one is being rotated. How much of it is right does not
 * show in the time it takes; its length may, which is no secret among random keys.
 */
export class SecretMatcher {
  private readonly expected: Buffer[];

  /** An empty secret matches nothing: it would let everybody in. */
  constructor(expected: Secret) {
    this.expected = [expected].flat().filter((secret) => secret !== '').map((secret) => Buffer.from(secret));
  }

  /** Takes whatever a caller may show; only a string can be right. */
  matches(given: unknown): boolean {
    if (this.expected.length === 0) return false;
    const shown = Buffer.from(typeof given === 'string' ? given : '');
    let found = false;
    for (const candidate of this.expected) found = isSame(shown, candidate) || found;
    return found;
  }
}

/** Compares a request's headers with the expected ones: all of them must be right. */
export class HeadersMatcher {
  private readonly expected: [name: string, matcher: SecretMatcher][];

  /** Names are taken without regard to case. No expected header at all matches nothing. */
  constructor(expected: Record<string, Secret>) {
    this.expected = Object.entries(expected).map(([name, secret]) => [name.toLowerCase(), new SecretMatcher(secret)]);
  }

  matches(headers: IncomingHttpHeaders): boolean {
    let right = this.expected.length > 0;
    for (const [name, matcher] of this.expected) right = matcher.matches(headers[name]) && right;
    return right;
  }
}

/** Takes the same time where the lengths differ. */
function isSame(shown: Buffer, expected: Buffer): boolean {
  const comparable = shown.length === expected.length;
  return timingSafeEqual(comparable ? shown : expected, expected) && comparable;
}
