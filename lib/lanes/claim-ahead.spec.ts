import { describe, expect, it } from '@jest/globals';
import { ClaimAhead } from './claim-ahead.ts';
import { RateLimiter } from './rate-limiter.ts';

describe('ClaimAhead', () => {
  const claim = (ahead: ClaimAhead, freed: number): void => {
    ahead.claimBegins();
    for (let slot = 0; slot < freed; slot += 1) ahead.slotFreed();
    ahead.claimEnds();
  };

  it('wants twice as many jobs as slots came free during a claim', () => {
    const ahead = new ClaimAhead({});
    expect(ahead.jobs(100)).toBe(0);
    ahead.slotFreed();
    claim(ahead, 7);
    expect(ahead.jobs(100)).toBe(14);
  });

  it('never wants more than half of the slots, and nothing of a single one', () => {
    const ahead = new ClaimAhead({});
    claim(ahead, 90);
    expect(ahead.jobs(100)).toBe(50);
    expect(ahead.jobs(11)).toBe(5);
    expect(ahead.jobs(1)).toBe(0);
  });

  it('wants less by and by when claims are answered sooner', () => {
    const ahead = new ClaimAhead({});
    claim(ahead, 20);
    claim(ahead, 1);
    expect(ahead.jobs(100)).toBe(30);
    for (let again = 0; again < 20; again += 1) claim(ahead, 0);
    expect(ahead.jobs(100)).toBe(0);
  });

  it.each([
    ['a rate', { rate: new RateLimiter(100) }],
    ['batches', { batch: { size: 10, waitMs: 1 } }],
  ])('wants none with %s', (_, options) => {
    const ahead = new ClaimAhead(options);
    claim(ahead, 20);
    expect(ahead.jobs(100)).toBe(0);
  });
});
