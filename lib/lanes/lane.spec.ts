import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { now } from '../clock.ts';
import { laneName } from '../ledger/ledger.ts';
import type { ClaimedJob } from '../ledger/message-records.ts';
import { SqliteLedger } from '../ledger/sqlite-ledger.ts';
import { recordEventOutcomes } from './event-outcomes.ts';
import { Lane } from './lane.ts';
import type { LaneOptions } from './lane-options.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { DeliveryReport } from '../messages/delivery-report.ts';
import type { LaneOutcome, SettledJob } from './lane-work.ts';

const ACCOUNT = '+918889500122';
const NAME = laneName.reports(ACCOUNT);
const FAST: LaneOptions['retry'] = { firstDelayMs: 20, factor: 1, maxDelayMs: 20, jitter: 0 };

/** Work under the test's control: runs wait until they are let go, and tell what they were given. */
class Bench {
  readonly runs: { statuses: string[]; end(outcome?: LaneOutcome): void }[] = [];
  readonly pauses: string[] = [];
  private waiting: (() => void)[] = [];
  recorded = 0;
  failRecording = 0;

  constructor(private readonly ledger: SqliteLedger) {}

  run(jobs: ClaimedJob[]): Promise<LaneOutcome[]> {
    return new Promise((resolve) => {
      const statuses = jobs.map(({ event }) => `${event!.message!.msgId} ${(event!.payload as DeliveryReport).status}`);
      this.runs.push({ statuses, end: (outcome = { kind: 'done' }) => resolve(jobs.map(() => outcome)) });
      this.tell();
    });
  }

  async record(settled: SettledJob[]): Promise<void> {
    if (this.failRecording > 0) {
      this.failRecording -= 1;
      throw new Error('disk full');
    }
    await recordEventOutcomes(this.ledger, 'relay', settled, now());
    this.recorded += settled.length;
    this.tell();
  }

  paused(reason: string): void {
    this.pauses.push(reason);
    this.tell();
  }

  /** Resolves as soon as the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private tell(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

describe('Lane', () => {
  let ledger: SqliteLedger;
  let bench: Bench;
  let lane: Lane;
  /** Runs that wait for their turn. */
  let held: (() => void)[];

  beforeEach(async () => {
    ledger = new SqliteLedger(':memory:');
    await ledger.open();
    bench = new Bench(ledger);
    held = [];
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    lane.cut();
    for (const run of held.splice(0)) run();
    for (const run of bench.runs) run.end();
    await lane.drain();
    await ledger.close();
  });

  const open = (options: Partial<LaneOptions> = {}): void => {
    lane = new Lane({ name: NAME, concurrency: 2, retry: FAST, ...options }, bench, ledger);
    lane.start();
  };
  /** Puts one job for each status into the lane; jobs of one message share a key. */
  const put = async (...entries: [msgId: string, ...statuses: ('sent' | 'delivered' | 'read')[]][]): Promise<void> => {
    const at = now();
    for (const [msgId, ...statuses] of entries) {
      await ledger.accept({
        account: ACCOUNT, msgId, test: false, origin: 'clevertap', to: '+919800000001', summary: '{}', wire: '{}', at, lane: 'elsewhere', claim: true,
        urgent: false,
      });
      const reports = statuses.map((status) => ({ report: { names: [msgId], status, at }, listenerLanes: [] }));
      await ledger.recordCallback({ accounts: [ACCOUNT], reports, inbound: [], unreadable: [], at, parkForMs: 0, settledLanes: [] });
    }
    lane.wake();
  };
  const waiting = async (): Promise<number> => (await ledger.counts()).jobs[NAME] ?? 0;

  it('runs as many at once as it may, and the rest as slots come free', async () => {
    open({ concurrency: 2 });
    await put(['a', 'sent'], ['b', 'sent'], ['c', 'sent']);
    await bench.until(() => bench.runs.length === 2);
    expect(lane.state()).toMatchObject({ inFlight: 2, backlog: true });
    bench.runs[0]!.end();
    await bench.until(() => bench.runs.length === 3);
    expect(bench.runs.map((run) => run.statuses)).toEqual([['a sent'], ['b sent'], ['c sent']]);
  });

  it('does the jobs of one key one after another', async () => {
    open({ concurrency: 4 });
    await put(['a', 'sent', 'delivered', 'read'], ['b', 'sent']);
    await bench.until(() => bench.runs.length === 2);
    expect(bench.runs.map((run) => run.statuses)).toEqual([['a sent'], ['b sent']]);
    bench.runs[0]!.end();
    await bench.until(() => bench.runs.length === 3);
    bench.runs[2]!.end();
    await bench.until(() => bench.runs.length === 4);
    expect(bench.runs.slice(2).map((run) => run.statuses)).toEqual([['a delivered'], ['a read']]);
  });

  it('keeps the order of a key behind a job that is tried again', async () => {
    open({ concurrency: 4 });
    await put(['a', 'sent', 'delivered']);
    await bench.until(() => bench.runs.length === 1);
    bench.runs[0]!.end({ kind: 'retry', reason: 'not now' });
    await bench.until(() => bench.runs.length === 2);
    bench.runs[1]!.end();
    await bench.until(() => bench.runs.length === 3);
    expect(bench.runs.map((run) => run.statuses)).toEqual([['a sent'], ['a sent'], ['a delivered']]);
  });

  it('batches: what comes within the waiting time shares a run, a full batch does not wait', async () => {
    open({ batch: { size: 3, waitMs: 60_000 } });
    await bench.until(() => !lane.state().backlog || true);
    await put(['a', 'sent', 'delivered', 'read'], ['b', 'sent', 'delivered']);
    lane.wake(5);
    await bench.until(() => bench.runs.length === 2);
    expect(bench.runs.map((run) => run.statuses)).toEqual([['a sent', 'a delivered', 'a read'], ['b sent', 'b delivered']]);
  });

  it('sends a job alone after its batch was refused', async () => {
    open({ batch: { size: 3, waitMs: 1 }, concurrency: 1 });
    await put(['a', 'sent'], ['b', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    bench.runs[0]!.end({ kind: 'retry', reason: '400', alone: true });
    await bench.until(() => bench.runs.length === 2);
    bench.runs[1]!.end();
    await bench.until(() => bench.runs.length === 3);
    expect(bench.runs.map((run) => run.statuses)).toEqual([['a sent', 'b sent'], ['a sent'], ['b sent']]);
  });

  it('gives up after the last attempt, with the reason', async () => {
    open({ retry: { ...FAST, maxAttempts: 2 } });
    await put(['a', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    bench.runs[0]!.end({ kind: 'retry', reason: 'down' });
    await bench.until(() => bench.runs.length === 2);
    bench.runs[1]!.end({ kind: 'retry', reason: 'still down' });
    await bench.until(() => bench.recorded === 2);
    expect(await ledger.deadLetters({})).toMatchObject([{ kind: 'relay', reason: 'given up after 2 attempts: still down' }]);
    expect(await waiting()).toBe(0);
  });

  it('pauses as a whole where the other side fails as a whole, then tries one, then all', async () => {
    open({ concurrency: 3, retry: { ...FAST, firstDelayMs: 50, maxDelayMs: 50 } });
    await put(['a', 'sent'], ['b', 'sent'], ['c', 'sent'], ['d', 'sent']);
    await bench.until(() => bench.runs.length === 3);
    const down: LaneOutcome = { kind: 'retry', reason: 'down', pause: { reason: 'CleverTap is down' } };
    for (const run of bench.runs) run.end(down);
    await bench.until(() => bench.recorded === 3);
    expect(bench.pauses).toEqual(['CleverTap is down']);
    expect(lane.state()).toMatchObject({ pauseReason: 'CleverTap is down', pausedUntil: expect.any(Date) });
    expect(lane.reserve()).toBe(false);
    await bench.until(() => bench.runs.length === 4);
    expect(lane.state().inFlight).toBe(1);
    bench.runs[3]!.end();
    await bench.until(() => bench.runs.length === 7);
    expect(lane.state().inFlight).toBe(3);
  });

  it('holds an outcome until the ledger takes it', async () => {
    open();
    bench.failRecording = 1;
    await put(['a', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    bench.runs[0]!.end();
    await bench.until(() => bench.recorded === 1);
    expect(bench.runs).toHaveLength(1);
    expect(await waiting()).toBe(0);
  });

  it('hands back what it has not begun, once the ledger takes it', async () => {
    const { finish } = ledger;
    let failures = 0;
    ledger.finish = async (results) => {
      failures += 1;
      if (failures === 1) throw new Error('disk full');
      return finish.call(ledger, results);
    };
    lane = new Lane({ name: NAME, concurrency: 2, retry: FAST }, bench, ledger);
    await put(['a', 'sent', 'delivered']);
    lane.start();
    await bench.until(() => bench.runs.length === 1);
    const drained = lane.drain();
    bench.runs[0]!.end();
    await drained;
    expect(bench.runs).toHaveLength(1);
    expect(await ledger.claim(NAME, 10, now())).toMatchObject({ jobs: [{ attempts: 0 }] });
  });

  it('waits with claiming while the ledger is away', async () => {
    const { claim } = ledger;
    let claims = 0;
    ledger.claim = (...args) => {
      claims += 1;
      return claims < 3 ? Promise.reject(new Error('lost')) : claim.apply(ledger, args);
    };
    const startedAt = now();
    open();
    await put(['a', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    expect(now() - startedAt).toBeGreaterThan(400);
    expect(claims).toBeLessThan(6);
  });

  it.each([1, 2, 3, 4])('looks at its time though its alarm rings early and the time comes while it looks (%i readings early)', async (readings) => {
    open();
    await put(['a', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    const clock = performance.now.bind(performance);
    bench.runs[0]!.end({ kind: 'retry', reason: 'busy', afterMs: 60 });
    await bench.until(() => bench.recorded === 1);
    const { nextDue = 0 } = await ledger.claim(NAME, 1, 0);
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

  it('reserves slots for newcomers only where nothing waits before them', async () => {
    open({ concurrency: 1, name: 'empty' });
    await waiting(); // the first claim has been answered by now
    await new Promise((resolve) => setImmediate(resolve));
    expect([lane.reserve(), lane.reserve()]).toEqual([true, false]);
    lane.giveBack();
    expect(lane.reserve()).toBe(true);
    lane.giveBack();
    lane.wake();
    expect(lane.reserve()).toBe(false);
  });

  it('takes no more of its rate while what it has begun waits for its turn: all of that would go at once', async () => {
    let at = 0;
    open({ concurrency: 10, rate: new RateLimiter(10, 2, () => at), begin: (run) => held.push(run) });
    await put(['a', 'sent'], ['b', 'sent'], ['c', 'sent'], ['d', 'sent'], ['e', 'sent'], ['f', 'sent']);
    await waiting();
    expect(held).toHaveLength(2);
    at += 1_000;
    lane.wake();
    await waiting(); // the ledger answers in order: a claim would have been answered before
    expect(held).toHaveLength(2);
    for (const run of held.splice(0)) run();
    await bench.until(() => bench.runs.length === 2);
    for (const run of bench.runs) run.end();
    await bench.until(() => bench.recorded === 2);
    await waiting();
    expect(held).toHaveLength(2);
  });

  it('drains: claims nothing more and waits for what is in flight', async () => {
    open({ concurrency: 1 });
    await put(['a', 'sent', 'delivered'], ['b', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    const drained = lane.drain();
    bench.runs[0]!.end();
    await drained;
    expect(bench.runs).toHaveLength(1);
    expect(await waiting()).toBe(2);
    expect(await ledger.claim(NAME, 10, now())).toMatchObject({ jobs: [{ attempts: 0 }, { attempts: 0 }] });
  });
});
