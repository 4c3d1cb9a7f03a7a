import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, accepted, callback, DISPATCH, NOW, report, REPORTS, verdict } from '../../test/support/ledger-records.ts';
import { laneName } from './ledger.ts';
import type { JobResult } from './ledger-records.ts';
import type { ClaimedJob } from './message-records.ts';
import { SqliteLedger } from './sqlite-ledger.ts';

const DAY_MS = 86_400_000;
const INBOUND = laneName.inbound(ACCOUNT);
const PERSON = '+919800000001';

describe('what leaves the ledger', () => {
  let ledger: SqliteLedger;
  beforeEach(async () => {
    ledger = new SqliteLedger(':memory:');
    await ledger.open();
  });
  afterEach(() => ledger.close());

  const claimed = async (lane: string, now = NOW): Promise<ClaimedJob[]> => (await ledger.claim(lane, 100, now)).jobs;
  /** A person writes; who listens has a job of it, and CleverTap. */
  const hear = (id: string, { at = NOW, ...more }: { at?: number; replyTo?: string } = {}) => ledger.recordCallback(callback([], {
    at,
    inbound: [{
      message: { id, from: PERSON, at, type: 'text', text: `text of ${id}`, raw: {}, ...more }, account: ACCOUNT, listenerLanes: ['listener:heard'], relayLane: INBOUND,
    }],
  }));
  const end = async (lane: string, now = NOW): Promise<void> => ledger.finish([{ ids: (await claimed(lane, now)).map(({ id }) => id), kind: 'done' }]);

  describe('because it is old', () => {
    it('is no entry of which a younger dead letter can still be put back', async () => {
      await hear('a');
      await end('listener:heard');
      const [job] = await claimed(INBOUND);
      await ledger.finish([{ id: job!.id, kind: 'dead', letter: 'relay', reason: 'CleverTap answered 400', at: NOW + 3 * DAY_MS }]);
      await ledger.prune(NOW + 1, 500);
      await hear('b', { at: NOW + 35 * DAY_MS }); // would get the number of the entry that went
      await end(INBOUND, NOW + 35 * DAY_MS);
      const [letter] = await ledger.deadLetters({});
      expect(letter).toMatchObject({ payload: { id: 'a' } });
      await ledger.replay({ id: letter!.id, at: NOW + 36 * DAY_MS, dryRun: false });
      expect(await claimed(INBOUND, NOW + 36 * DAY_MS)).toMatchObject([{ event: { payload: { id: 'a' } } }]);
    });

    it('is an entry together with the last dead letter of it', async () => {
      await hear('a');
      await end('listener:heard');
      const [job] = await claimed(INBOUND);
      await ledger.finish([{ id: job!.id, kind: 'dead', letter: 'relay', reason: 'CleverTap answered 400', at: NOW + DAY_MS }]);
      await ledger.prune(NOW + DAY_MS + 1, 500);
      expect(await ledger.deadLetters({})).toEqual([]);
      expect(await hear('a', { at: NOW + DAY_MS })).toHaveLength(1); // it is new
    });

    it('makes nobody\'s reply one to the message that gets the number next', async () => {
      const { message, job } = await accepted(ledger, 'old');
      await ledger.recordDispatch(verdict(job, message, { names: ['wamid.old'] }));
      await hear('thanks', { at: NOW + 31 * DAY_MS, replyTo: 'wamid.old' });
      expect(await ledger.prune(NOW + DAY_MS, 500)).toBe(1);
      expect(await accepted(ledger, 'for somebody else', { to: '+919800000002', at: NOW + 32 * DAY_MS })).toMatchObject({ message });
      const [heard] = await claimed('listener:heard', NOW + 32 * DAY_MS);
      expect(heard!.event).toMatchObject({ payload: { id: 'thanks' } });
      expect(heard!.event!.replyTo).toBeUndefined();
    });

    it('is counted by the kind of which there is most, so that more than one call deletes it', async () => {
      for (const id of ['a', 'b', 'c']) await hear(id);
      await end('listener:heard');
      await end(INBOUND);
      expect([await ledger.prune(NOW + 1, 2), await ledger.prune(NOW + 1, 2)]).toEqual([2, 1]);
    });
  });

  describe('because its person wants to be forgotten', () => {
    const quoting = { code: 1002 as const, title: '131026: Asha Rao, Baker Street, cannot get this message' };
    const wire = '{"msgId":"a"}';

    it.each([
      ['told in the answer', true, { code: 1002, title: '' }],
      ['told later', false, undefined],
    ])('is what AiSensy said of them in a refusal that was %s', async (_, answered, refusal) => {
      const { message, job } = await accepted(ledger, 'a', { to: PERSON });
      await ledger.recordDispatch(verdict(job, message, { outcome: 'retry', reason: quoting, due: NOW }));
      const [again] = await claimed(DISPATCH);
      await ledger.recordDispatch(verdict(again!.id, message, { attempt: 2, outcome: 'rejected', reason: quoting, answered }));
      await ledger.forget(PERSON);
      const history = await ledger.message(ACCOUNT, 'a');
      const letters = await ledger.deadLetters({});
      expect(history!.steps.map(({ step, reason }) => [step, reason])).toContainEqual(['retry', { code: 1002, title: '' }]);
      expect(letters).toMatchObject([{ kind: 'refused', reason: 'forgotten' }]);
      expect(await ledger.repeated({ account: ACCOUNT, msgId: 'a', wire })).toEqual({ kind: 'repeat', message, ...(refusal && { refusal }) });
      expect(JSON.stringify([history, letters, await claimed(REPORTS)])).not.toContain('Asha');
    });

    it.each<[string, (id: number) => JobResult]>([
      ['done', (id) => ({ ids: [id], kind: 'done' })],
      ['handed back', (id) => ({ id, kind: 'release' })],
      ['put off', (id) => ({ id, kind: 'retry', due: NOW })],
      ['given up', (id) => ({ id, kind: 'dead', letter: 'listener', reason: `Error: no customer ${PERSON}`, at: NOW })],
    ])('is what they wrote, though a lane has it in hand, where it is %s after that', async (_, result) => {
      await hear('a');
      const jobs = [...await claimed('listener:heard'), ...await claimed(INBOUND)];
      expect(jobs).toHaveLength(2);
      await ledger.forget(PERSON);
      expect(await ledger.waiting()).toEqual({ jobs: {} });
      await ledger.finish(jobs.map(({ id }) => result(id)));
      await ledger.recover({ at: NOW, accounts: {}, listenerLanes: [] });
      expect([...await claimed('listener:heard', NOW + 1), ...await claimed(INBOUND, NOW + 1)]).toEqual([]);
      expect(await ledger.deadLetters({})).toEqual([]);
      await hear('b');
      expect(await claimed('listener:heard', NOW + 1)).toMatchObject([{ event: { payload: { id: 'b' } } }]);
    });

    it('is what AiSensy, or a listener, says of them after that', async () => {
      const { message, job } = await accepted(ledger, 'a', { to: PERSON });
      await ledger.recordCallback(callback([report(['a'], 'sent')]));
      const heard = await claimed('listener:Host.seen');
      const other = await accepted(ledger, 'b', { to: PERSON });
      await ledger.forget(PERSON);
      await ledger.finish(heard.map(({ id }) => ({ id, kind: 'dead', letter: 'listener', reason: `Error: no customer ${PERSON}`, at: NOW })));
      await ledger.recordDispatch(verdict(job, message, { outcome: 'retry', reason: quoting, due: NOW }));
      await ledger.recordDispatch(verdict(other.job, other.message, { outcome: 'rejected', reason: quoting, answered: true }));
      const kept = [await ledger.message(ACCOUNT, 'a'), await ledger.message(ACCOUNT, 'b'), await ledger.deadLetters({}), await ledger.repeated({ account: ACCOUNT, msgId: 'b', wire: '{"msgId":"b"}' })];
      expect(kept.map((each) => JSON.stringify(each)).filter((each) => /Asha|9800000001/.test(each))).toEqual([]);
      expect((await ledger.deadLetters({})).map(({ kind, reason }) => [kind, reason])).toEqual([['listener', 'forgotten'], ['refused', 'forgotten']]);
    });

    it('is what can be put back of it', async () => {
      await hear('a');
      const jobs = [...await claimed('listener:heard'), ...await claimed(INBOUND)];
      await ledger.finish(jobs.map(({ id }) => ({ id, kind: 'dead', letter: 'relay', reason: 'given up', at: NOW })));
      await ledger.forget(PERSON);
      for (const { id, reason } of await ledger.deadLetters({})) {
        expect(reason).toBe('forgotten');
        expect(await ledger.replay({ id, at: NOW, dryRun: false })).toMatchObject({ replayed: false });
      }
      expect(await ledger.waiting()).toEqual({ jobs: {} });
    });
  });
});
