import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, accepted, callback, DISPATCH, message, NOW, report, reportOf, REPORTS, verdict } from '../../test/support/ledger-records.ts';
import type { Preference } from '../messages/preference.ts';
import { laneName } from './ledger.ts';
import type { Settlement } from './ledger-records.ts';
import { SqliteLedger } from './sqlite-ledger.ts';

const SETTLE = laneName.settle(ACCOUNT);
const REASON = { code: 1009 as const, title: 'unknown: no report came' };
const MONTH_MS = 30 * 86_400_000;

describe('the ends of a message in the ledger', () => {
  let ledger: SqliteLedger;
  beforeEach(async () => {
    ledger = new SqliteLedger(':memory:');
    await ledger.open();
  });
  afterEach(() => ledger.close());

  const unknown = async (msgId: string): Promise<number> => {
    const { message, job } = await accepted(ledger, msgId);
    await ledger.recordDispatch(verdict(job, message, { outcome: 'unknown', reason: REASON, settleAt: NOW + 1_000 }));
    return message;
  };
  const refused = async (msgId: string): Promise<void> => {
    const { message, job } = await accepted(ledger, msgId);
    await ledger.recordDispatch(verdict(job, message, { outcome: 'rejected', reason: { code: 1001, title: 'no such template' } }));
  };
  const settlement = (message: Settlement['message'], decision: Settlement['decision']): Settlement => ({
    message, decision, at: NOW + 1_000, reason: REASON, listenerLanes: ['listener:dispatch'], expiresAt: NOW + 9_000,
  });
  const state = async (msgId: string): Promise<string | undefined> => (await ledger.message(ACCOUNT, msgId))?.state;
  const jobs = async (lane: string, now = NOW + 1_000) => (await ledger.claim(lane, 100, now)).jobs;

  describe('an unknown outcome', () => {
    it('waits for its time, then is told as failed and kept', async () => {
      const message = await unknown('a');
      expect(await jobs(SETTLE, NOW + 999)).toEqual([]);
      const [job] = await jobs(SETTLE);
      expect(job?.message?.msgId).toBe('a');
      expect(await ledger.settle({ ...settlement(message, 'failed'), job: job!.id })).toMatchObject({ settled: true, relayed: true, event: { kind: 'dispatch' } });
      expect(await state('a')).toBe('rejected');
      expect((await jobs(REPORTS)).map(reportOf)).toMatchObject([{ status: 'failed', failure: REASON }]);
      expect(await ledger.deadLetters({})).toMatchObject([{ kind: 'unknown', message: { msgId: 'a' }, payload: { msgId: 'a' } }]);
      expect(await jobs('listener:dispatch')).toHaveLength(1);
      expect((await ledger.counts()).jobs[SETTLE]).toBeUndefined();
    });

    it('is sent again where the policy says so, as a new attempt', async () => {
      const message = await unknown('a');
      expect(await ledger.settle(settlement(message, 'resend'))).toEqual({ settled: true, relayed: false, bytes: 13 });
      const [job] = await jobs(DISPATCH);
      expect(job).toMatchObject({ attempts: 1, expiresAt: NOW + 9_000, message: { msgId: 'a' } });
      await ledger.recordDispatch(verdict(job!.id, message, { attempt: 2 }));
      expect((await ledger.message(ACCOUNT, 'a'))?.steps.map(({ step }) => step)).toEqual(['accepted', 'unknown', 'dispatched']);
    });

    it('is settled by hand, by its msgId, once', async () => {
      await unknown('a');
      const waiting = await ledger.unknownOf(ACCOUNT, 'a');
      const byHand = settlement(waiting!.seq, 'sent');
      expect(await ledger.settle(byHand)).toMatchObject({ settled: true, relayed: false });
      expect(await state('a')).toBe('dispatched');
      expect(await ledger.settle(byHand)).toEqual({ settled: false, relayed: false });
      expect(await ledger.unknownOf(ACCOUNT, 'a')).toBeUndefined();
      expect(await ledger.unknownOf(ACCOUNT, 'nobody')).toBeUndefined();
    });

    it('is settled by a report, of which the dispatch listeners hear', async () => {
      const message = await unknown('a');
      const recorded = await ledger.recordCallback(callback([report(['a'], 'sent')]));
      expect(recorded.map(({ kind }) => kind)).toEqual(['delivery-report', 'dispatch']);
      expect(await jobs('listener:settled')).toHaveLength(1);
      expect(await jobs(SETTLE)).toEqual([]);
      expect(await ledger.settle(settlement(message, 'failed'))).toMatchObject({ settled: false });
    });

    it('that was told as failed is still corrected by a late report', async () => {
      const message = await unknown('a');
      await ledger.settle(settlement(message, 'failed'));
      await ledger.recordCallback(callback([report(['a'], 'delivered')]));
      expect(await ledger.message(ACCOUNT, 'a')).toMatchObject({ state: 'dispatched', status: 'delivered' });
    });
  });

  it('expires messages whose time is over, and tells CleverTap', async () => {
    await accepted(ledger, 'late', { claim: false, expiresAt: NOW + 500 });
    await accepted(ledger, 'in time', { claim: false, expiresAt: NOW + 501 });
    await accepted(ledger, 'on its way', { claim: true, expiresAt: NOW + 500 });
    expect(await ledger.sweep({ at: NOW + 500, listenerLanes: ['listener:dispatch'] })).toMatchObject({
      expired: 1, events: [{ kind: 'dispatch', message: { msgId: 'late' }, relayed: true, left: 16 }],
    });
    expect(await state('late')).toBe('expired');
    expect((await jobs(DISPATCH)).map(({ message }) => message?.msgId)).toEqual(['in time']);
    expect((await jobs(REPORTS)).map((job) => reportOf(job).failure?.title)).toEqual(['expired: the message could not be sent in time']);
  });

  describe('a dead letter of a message', () => {
    const replay = (id: number, dryRun = false) => ledger.replay({ id, at: NOW + 2_000, dryRun, expiresAt: NOW + 9_000 });

    it('is put back as a new attempt, once', async () => {
      await refused('a');
      const [letter] = await ledger.deadLetters({ kind: 'refused', account: ACCOUNT, msgId: 'a', before: new Date(NOW + 1) });
      expect(await replay(letter!.id, true)).toEqual({ replayed: true, bytes: 13, recorded: [] });
      expect(await jobs(DISPATCH)).toEqual([]);
      expect(await replay(letter!.id)).toEqual({ replayed: true, bytes: 13, recorded: [] });
      expect(await replay(letter!.id)).toEqual({ replayed: false, why: 'gone' });
      expect(await jobs(DISPATCH, NOW + 2_000)).toMatchObject([{ attempts: 1, expiresAt: NOW + 9_000 }]);
    });

    it('stays where a report has shown meanwhile that the message went out', async () => {
      await refused('a');
      await ledger.recordCallback(callback([report(['a'], 'delivered')]));
      const [letter] = await ledger.deadLetters({});
      expect(await replay(letter!.id)).toEqual({ replayed: false, why: 'settled' });
      expect(await ledger.deadLetters({ ids: [letter!.id] })).toHaveLength(1);
    });

    it('of a report looks for its message again', async () => {
      await ledger.recordCallback(callback([report(['later'], 'sent')], { parkForMs: 0 }));
      await ledger.sweep({ at: NOW, listenerLanes: [] });
      const [letter] = await ledger.deadLetters({ kind: 'unmatched' });
      expect(await replay(letter!.id)).toEqual({ replayed: false, why: 'no-lane' });
      await accepted(ledger, 'later');
      expect(await replay(letter!.id)).toMatchObject({ replayed: true });
      expect((await ledger.message(ACCOUNT, 'later'))?.status).toBe('sent');
    });

    it('of a report that several accounts may have sent looks in each, and belongs to none', async () => {
      await ledger.recordCallback(callback([report(['later'], 'sent')], { accounts: ['+15550000001', ACCOUNT], parkForMs: 0 }));
      await ledger.sweep({ at: NOW, listenerLanes: [] });
      const [letter] = await ledger.deadLetters({ kind: 'unmatched' });
      expect(letter).not.toHaveProperty('account');
      await accepted(ledger, 'later');
      expect(await replay(letter!.id)).toMatchObject({ replayed: true });
      expect((await ledger.message(ACCOUNT, 'later'))?.status).toBe('sent');
    });
  });

  it('takes a report as news for a refused message only where it says that it went out', async () => {
    await refused('a');
    await ledger.recordCallback(callback([report(['a'], 'failed')]));
    expect(await state('a')).toBe('rejected');
    await ledger.recordCallback(callback([report(['a'], 'sent')]));
    expect(await state('a')).toBe('dispatched');
  });

  it('prunes what is old and done, and keeps what waits', async () => {
    for (const msgId of ['done 1', 'done 2', 'done 3']) {
      const done = await accepted(ledger, msgId);
      await ledger.recordDispatch(verdict(done.job, done.message, { names: [`wamid of ${msgId}`] }));
    }
    await accepted(ledger, 'waiting', { claim: false });
    await refused('refused'); // its failed report is still owed to CleverTap
    await accepted(ledger, 'young', { at: NOW + MONTH_MS });
    expect([await ledger.prune(NOW + 1, 2), await ledger.prune(NOW + 1, 2)]).toEqual([2, 1]);
    expect(await ledger.prune(NOW + 1, 2)).toBe(0);
    expect((await ledger.counts()).messages).toEqual({ accepted: 2, rejected: 1 });
    expect(await ledger.accept(message('done 1'))).toMatchObject({ kind: 'new' });
  });

  it('keeps a message that was sent long after it was taken, for its reports and its letter', async () => {
    const sent = await accepted(ledger, 'sent late');
    const letter = await accepted(ledger, 'refused late');
    await ledger.recordDispatch(verdict(sent.job, sent.message, { at: NOW + MONTH_MS }));
    await ledger.recordDispatch(verdict(letter.job, letter.message, { at: NOW + MONTH_MS, outcome: 'rejected', reason: REASON, answered: true }));
    expect(await ledger.prune(NOW + MONTH_MS, 10)).toBe(0);
    await ledger.recordCallback(callback([report(['sent late'], 'delivered')], { at: NOW + MONTH_MS + 1 }));
    expect(await ledger.message(ACCOUNT, 'sent late')).toMatchObject({ status: 'delivered' });
    await ledger.finish([{ ids: (await jobs(REPORTS, NOW + 2 * MONTH_MS)).map(({ id }) => id), kind: 'done', relayed: NOW + MONTH_MS + 2 }]);
    await ledger.finish([{ ids: (await jobs('listener:Host.seen', NOW + 2 * MONTH_MS)).map(({ id }) => id), kind: 'done' }]);
    expect(await ledger.prune(NOW + MONTH_MS + 2, 10)).toBe(2);
  });

  it('writes down nothing new of a person who was forgotten, when reports still come', async () => {
    const { message, job } = await accepted(ledger, 'a');
    await ledger.recordDispatch(verdict(job, message));
    await ledger.forget('+919800000001');
    const failure = { code: 1005 as const, title: '+919800000001 is no WhatsApp number' };
    const stopped: Preference = { from: '+919800000001', userId: 'IN.1', at: NOW, change: 'stop', category: 'marketing_messages', detail: failure.title, refused: ['a'] };
    const recorded = await ledger.recordCallback(callback([{ ...report(['a'], 'failed'), recipient: '+919800000001', failure }], {
      preferences: [{ preference: stopped, account: ACCOUNT, listenerLanes: ['listener:stops'] }],
    }));
    expect(recorded).toHaveLength(2);
    const told = [...recorded, ...(await jobs(REPORTS)), ...(await jobs('listener:stops'))].map((each) => JSON.stringify(each));
    expect(told.filter((each) => /9800000001|IN\.1/.test(each))).toEqual([]);
    expect(told).toHaveLength(4);
  });

  it('forgets what listeners said of a person when they failed', async () => {
    const { message, job } = await accepted(ledger, 'a');
    await ledger.recordDispatch(verdict(job, message, { listenerLanes: ['listener:Host.seen'] }));
    const hello = { id: 'in-1', from: '+919800000001', at: NOW, type: 'text' as const, text: 'Hi', raw: {} };
    await ledger.recordCallback(callback([], { inbound: [{ message: hello, account: ACCOUNT, listenerLanes: ['listener:Host.seen'] }] }));
    for (const { id } of await jobs('listener:Host.seen')) {
      await ledger.finish([{ id, kind: 'dead', letter: 'listener', reason: 'Error: no customer +919800000001', at: NOW }]);
    }
    await ledger.forget('+919800000001');
    expect((await ledger.deadLetters({})).map(({ reason }) => reason)).toEqual(['forgotten', 'forgotten']);
  });

  it('forgets a person, and keeps the counts', async () => {
    const { message, job } = await accepted(ledger, 'sent');
    await ledger.recordDispatch(verdict(job, message));
    await ledger.recordCallback(callback([{ ...report(['sent'], 'read'), recipient: '+919800000001' }]));
    await accepted(ledger, 'waiting', { claim: false });
    await accepted(ledger, 'other', { claim: false, to: '+919800000002' });
    const hello = { id: 'in-1', from: '+919800000001', at: NOW, type: 'text' as const, text: 'my secret', raw: { from: '919800000001' } };
    const inbound = { message: hello, account: ACCOUNT, listenerLanes: ['listener:heard'], relayLane: laneName.inbound(ACCOUNT) };
    await ledger.recordCallback(callback([], { inbound: [inbound], unreadable: [{ reason: 'odd', raw: { from: '919800000001' } }] }));
    expect(await ledger.forget('+919800000001')).toEqual({ forgotten: 3, left: [{ account: ACCOUNT, bytes: 19 }] });
    expect(await ledger.message(ACCOUNT, 'sent')).toMatchObject({ to: '', status: 'read' });
    expect(await state('waiting')).toBe('expired');
    expect((await ledger.counts()).messages).toEqual({ dispatched: 1, expired: 1, accepted: 1 });
    expect((await jobs(DISPATCH)).map(({ message: waiting }) => waiting?.msgId)).toEqual(['other']);
    expect(await jobs('listener:heard')).toEqual([]);
    expect(await ledger.deadLetters({})).toMatchObject([{ kind: 'unreadable', payload: undefined }]);
    expect(await ledger.recordCallback(callback([], { inbound: [inbound] }))).toEqual([]);
  });

  it('does not try a message again whose person was forgotten while it was on its way', async () => {
    const { message, job } = await accepted(ledger, 'on its way');
    const other = await accepted(ledger, 'taken in the end');
    expect(await ledger.forget('+919800000001')).toMatchObject({ forgotten: 2, left: [{ bytes: 22 }, { bytes: 28 }] });
    await ledger.recordDispatch(verdict(job, message, { outcome: 'retry', due: NOW }));
    expect(await jobs(DISPATCH)).toEqual([]);
    expect(await ledger.recordDispatch(verdict(other.job, other.message))).toMatchObject({ gone: true, event: { kind: 'dispatch' } });
    expect(await ledger.waiting()).toEqual({ jobs: {} });
  });

  it('waits for no report of a message whose person was forgotten while it was on its way', async () => {
    const { message, job } = await accepted(ledger, 'lost on its way');
    await accepted(ledger, 'on its way when the process dies');
    await ledger.forget('+919800000001');
    await ledger.recordDispatch(verdict(job, message, { outcome: 'unknown', reason: REASON, settleAt: NOW + 1_000 }));
    await ledger.recover({ at: NOW, accounts: {}, listenerLanes: [] });
    expect((await ledger.counts()).messages).toEqual({ expired: 2 });
    expect(await ledger.waiting()).toEqual({ jobs: {} });
    await ledger.recordCallback(callback([report(['lost on its way'], 'delivered')]));
    expect(await state('lost on its way')).toBe('dispatched');
  });

  it('counts a message once among those that leave, where its person was forgotten before the process died', async () => {
    await accepted(ledger, 'forgotten');
    await accepted(ledger, 'other', { to: '+919800000002' });
    expect((await ledger.forget('+919800000001')).left).toHaveLength(1);
    const events = await ledger.recover({ at: NOW, accounts: {}, listenerLanes: [] });
    expect(events.map(({ message, left }) => [message!.msgId, left])).toEqual([['forgotten', undefined], ['other', 17]]);
  });

  it('forgets a person whom reports name that match no message, and still matches them', async () => {
    const failure = { code: 1005 as const, title: '+919800000001 is no WhatsApp number' };
    const of = (name: string) => ({ ...report([name], 'failed' as const), recipient: '+919800000001', failure });
    await ledger.recordCallback(callback([of('early')]));
    await ledger.sweep({ at: NOW + 1_000, listenerLanes: [] });
    await ledger.recordCallback(callback([of('parked')]));
    await ledger.forget('+919800000001');
    const [letter] = await ledger.deadLetters({});
    const heard = await jobs('listener:Host.seen', NOW + 1_000);
    await accepted(ledger, 'early');
    expect(await ledger.replay({ id: letter!.id, at: NOW, dryRun: false })).toMatchObject({ replayed: true });
    const parked = await accepted(ledger, 'ours');
    const { matched } = await ledger.recordDispatch(verdict(parked.job, parked.message, { names: ['parked'] }));
    expect(matched).toMatchObject([{ message: { msgId: 'ours' } }]);
    const told = [letter!.payload, heard[0]!.event!.payload, matched[0]!.payload];
    expect(told.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).filter((each) => each.includes('9800000001'))).toEqual([]);
    expect(told).toHaveLength(3);
  });

  it('knows what a reply answers as soon as the message\'s name is known', async () => {
    await accepted(ledger, 'a');
    const thanks = { id: 'in-1', from: '+919800000001', at: NOW, type: 'text' as const, text: 'Thanks', replyTo: 'wamid.A', raw: {} };
    const inbound = [{ message: thanks, account: ACCOUNT, listenerLanes: [], relayLane: laneName.inbound(ACCOUNT) }];
    const [recorded] = await ledger.recordCallback(callback([], { inbound }));
    expect(recorded!.replyTo).toBeUndefined();
    await ledger.recordCallback(callback([report(['a', 'wamid.A'], 'read')]));
    expect(await jobs(laneName.inbound(ACCOUNT))).toMatchObject([{ event: { replyTo: { msgId: 'a', origin: 'clevertap' } } }]);
  });
});
