import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { verdictOf } from '../../lib/aisensy/transport-verdict.ts';
import type { OutgoingResult } from '../../lib/http/outgoing-call.ts';
import { FIRST } from '../fuzz/accounts.ts';
import { faultOfVerdict, MSG_ID } from '../fuzz/answers.ts';
import { Chance } from '../fuzz/chance.ts';
import { ANSWERS } from '../fuzz/corpus.ts';
import { mutateTree } from '../fuzz/mutate-tree.ts';

const known = fc.tuple(fc.nat(ANSWERS.length - 1), fc.nat(ANSWERS.length - 1), fc.integer())
  .map(([index, donor, seed]) => JSON.stringify(mutateTree(ANSWERS[index], new Chance(seed), ANSWERS[donor])) ?? '');
const body = fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: fc.json() }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) });
const status = fc.oneof(fc.constantFrom(200, 201, 400, 401, 402, 403, 404, 408, 422, 429, 500), fc.integer({ min: 200, max: 999 }));
const header = fc.oneof(fc.string(), fc.nat(100_000).map(String), fc.constant(undefined), fc.array(fc.string(), { minLength: 1 }));
const message = fc.record({ freeform: fc.boolean(), attempts: fc.option(fc.nat(20), { nil: undefined }) }).map((rest) => ({ msgId: MSG_ID, ...rest }));
const secrets = [FIRST.aiSensyHeaders.authorization, FIRST.aiSensyHeaders.authorization.slice('Bearer '.length)];

describe('what AiSensy answers', () => {
  it('never passes for taken where its status refuses it, nor for refused where the message may have gone out', () => {
    const kinds = new Set<string>();
    fc.assert(fc.property(status, header, body, message, (code, retryAfter, text, sent) => {
      const verdict = verdictOf({ kind: 'answered', status: code, headers: { 'retry-after': retryAfter }, body: text }, sent, { secrets });
      expect(faultOfVerdict(code, text, verdict)).toBeUndefined();
      kinds.add(verdict.kind);
    }), { numRuns: 3_000 });
    expect([...kinds].sort()).toEqual(['refused', 'retryable', 'taken', 'unknown']);
  });

  it('is unknown where bytes left and no whole answer came, and tried again where none did', () => {
    const result = fc.oneof<fc.Arbitrary<OutgoingResult>[]>(
      fc.record({ kind: fc.constant('lost' as const), error: fc.string(), status: fc.option(status, { nil: undefined }) }),
      fc.record({ kind: fc.constant('not-sent' as const), error: fc.string() }),
    );
    fc.assert(fc.property(result, message, (given, sent) => {
      expect(verdictOf(given, sent).kind).toBe(given.kind === 'lost' ? 'unknown' : 'retryable');
    }));
  });
});
