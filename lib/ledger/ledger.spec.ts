import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ACCOUNT, accepted as accept, callback, DISPATCH, message, NOW, report, reportOf, REPORTS, verdict } from '../../test/support/ledger-records.ts';
import type { DeliveryReport, DeliveryStatus } from '../messages/delivery-report.ts';
import { laneName } from './ledger.ts';
import type { NewMessage } from './message-records.ts';
import { SqliteLedger } from './sqlite-ledger.ts';

describe.each(['a file', 'memory'])('the ledger in %s', (kind) => {
  let folder: string;
  let ledger: SqliteLedger;
  const file = (): string => (kind === 'memory' ? ':memory:' : join(folder, 'ledger.sqlite'));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    ledger = new SqliteLedger(file());
    await ledger.open();
  });
  afterEach(async () => {
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const accepted = (msgId: string, more?: Partial<NewMessage>) => accept(ledger, msgId, more);
  const claimed = async (lane: string, limit = 100, now = NOW) => (await ledger.claim(lane, limit, now)).jobs;

  describe('accept', () => {
    it('keeps a message once, however often and however much at once it comes', async () => {
      const results = await Promise.all(Array.from({ length: 200 }, () => ledger.accept(message('a', { claim: false }))));
      expect(results.filter((result) => result.kind === 'new')).toHaveLength(1);
      expect(results.filter((result) => result.kind === 'repeat')).toHaveLength(199);
      expect(await claimed(DISPATCH)).toHaveLength(1);
    });

    it('tells a conflict from a repeat, and what the first one was answered', async () => {
      const first = await accepted('a');
      expect(await ledger.accept(message('a', { wire: '{}' }))).toEqual({ kind: 'conflict' });
      expect(await ledger.repeated(message('a', { wire: '{}' }))).toEqual({ kind: 'conflict' });
      expect(await ledger.accept(message('a'))).toEqual({ kind: 'repeat', message: first.message });
      expect(await ledger.repeated(message('a'))).toEqual({ kind: 'repeat', message: first.message });
      expect(await ledger.repeated(message('new'))).toBeUndefined();
      const reason = { code: 1001 as const, title: 'no such template' };
      await ledger.recordDispatch(verdict(first.job, first.message, { outcome: 'rejected', reason, answered: true }));
      expect(await ledger.accept(message('a'))).toEqual({ kind: 'repeat', message: first.message, refusal: reason });
    });

    it('takes one id from two accounts, and test messages without end', async () => {
      await accepted('a');
      expect(await ledger.accept(message('a', { account: '+918889500123' }))).toMatchObject({ kind: 'new' });
      await accepted('0|0|0|0', { test: true });
      await accepted('0|0|0|0', { test: true });
      expect((await ledger.counts()).messages).toEqual({ accepted: 4 });
    });

    it('gives back the very bytes', async () => {
      const wire = '\ufeff{ "a":\t"é \u{1f44b} \u2028 \\u0000", "n": 1.0 }\r\n';
      await accepted('a', { wire, claim: false });
      const [job] = await claimed(DISPATCH);
      expect(job!.message!.wire).toBe(wire);
    });
  });

  describe('claim', () => {
    it('hands out what is due, oldest first, each job once', async () => {
      for (const msgId of ['a', 'b', 'c']) await accepted(msgId, { claim: false });
      await accepted('late', { claim: false, at: NOW + 5_000 });
      const first = await ledger.claim(DISPATCH, 2, NOW);
      expect(first.jobs.map((job) => job.message?.msgId)).toEqual(['a', 'b']);
      expect(first.more).toBe(true);
      const second = await ledger.claim(DISPATCH, 2, NOW);
      expect(second.jobs.map((job) => job.message?.msgId)).toEqual(['c']);
      expect(second).toMatchObject({ more: false, nextDue: NOW + 5_000 });
    });

    it('hands out what is urgent before all others, when it is tried again too', async () => {
      const reason = { code: 1004 as const, title: 'slow down' };
      for (const msgId of ['a', 'b', 'c']) await accepted(msgId, { claim: false });
      const urgent = await accepted('urgent', { urgent: true, at: NOW + 1 });
      await accepted('urgent too', { claim: false, urgent: true, at: NOW + 2 });
      await ledger.recordDispatch(verdict(urgent.job, urgent.message, { outcome: 'retry', due: NOW + 3, reason }));
      expect((await claimed(DISPATCH, 2, NOW + 2)).map((job) => job.message?.msgId)).toEqual(['urgent too', 'a']);
      expect((await claimed(DISPATCH, 2, NOW + 3)).map((job) => job.message?.msgId)).toEqual(['urgent', 'b']);
      expect(await ledger.claim(DISPATCH, 1, NOW + 3)).toMatchObject({ jobs: [{ message: { msgId: 'c' } }], more: false });
      await accepted('later', { claim: false, urgent: true, at: NOW + 9 });
      expect(await ledger.claim(DISPATCH, 1, NOW + 3)).toMatchObject({ jobs: [], nextDue: NOW + 9 });
    });

    it('puts a job back for later, and those of its key behind it', async () => {
      const { message: seq } = await accepted('a');
      await ledger.recordCallback(callback([report(['a'], 'sent'), report(['a'], 'delivered')]));
      const [sent, delivered] = await claimed(REPORTS);
      await ledger.finish([{ id: sent!.id, kind: 'retry', due: NOW + 1_000 }, { id: delivered!.id, kind: 'release', due: NOW + 1_000 }]);
      await ledger.recordCallback(callback([report(['a'], 'read')]));
      expect(await claimed(REPORTS)).toHaveLength(0);
      const again = await claimed(REPORTS, 100, NOW + 1_000);
      expect(again.map((job) => [job.key, reportOf(job).status, job.attempts])).toEqual([
        [seq, 'sent', 1], [seq, 'delivered', 0], [seq, 'read', 0],
      ]);
    });
  });

  describe('dispatch', () => {
    it('tells a message\'s whole life', async () => {
      const { job, message: seq } = await accepted('a');
      expect((await ledger.message(ACCOUNT, 'a'))?.state).toBe('dispatching');
      await ledger.recordDispatch(verdict(job, seq, { outcome: 'retry', due: NOW + 1, reason: { code: 1004, title: 'slow down' } }));
      expect((await ledger.message(ACCOUNT, 'a'))?.state).toBe('accepted');
      const [second] = await claimed(DISPATCH, 1, NOW + 1);
      await ledger.recordDispatch(verdict(second!.id, seq, { attempt: 2, names: ['uuid-1'] }));
      await ledger.recordCallback(callback([report(['uuid-1', 'wamid.1'], 'sent', NOW + 7)]));
      const [relayed] = await claimed(REPORTS);
      await ledger.finish([{ ids: [relayed!.id], kind: 'done', relayed: NOW + 9 }]);
      expect(await ledger.message(ACCOUNT, 'a')).toMatchObject({
        msgId: 'a', state: 'dispatched', status: 'sent', names: ['uuid-1', 'wamid.1'], acceptedAt: new Date(NOW),
        steps: [
          { step: 'accepted' },
          { step: 'retry', reason: { code: 1004, title: 'slow down' } },
          { step: 'dispatched' },
          { step: 'sent', at: new Date(NOW + 7), relayedAt: new Date(NOW + 9) },
        ],
      });
      expect(await ledger.message(ACCOUNT, 'b')).toBeUndefined();
    });

    it('owes CleverTap a failed report for a refusal after the answer, not for one in the answer, and none for the host\'s own', async () => {
      const reason = { code: 1001 as const, title: 'no' };
      const late = await accepted('late');
      const told = await accepted('told');
      const own = await accepted('own', { origin: 'host' });
      expect((await ledger.recordDispatch(verdict(late.job, late.message, { outcome: 'rejected', reason }))).relayed).toBe(true);
      expect((await ledger.recordDispatch(verdict(told.job, told.message, { outcome: 'rejected', reason, answered: true }))).relayed).toBe(false);
      expect((await ledger.recordDispatch(verdict(own.job, own.message, { outcome: 'rejected', reason }))).relayed).toBe(false);
      const jobs = await claimed(REPORTS);
      expect(jobs.map((job) => [job.event?.message?.msgId, reportOf(job)])).toEqual([
        ['late', { names: ['late'], status: 'failed', at: NOW, failure: reason }],
      ]);
    });

    it('takes a report as proof that the message went out', async () => {
      const early = await accepted('early');
      await ledger.recordCallback(callback([report(['early'], 'sent')]));
      const listening = { listenerLanes: ['listener:unknown'], provenLanes: ['listener:dispatched'] };
      await ledger.recordDispatch(verdict(early.job, early.message, { outcome: 'unknown', ...listening }));
      expect((await ledger.message(ACCOUNT, 'early'))?.state).toBe('dispatched');
      expect(await claimed('listener:dispatched')).toHaveLength(1);

      const lost = await accepted('lost');
      await ledger.recordDispatch(verdict(lost.job, lost.message, { outcome: 'unknown', reason: { code: 1009, title: 'time-out' } }));
      expect((await ledger.message(ACCOUNT, 'lost'))?.state).toBe('unknown');
      await ledger.recordCallback(callback([report(['lost'], 'delivered')]));
      expect((await ledger.message(ACCOUNT, 'lost'))?.state).toBe('dispatched');

      const waiting = await accepted('waiting');
      await ledger.recordDispatch(verdict(waiting.job, waiting.message, { outcome: 'retry', due: NOW + 1 }));
      await ledger.recordCallback(callback([report(['waiting'], 'sent')]));
      expect((await ledger.message(ACCOUNT, 'waiting'))?.state).toBe('dispatched');
      expect(await claimed(DISPATCH, 10, NOW + 1)).toHaveLength(0);
    });
  });

  describe('reports', () => {
    const orders = permutations<DeliveryStatus>(['sent', 'delivered', 'read', 'failed']);

    it.each(orders.map((order) => [order.join(' ')]))('end in the same state in the order %s, each relayed once', async (order) => {
      await accepted('a');
      for (const status of order.split(' ') as DeliveryStatus[]) {
        await ledger.recordCallback(callback([report(['a'], status), report(['a'], status)]));
        await ledger.recordCallback(callback([report(['a'], status)]));
      }
      expect((await ledger.message(ACCOUNT, 'a'))?.status).toBe('read');
      const relayed = (await claimed(REPORTS)).map((job) => reportOf(job).status);
      const contradicts = order.indexOf('failed') > Math.min(order.indexOf('delivered'), order.indexOf('read'));
      expect(relayed).toEqual(order.split(' ').filter((status) => status !== 'failed' || !contradicts));
      expect(await claimed('listener:Host.seen')).toHaveLength(4);
    });

    it('wait for their message where they come before its name is known', async () => {
      const { job, message: seq } = await accepted('a');
      expect(await ledger.recordCallback(callback([report(['wamid.1', 'AS-1'], 'sent')]))).toEqual([]);
      expect(await ledger.recordCallback(callback([report(['AS-1'], 'delivered')]))).toEqual([]);
      expect((await ledger.counts()).parkedReports).toBe(2);
      const { matched } = await ledger.recordDispatch(verdict(job, seq, { names: ['wamid.1'] }));
      expect(matched.map((event) => reportOf(event).status)).toEqual(['sent', 'delivered']);
      expect(await ledger.counts()).toMatchObject({ parkedReports: 0, jobs: { [REPORTS]: 2, 'listener:Host.seen': 2 } });
    });

    it('of another account match nothing, and become dead letters when their time is over', async () => {
      await accepted('a');
      await ledger.recordCallback(callback([report(['a'], 'read')], { accounts: ['+918889500123'] }));
      expect((await ledger.message(ACCOUNT, 'a'))?.status).toBeUndefined();
      expect((await ledger.sweep({ at: NOW + 999, listenerLanes: [] })).events).toEqual([]);
      expect(await ledger.sweep({ at: NOW + 1_000, listenerLanes: [] })).toMatchObject({ unmatched: 1, events: [{ kind: 'delivery-report', account: '+918889500123' }] });
      expect(await ledger.deadLetters({ kind: 'unmatched' })).toMatchObject([{ payload: { names: ['a'], status: 'read' } }]);
      expect(await claimed('listener:Host.seen', 10, NOW + 1_000)).toHaveLength(1);
      expect((await ledger.counts()).parkedReports).toBe(0);
    });

    it('of the test id belong to the newest test message', async () => {
      await accepted('0|0|0|0', { test: true });
      const newest = await accepted('0|0|0|0', { test: true });
      const [event] = await ledger.recordCallback(callback([report(['0|0|0|0'], 'sent')]));
      expect(event?.message?.seq).toBe(newest.message);
    });

    it('count every click of its own', async () => {
      await accepted('a');
      const click = (at: number): DeliveryReport => ({ ...report(['a'], 'clicked', at), click: { url: 'https://shop.example.com' } });
      await ledger.recordCallback(callback([click(NOW), click(NOW + 1), click(NOW)]));
      expect(await claimed(REPORTS)).toHaveLength(2);
      expect((await ledger.message(ACCOUNT, 'a'))).toMatchObject({ state: 'dispatching' });
    });
  });

  describe('inbound messages', () => {
    const inbound = (id: string, more: object = {}) => ({
      message: { id, from: '+919800000001', at: NOW, type: 'text' as const, text: 'Hi', raw: {}, ...more },
      account: ACCOUNT, listenerLanes: ['listener:Host.heard'], relayLane: laneName.inbound(ACCOUNT),
    });

    it('are kept once, with the message that they reply to', async () => {
      const { job, message: seq } = await accepted('a');
      await ledger.recordDispatch(verdict(job, seq, { names: ['wamid.1'] }));
      const twice = { inbound: [inbound('in-1', { replyTo: 'wamid.1' }), inbound('in-1', { replyTo: 'wamid.1' })] };
      expect(await ledger.recordCallback(callback([], twice))).toMatchObject([{ kind: 'inbound-message', relayed: true }]);
      const [heard] = await claimed('listener:Host.heard');
      expect(heard?.event?.replyTo).toEqual({ msgId: 'a', origin: 'clevertap' });
    });

    it('that cannot be delivered to CleverTap are dead letters, and still told', async () => {
      const hidden = { ...inbound('in-1', { from: undefined, userId: 'IN.1' }), relayLane: undefined, undeliverable: 'no phone number' };
      await ledger.recordCallback(callback([], { inbound: [hidden] }));
      expect(await ledger.deadLetters({})).toMatchObject([{ kind: 'relay', reason: 'no phone number', payload: { id: 'in-1' } }]);
      expect(await claimed('listener:Host.heard')).toHaveLength(1);
    });
  });

  describe('dead letters', () => {
    it('are listed, put back once and thrown away', async () => {
      await accepted('a');
      await ledger.recordCallback(callback([report(['a'], 'sent')]));
      const [job] = await claimed(REPORTS);
      await ledger.finish([{ id: job!.id, kind: 'dead', letter: 'relay', reason: 'given up', at: NOW }]);
      const [letter] = await ledger.deadLetters({ kind: 'relay', account: ACCOUNT, msgId: 'a' });
      expect(letter).toMatchObject({ lane: REPORTS, message: { msgId: 'a' }, reason: 'given up', payload: { status: 'sent' } });
      expect(await ledger.deadLetters({ kind: 'listener' })).toEqual([]);
      const replay = { id: letter!.id, at: NOW, dryRun: false };
      expect(await ledger.replay({ ...replay, dryRun: true })).toMatchObject({ replayed: true });
      expect([await ledger.replay(replay), await ledger.replay(replay)]).toEqual([{ replayed: true, bytes: 0, recorded: [] }, { replayed: false, why: 'gone' }]);
      expect(await claimed(REPORTS)).toHaveLength(1);
      await ledger.recordCallback(callback([], { unreadable: [{ reason: 'no status', raw: { odd: true } }] }));
      const [unread] = await ledger.deadLetters({ kind: 'unreadable' });
      expect(unread).toMatchObject({ payload: { odd: true }, account: ACCOUNT });
      expect(await ledger.replay({ ...replay, id: unread!.id })).toEqual({ replayed: false, why: 'no-lane' });
      expect(await ledger.discard([unread!.id])).toBe(1);
    });
  });

  it('takes back a call that fails, and that call alone', async () => {
    const bad = ledger.accept(message('bad', { to: undefined as unknown as string }));
    const good = ledger.accept(message('good'));
    await expect(bad).rejects.toMatchObject({ name: 'LedgerError', code: 'failed' });
    expect(await good).toMatchObject({ kind: 'new' });
    expect((await ledger.counts()).messages).toEqual({ accepted: 1 });
  });

  it('refuses calls after it was closed, which may be asked twice', async () => {
    await Promise.all([ledger.close(), ledger.close()]);
    await expect(ledger.accept(message('a'))).rejects.toMatchObject({ code: 'closed' });
  });

  if (kind === 'a file') {
    it('goes on where it stopped: what was on its way is unknown, the rest waits', async () => {
      await accepted('on its way');
      await accepted('waiting', { claim: false });
      const sent = await accepted('sent');
      await ledger.recordDispatch(verdict(sent.job, sent.message));
      await ledger.recordCallback(callback([report(['sent'], 'sent')]));
      await claimed(REPORTS);
      await ledger.close();
      ledger = new SqliteLedger(file());
      expect(await ledger.open()).toMatchObject({ waiting: { [DISPATCH]: 2, [REPORTS]: 1, 'listener:Host.seen': 1 }, backlog: { [ACCOUNT]: { messages: 2, bytes: 41 } } });
      const accounts = { [ACCOUNT]: { unknownWaitMs: 5_000, lookUpAfterMs: 2_000 } };
      expect(await ledger.recover({ at: NOW + 1, accounts, listenerLanes: ['listener:Host.sent'] })).toMatchObject([
        { kind: 'dispatch', message: { msgId: 'on its way' }, left: 22 },
      ]);
      expect(await ledger.claim(laneName.lookUp(ACCOUNT), 1, NOW + 2_001)).toMatchObject({ jobs: [{ message: { msgId: 'on its way' } }] });
      expect(await claimed('listener:Host.sent', 1, NOW + 1)).toMatchObject([{ event: { message: { msgId: 'on its way' } } }]);
      expect(await ledger.claim(laneName.settle(ACCOUNT), 1, NOW + 5_000)).toMatchObject({ jobs: [], nextDue: NOW + 5_001 });
      expect((await ledger.message(ACCOUNT, 'on its way'))?.state).toBe('unknown');
      expect((await claimed(DISPATCH)).map((job) => job.message?.msgId)).toEqual(['waiting']);
      expect(await claimed(REPORTS)).toHaveLength(1);
    });

    it('keeps the order of a key whose first job was to be tried again when the process died', async () => {
      await accepted('a');
      await ledger.recordCallback(callback([report(['a'], 'sent'), report(['a'], 'delivered')]));
      const [sent] = await claimed(REPORTS);
      await ledger.finish([{ id: sent!.id, kind: 'retry', due: NOW + 1_000 }]);
      await ledger.close();
      ledger = new SqliteLedger(file());
      await ledger.open();
      await ledger.recover({ at: NOW + 2_000, accounts: {}, listenerLanes: [] });
      expect((await claimed(REPORTS, 10, NOW + 2_000)).map((job) => reportOf(job).status)).toEqual(['sent', 'delivered']);
    });

    it('is refused to a second process, in words', async () => {
      const second = new SqliteLedger(file());
      await expect(second.open()).rejects.toMatchObject({ code: 'locked', message: expect.stringContaining('in use by another process') });
    }, 15_000);
  }
});

function permutations<T>(items: T[]): T[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) => permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]));
}
