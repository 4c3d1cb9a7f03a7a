import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JobQueue } from '../../lib/lanes/job-queue.ts';
import type { LaneOutcome, SettledJob } from '../../lib/lanes/lane-work.ts';
import type { ClaimedJob } from '../../lib/ledger/message-records.ts';

/** What happens to the queue next. */
type Step =
  | { do: 'claim'; limit: number }
  | { do: 'start' }
  /** One of the runs ends; all its jobs alike, as a request to the other side does. */
  | { do: 'end'; run: number; outcome: 'done' | 'retry' | 'dead'; alone: boolean }
  /** The lane pauses: what has not been started goes back. */
  | { do: 'clear' }
  /** The ledger has what went back first. */
  | { do: 'keep' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('claim' as const), limit: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ do: fc.constant('start' as const) }),
  fc.record({ do: fc.constant('start' as const) }),
  fc.record({ do: fc.constant('end' as const), run: fc.nat(5), outcome: fc.constantFrom('done' as const, 'done' as const, 'retry' as const, 'dead' as const), alone: fc.boolean() }),
  fc.record({ do: fc.constant('clear' as const) }),
  fc.record({ do: fc.constant('keep' as const) }),
);

/** The queue between a ledger that hands out the oldest job first and runs that end as they are told. */
class Bench {
  readonly ended: ClaimedJob[] = [];
  readonly faults: string[] = [];
  private readonly queue: JobQueue;
  private waiting: ClaimedJob[];
  private readonly runs: ClaimedJob[][] = [];
  /** On their way back to the ledger. */
  private readonly leaving: SettledJob[][] = [];

  constructor(private readonly jobs: ClaimedJob[], batchSize: number) {
    this.queue = new JobQueue(batchSize);
    this.waiting = [...jobs];
  }

  take(step: Step): void {
    switch (step.do) {
      case 'claim': return this.queue.add(this.waiting.splice(0, step.limit));
      case 'start': return this.start();
      case 'end': return this.end(step.run, step.outcome, step.alone);
      case 'clear': return this.handBack(this.queue.clear());
      case 'keep': return this.keep();
    }
  }

  /** Lets all go well from now on. More rounds than jobs would say that some are lost. */
  finish(): void {
    for (let round = 0; round <= 2 * this.jobs.length; round++) {
      while (this.leaving.length > 0) this.keep(); // a lane claims nothing meanwhile
      this.take({ do: 'claim', limit: this.jobs.length });
      this.start();
      this.end(0, 'done', false);
    }
  }

  private start(): void {
    const batch = this.queue.next(true);
    if (batch === undefined) return;
    if (batch.length === 0) this.faults.push('a batch without jobs');
    if (batch.length > 1 && batch.some(({ alone }) => alone)) this.faults.push('a job that must be alone has company');
    const busy = new Set(this.runs.flat().map(({ key }) => key));
    for (const { key } of batch) if (key !== undefined && busy.has(key)) this.faults.push(`key ${key} runs twice at once`);
    this.runs.push(batch);
  }

  private end(index: number, kind: 'done' | 'retry' | 'dead', alone: boolean): void {
    const [run] = this.runs.splice(this.runs.length === 0 ? 0 : index % this.runs.length, 1);
    if (run === undefined) return;
    const outcome: LaneOutcome = kind === 'done' ? { kind } : { kind, reason: 'no', alone };
    if (kind === 'retry') this.giveBack(run.map((job) => ({ ...job, alone: job.alone || alone })));
    else this.ended.push(...run);
    this.handBack(this.queue.done(run.map((job) => ({ job, outcome }))));
  }

  private handBack(settled: SettledJob[]): void {
    if (settled.some(({ outcome: { kind } }) => kind !== 'release')) this.faults.push('what was not tried counts as tried');
    if (settled.length > 0) this.leaving.push(settled);
  }

  private keep(): void {
    const kept = this.leaving.shift();
    if (kept === undefined) return;
    this.giveBack(kept.map(({ job }) => job));
    this.handBack(this.queue.done(kept));
  }

  private giveBack(jobs: ClaimedJob[]): void {
    this.waiting = [...this.waiting, ...jobs].sort((a, b) => a.id - b.id);
  }
}

describe('the queue of a lane', () => {
  const given = fc.array(fc.record({ key: fc.option(fc.nat(3), { nil: undefined, freq: 5 }), alone: fc.nat(4).map((chance) => chance === 0) }), { minLength: 1, maxLength: 30 });

  it('runs no key twice at once, keeps the order within a key, and neither loses nor doubles a job', () => {
    fc.assert(fc.property(given, fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 80 }), (members, batchSize, steps) => {
      const jobs = members.map(({ key, alone }, id): ClaimedJob => ({ id, attempts: 0, alone, ...(key !== undefined && { key }) }));
      const bench = new Bench(jobs, batchSize);
      for (const each of steps) bench.take(each);
      bench.finish();
      expect(bench.faults).toEqual([]);
      expect(bench.ended.map(({ id }) => id).sort((a, b) => a - b)).toEqual(jobs.map(({ id }) => id));
      for (const key of new Set(jobs.map((job) => job.key))) {
        if (key === undefined) continue;
        const ids = bench.ended.filter((job) => job.key === key).map(({ id }) => id);
        expect(ids).toEqual(ids.toSorted((a, b) => a - b));
      }
    }), { numRuns: 2_000 });
  });
});
