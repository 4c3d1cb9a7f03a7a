import { now } from '../clock.ts';
import type { ClaimedJob } from '../ledger/message-records.ts';
import type { LaneOutcome, SettledJob } from './lane-work.ts';
import { isExhausted, nextDelay, type RetrySchedule } from './retry-schedule.ts';

/** What the outcomes of a run mean for its jobs: when the ones that go again are due, and which have been tried often enough. */
export function settle(jobs: ClaimedJob[], outcomes: LaneOutcome[], retry: RetrySchedule): SettledJob[] {
  const settled = jobs.map((job, index) => settleOne(job, outcomes[index]!, retry));
  return settled.some(({ due }) => due !== undefined) ? together(settled) : settled;
}

function settleOne(job: ClaimedJob, outcome: LaneOutcome, retry: RetrySchedule): SettledJob {
  if (outcome.kind === 'release' && outcome.afterMs !== undefined) return { job, outcome, due: now() + outcome.afterMs };
  if (outcome.kind !== 'retry') return { job, outcome };
  const attempts = job.attempts + 1;
  if (isExhausted(retry, attempts)) {
    return { job, outcome: { kind: 'dead', reason: `given up after ${attempts} attempts: ${outcome.reason}` } };
  }
  return { job, outcome, due: now() + nextDelay(retry, attempts, Math.random(), outcome.afterMs) };
}

/** Gives all jobs of the run that go again the same time: a later one must not come before an earlier one of its key. */
function together(settled: SettledJob[]): SettledJob[] {
  const due = Math.max(...settled.map((one) => one.due ?? 0));
  return settled.map((one) => (one.due === undefined ? one : { ...one, due }));
}
