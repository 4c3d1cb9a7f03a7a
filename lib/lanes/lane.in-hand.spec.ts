import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LANE, LaneBench, PERSON } from '../../test/support/lane-bench.ts';
import { now } from '../clock.ts';
import { RateLimiter } from './rate-limiter.ts';

describe('what a Lane has in hand', () => {
  let bench: LaneBench;

  beforeEach(async () => {
    bench = new LaneBench();
    await bench.ledger.open();
  });
  afterEach(async () => {
    await bench.close();
  });

  /** Claims that are held on their way to the ledger, from `hold` to `letGo`; `asked` is how many jobs each was for. */
  const heldClaims = () => {
    const claim = bench.ledger.claim.bind(bench.ledger);
    const asked: number[] = [];
    let end = (): void => undefined;
    let answered = Promise.resolve();
    bench.ledger.claim = async (name, limit, at) => {
      asked.push(limit);
      await answered;
      return claim(name, limit, at);
    };
    return { claim, asked, hold: (): void => { answered = new Promise((resolve) => { end = resolve; }); }, letGo: (): void => end() };
  };

  /** Starts the lane, and ends three of its four runs while one claim is under way. */
  const endThreeBehindOneClaim = async ({ hold, letGo }: ReturnType<typeof heldClaims>): Promise<void> => {
    bench.lane.start();
    await bench.until(() => bench.runs.length === 4);
    hold();
    for (const ended of [0, 1, 2]) {
      bench.runs[ended]!.end();
      await bench.until(() => bench.recorded === ended + 1);
    }
    letGo();
    await bench.until(() => bench.runs.length === 7);
  };

  it('hands back what it has not begun, once the ledger takes it', async () => {
    const { finish } = bench.ledger;
    let failures = 0;
    bench.ledger.finish = async (results) => {
      failures += 1;
      if (failures === 1) throw new Error('disk full');
      return finish.call(bench.ledger, results);
    };
    bench.make({ concurrency: 2 });
    await bench.put(['a', 'sent', 'delivered']);
    bench.lane.start();
    await bench.until(() => bench.runs.length === 1);
    const drained = bench.lane.drain();
    bench.runs[0]!.end();
    await drained;
    expect(bench.runs).toHaveLength(1);
    expect(await bench.ledger.claim(LANE, 10, now())).toMatchObject({ jobs: [{ attempts: 0 }] });
  });

  it('has the next jobs in hand where slots come free faster than the ledger answers, and hands them back at the end', async () => {
    const claims = heldClaims();
    const { asked, hold, letGo, claim } = claims;
    bench.make({ concurrency: 4 });
    await bench.put(...Array.from({ length: 12 }, (_, place): [string, 'sent'] => [`m${place}`, 'sent']));
    await endThreeBehindOneClaim(claims);
    expect(asked).toEqual([4, 1, 4]); // two slots were free, and two had come free while the claim was under way

    hold();
    bench.runs[3]!.end();
    await bench.until(() => bench.runs.length === 8);
    bench.runs[4]!.end();
    await bench.until(() => bench.runs.length === 9);
    expect(bench.lane.state().inFlight).toBe(4);
    const drained = bench.lane.drain();
    letGo();
    for (const run of bench.runs) run.end();
    await drained;
    expect(bench.runs).toHaveLength(9);
    expect((await claim(LANE, 10, now())).jobs.map(({ attempts }) => attempts)).toEqual([0, 0, 0]);
  });

  it('claims no more ahead while what it has in hand waits behind others of its key', async () => {
    const claims = heldClaims();
    bench.make({ concurrency: 4 });
    await bench.put(...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((msgId): [string, 'sent'] => [msgId, 'sent']));
    await bench.put(...['g', 'f', 'e', 'd'].map((msgId): [string, 'delivered', 'read'] => [msgId, 'delivered', 'read']));
    await endThreeBehindOneClaim(claims);
    for (let again = 0; again < 4; again += 1) await bench.waiting(); // each claim would be followed by the next one
    expect(claims.asked).toEqual([4, 1, 4]);
  });

  it('reads anew what it has not begun where it is told to', async () => {
    bench.make({ concurrency: 2 });
    await bench.put(['a', 'sent', 'delivered']);
    bench.lane.start();
    await bench.until(() => bench.runs.length === 1);
    await bench.ledger.forget(PERSON);
    await bench.lane.readAgain();
    bench.runs[0]!.end();
    await bench.until(() => bench.runs.length === 2);
    expect(bench.runs.map(({ jobs }) => jobs[0]!.event!.message!.to)).toEqual([PERSON, '']);
  });

  it('reserves slots for newcomers only where nothing waits before them', async () => {
    bench.open({ concurrency: 1, name: 'empty' });
    await bench.waiting(); // the first claim has been answered by now
    await new Promise((resolve) => setImmediate(resolve));
    expect([bench.lane.reserve(), bench.lane.reserve()]).toEqual([true, false]);
    bench.lane.giveBack();
    expect(bench.lane.reserve()).toBe(true);
    bench.lane.giveBack();
    bench.lane.wake();
    expect(bench.lane.reserve()).toBe(false);
  });

  it('takes no more of its rate while what it has begun waits for its turn: all of that would go at once', async () => {
    let at = 0;
    bench.open({ concurrency: 10, rate: new RateLimiter(10, 2, () => at), begin: (run) => bench.held.push(run) });
    await bench.put(['a', 'sent'], ['b', 'sent'], ['c', 'sent'], ['d', 'sent'], ['e', 'sent'], ['f', 'sent']);
    await bench.waiting();
    expect(bench.held).toHaveLength(2);
    at += 1_000;
    bench.lane.wake();
    await bench.waiting(); // the ledger answers in order: a claim would have been answered before
    expect(bench.held).toHaveLength(2);
    for (const run of bench.held.splice(0)) run();
    await bench.until(() => bench.runs.length === 2);
    for (const run of bench.runs) run.end();
    await bench.until(() => bench.recorded === 2);
    await bench.waiting();
    expect(bench.held).toHaveLength(2);
  });

  it('drains: claims nothing more and waits for what is in flight', async () => {
    bench.open({ concurrency: 1 });
    await bench.put(['a', 'sent', 'delivered'], ['b', 'sent']);
    await bench.until(() => bench.runs.length === 1);
    const drained = bench.lane.drain();
    bench.runs[0]!.end();
    await drained;
    expect(bench.runs).toHaveLength(1);
    expect(await bench.waiting()).toBe(2);
    expect(await bench.ledger.claim(LANE, 10, now())).toMatchObject({ jobs: [{ attempts: 0 }, { attempts: 0 }] });
  });
});
