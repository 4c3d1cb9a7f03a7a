import { describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { SignatureMatcher, SignedBody } from './signature.ts';

const SECRET = 'test-shared-secret';
const BODY = '{"id":"n-1","topic":"message.status.updated","data":{"message":{"messageId":"wamid.TEST","status":"SENT"}}}';
const SIGNATURE = 'e4f6c28d047e50fc7ea9448b7fef60d0f482b267fbea06bc7c8a2b772b268c98';

const body = (text: string): SignedBody => new SignedBody(Buffer.from(text));

describe('SignatureMatcher', () => {
  it("knows AiSensy's signature of the raw body", () => {
    expect(new SignatureMatcher(SECRET).matches(SIGNATURE, body(BODY))).toBe(true);
  });

  it('knows the signature of the same JSON written out again, and of the raw body where that has spaces', () => {
    const spaced = JSON.stringify(JSON.parse(BODY), null, 2);
    const ofSpaced = createHmac('sha256', SECRET).update(spaced).digest('hex');
    expect(new SignatureMatcher(SECRET).matches(SIGNATURE, body(spaced))).toBe(true);
    expect(new SignatureMatcher(SECRET).matches(ofSpaced, body(spaced))).toBe(true);
    expect(new SignatureMatcher(SECRET).matches(ofSpaced, body(BODY))).toBe(false);
  });

  it('knows each of several secrets', () => {
    expect(new SignatureMatcher(['old', SECRET]).matches(SIGNATURE, body(BODY))).toBe(true);
    expect(new SignatureMatcher(['old', 'new']).matches(SIGNATURE, body(BODY))).toBe(false);
  });

  it('is not taken in by another body, nor by one that is no JSON', () => {
    expect(new SignatureMatcher(SECRET).matches(SIGNATURE, body(BODY.replace('SENT', 'READ')))).toBe(false);
    const ofNothing = createHmac('sha256', SECRET).update('x').digest('hex');
    expect(new SignatureMatcher(SECRET).matches(ofNothing, body('{"a":'))).toBe(false);
    expect(new SignatureMatcher(SECRET).matches(createHmac('sha256', SECRET).update('{"a":').digest('hex'), body('{"a":'))).toBe(true);
  });

  it.each([undefined, '', 'x', SIGNATURE.slice(1), `${SIGNATURE}0`, SIGNATURE.toUpperCase(), `sha256=${SIGNATURE}`, [SIGNATURE]])(
    'refuses the form %j', (signature) => {
      expect(new SignatureMatcher(SECRET).matches(signature, body(BODY))).toBe(false);
    });

  it.each([[''], [[]], [['']]])('lets nobody in where the secret is %j', (secret) => {
    const empty = createHmac('sha256', '').update(BODY).digest('hex');
    expect(new SignatureMatcher(secret).matches(empty, body(BODY))).toBe(false);
  });
});
