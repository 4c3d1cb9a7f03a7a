import { describe, expect, it } from '@jest/globals';
import { derivedInboundId } from './inbound-id.ts';

const HOUR_MS = 3_600_000;
const NOON = 1_790_000_000_000 - (1_790_000_000_000 % HOUR_MS);

describe('the name of an inbound message without one', () => {
  it('is the same for the same message, whenever it is delivered', () => {
    expect(derivedInboundId({ a: 1, b: 2 }, NOON, NOON)).toBe(derivedInboundId({ b: 2, a: 1 }, NOON, NOON + 30 * HOUR_MS));
    expect(derivedInboundId({ a: 1 }, NOON, NOON)).not.toBe(derivedInboundId({ a: 1 }, NOON + 1_000, NOON));
    expect(derivedInboundId({ a: 1 }, NOON, NOON)).not.toBe(derivedInboundId({ a: 2 }, NOON, NOON));
  });

  it('is another in another hour where the message has no time of its own', () => {
    expect(derivedInboundId({ a: 1 }, undefined, NOON)).toBe(derivedInboundId({ a: 1 }, undefined, NOON + HOUR_MS - 1));
    expect(derivedInboundId({ a: 1 }, undefined, NOON)).not.toBe(derivedInboundId({ a: 1 }, undefined, NOON + HOUR_MS));
  });
});
