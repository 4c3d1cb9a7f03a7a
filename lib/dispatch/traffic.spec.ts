import { describe, expect, it } from '@jest/globals';
import { Traffic } from './traffic.ts';

describe('Traffic', () => {
  it('is no campaign as long as few callers wait at once, however many come one after another', () => {
    const traffic = new Traffic();
    for (let at = 0; at < 1_000; at += 1) expect(traffic.isCampaign(at, 1)).toBe(false);
  });

  it('becomes one when many wait at once, and stays one while messages keep coming, though nobody waits any more', () => {
    const traffic = new Traffic();
    expect(traffic.isCampaign(0, 31)).toBe(false);
    for (let at = 0; at < 60; at += 1) traffic.isCampaign(at, 32);
    for (let at = 60; at < 5_000; at += 10) expect(traffic.isCampaign(at, 0)).toBe(true);
  });

  it('is over when two seconds in a row bring few', () => {
    const traffic = new Traffic();
    for (let at = 0; at < 60; at += 1) traffic.isCampaign(at, 32);
    expect(traffic.isCampaign(1_500, 0)).toBe(true);
    expect(traffic.isCampaign(2_500, 0)).toBe(false);
    for (let at = 2_500; at < 2_560; at += 1) traffic.isCampaign(at, 32);
    expect(traffic.isCampaign(9_000, 0)).toBe(false);
  });
});
