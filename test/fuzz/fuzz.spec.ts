import { describe, expect, it } from '@jest/globals';
import { fuzzAnswers } from './answers.ts';
import type { Platform } from './fuzzed-host.ts';
import { fuzz } from './run.ts';

// A small part of what `npm run fuzz` does.
const SEED = 7;

describe('whatever comes', () => {
  it.each<[Platform, number]>([['express', 0], ['fastify', 900]])('is answered as the contract has it, sent on as it came, and kept out of the log, on %s', async (platform, first) => {
    const { failures, answers } = await fuzz({ platform, seed: SEED, first, inputs: 900, concurrency: 8, timed: false });
    expect(failures).toEqual([]);
    const kinds = ['messages 200 success', 'messages 200 failure', 'messages 401', 'messages 403', 'callback 200', 'callback 400', 'callback 401'];
    expect(Object.keys(answers)).toEqual(expect.arrayContaining(kinds));
    expect(answers['messages 200 success']).toBeGreaterThan(100);
  }, 60_000);

  it('AiSensy answers to a message, is read without a fault', async () => {
    const { failures, verdicts } = await fuzzAnswers(SEED, 0, 400);
    expect(failures).toEqual([]);
    expect(Object.keys(verdicts).sort()).toEqual(['refused', 'retryable', 'taken', 'unknown']);
  }, 60_000);
});
