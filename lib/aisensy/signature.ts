import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseJsonBody } from '../http/json-body.ts';
import type { Secret } from '../options/secret.ts';

/** Lower-case hex of 32 bytes, without a prefix. */
const FORM = /^[0-9a-f]{64}$/;

/** A body under its two readings: AiSensy's page says that the raw body is signed, its sample signs the JSON written out again. */
export class SignedBody {
  private rewrittenBody?: string;

  constructor(readonly raw: Buffer) {}

  get rewritten(): string {
    return (this.rewrittenBody ??= JSON.stringify(parseJsonBody(this.raw)) ?? '');
  }
}

/** Checks `X-AiSensy-Signature` (AiSensy, "Webhooks"): HMAC-SHA256 of the body under the shared secret, or any of several. */
export class SignatureMatcher {
  private readonly secrets: string[];

  /** An empty secret matches nothing. */
  constructor(secret: Secret) {
    this.secrets = [secret].flat().filter((candidate) => candidate !== '');
  }

  matches(signature: unknown, body: SignedBody): boolean {
    if (typeof signature !== 'string' || !FORM.test(signature)) return false;
    const shown = Buffer.from(signature, 'hex');
    return this.secrets.some((secret) => isSignedWith(secret, body.raw, shown) || isSignedWith(secret, body.rewritten, shown));
  }
}

function isSignedWith(secret: string, body: Buffer | string, signature: Buffer): boolean {
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), signature);
}
