import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FAST, LANE, LaneBench } from '../../test/support/lane-bench.ts';
import { now } from '../clock.ts';
import type { LaneOutcome } from './lane-work.ts';

describe('Lane', () => {
  let bench: LaneBench;

  beforeEach(async () => {
    bench = new LaneBench();
    await bench.ledger.open();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await bench.close();
  });

  it('runs as many at once as it may, and the rest as slots come free', async () => {
    bench.open({ concurrency: 2 });
    await bench.put(['a', 'sent'], ['b', 'sent'], ['c', 'sent']);
    await bench.until(() => bench.runs.length === 2);
    expect(bench.lane.state()).toMatchObject({ inFlight: 2, backlog: true });
    bench.runs[0]!.end();
    await bench.until(() => bench.runs.length === 3);
    expect(bench.runs.map((run) => run.statuses)).toEqual([['a sent'], ['b sent'], ['c sent']]);
  });

  it('does the jobs of one key one after another', async () => {
    bench.open({ concurrency: 4 });
    await bench.put(['a', 'sent', 'delivered', 'read'], ['b', 'sent']);
    await bench.until(() => bench.runs.length === 2);
    expect(bench.runs.map((run) => run.statuses)).toEqual([['a sent'], ['b sent']]);
    bench.runs[0]!.end();
    await bench.until(() => bench.runs.length === 3);
    bench.runs[2]!.end();
    await bench.until(() => bench.runs.length === 4);
    expect(bench.runs.slice(2).map((run) => run.statuses)).toEqual([['a delivered'], ['a read']]);
  });

  it('keeps the order of a key behind a job that is tried again', async () => {
    bench.open({ concurrency: 4 });
    await bench.put(['a', 'sent', 'delivered']);
    await bench.until(() => bench.runs.length === 1);
    bench.runs[0]!.end({ kind: 'retry', reason: 'not now' });
    await bench.until(() => bench.runs.length === 2);
    bench.runs[1]!.end();
    await bench.until(() => bench.runs.length === 3);
    expect(bench.runs.map((run) => run.statuses)).toEqual([['a sent'], ['a sent'], ['a delivered']]);
  });

  it('batches: what comes within the waiting time shares a run, a full batch does not wait', async () => {
    bench.open({ batch: { size: 3, waitMs: 60_000 } });
    await bench.until(() => !bench.lane.state().backlog || true);
    await bench.put(['a', 'sent', 'delivered', 'read'], ['b', 'sent', 'delivered']);
    bench.lane.wake(5);
    await bench.until(() => bench.runs.length === 2);
    expect(bench.runs.map((run) => run.statuses)).toEqual([['a sent', 'a delivered', 'a read'], ['b sent', 'b delivered']]);
  });

  it('sends a job alone after its batch was refused', async () => {
    bench.open({ batch: { size: 3, waitMs: 1 }, concurrency: 1 });
    await bench.put(['a', 'sent'], ['b', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    bench.runs[0]!.end({ kind: 'retry', reason: '400', alone: true });
    await bench.until(() => bench.runs.length === 2);
    bench.runs[1]!.end();
    await bench.until(() => bench.runs.length === 3);
    expect(bench.runs.map((run) => run.statuses)).toEqual([['a sent', 'b sent'], ['a sent'], ['b sent']]);
  });

  it('gives up after the last attempt, with the reason', async () => {
    bench.open({ retry: { ...FAST, maxAttempts: 2 } });
    await bench.put(['a', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    bench.runs[0]!.end({ kind: 'retry', reason: 'down' });
    await bench.until(() => bench.runs.length === 2);
    bench.runs[1]!.end({ kind: 'retry', reason: 'still down' });
    await bench.until(() => bench.recorded === 2);
    expect(await bench.ledger.deadLetters({})).toMatchObject([{ kind: 'relay', reason: 'given up after 2 attempts: still down' }]);
    expect(await bench.waiting()).toBe(0);
  });

  it('pauses as a whole where the other side fails as a whole, then tries one, then all', async () => {
    bench.open({ concurrency: 3, retry: { ...FAST, firstDelayMs: 50, maxDelayMs: 50 } });
    await bench.put(['a', 'sent'], ['b', 'sent'], ['c', 'sent'], ['d', 'sent']);
    await bench.until(() => bench.runs.length === 3);
    const down: LaneOutcome = { kind: 'retry', reason: 'down', pause: { reason: 'CleverTap is down' } };
    for (const run of bench.runs) run.end(down);
    await bench.until(() => bench.recorded === 3);
    expect(bench.pauses).toEqual(['CleverTap is down']);
    expect(bench.lane.state()).toMatchObject({ pauseReason: 'CleverTap is down', pausedUntil: expect.any(Date) });
    expect(bench.lane.reserve()).toBe(false);
    await bench.until(() => bench.runs.length === 4);
    expect(bench.lane.state().inFlight).toBe(1);
    bench.runs[3]!.end();
    await bench.until(() => bench.runs.length === 7);
    expect(bench.lane.state().inFlight).toBe(3);
  });

  it('holds an outcome until the ledger takes it', async () => {
    bench.open();
    bench.failRecording = 1;
    await bench.put(['a', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    bench.runs[0]!.end();
    await bench.until(() => bench.recorded === 1);
    expect(bench.runs).toHaveLength(1);
    expect(await bench.waiting()).toBe(0);
  });

  it('waits with claiming while the ledger is away', async () => {
    const { claim } = bench.ledger;
    let claims = 0;
    bench.ledger.claim = (...args) => {
      claims += 1;
      return claims < 3 ? Promise.reject(new Error('lost')) : claim.apply(bench.ledger, args);
    };
    const startedAt = now();
    bench.open();
    await bench.put(['a', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    expect(now() - startedAt).toBeGreaterThan(400);
    expect(claims).toBeLessThan(6);
  });

  it.each([1, 2, 3, 4])('looks at its time though its alarm rings early and the time comes while it looks (%i readings early)', async (readings) => {
    bench.open();
    await bench.put(['a', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    const clock = performance.now.bind(performance);
    bench.runs[0]!.end({ kind: 'retry', reason: 'busy', afterMs: 60 });
    await bench.until(() => bench.recorded === 1);
    const { nextDue = 0 } = await bench.ledger.claim(LANE, 1, 0);
    const due = nextDue - performance.timeOrigin;
    let early = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => {
      const at = clock();
      if (at < due - 1 || early === readings) return at;
      early += 1;
      return due - 1;
    });
    await bench.until(() => bench.runs.length === 2);
    expect(early).toBe(readings);
  });
});
