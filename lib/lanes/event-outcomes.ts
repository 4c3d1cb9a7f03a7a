import type { DeadLetterKind } from '../ledger/dead-letter.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { JobResult } from '../ledger/ledger-records.ts';
import type { SettledJob } from './lane-work.ts';

/** Writes down what became of relay or listener jobs; `relay` jobs are marked as taken by CleverTap. */
export function recordEventOutcomes(ledger: Ledger, letter: DeadLetterKind, settled: SettledJob[], now: number): Promise<void> {
  const done: number[] = [];
  const results: JobResult[] = [];
  for (const { job: { id }, outcome, due } of settled) {
    switch (outcome.kind) {
      case 'done': done.push(id); break;
      case 'retry': results.push({ id, kind: 'retry', due: due ?? now, ...(outcome.alone && { alone: true }) }); break;
      case 'dead': results.push({ id, kind: 'dead', letter, reason: outcome.reason, at: now }); break;
      case 'release': results.push({ id, kind: 'release' }); break;
    }
  }
  if (done.length > 0) results.push({ ids: done, kind: 'done', ...(letter === 'relay' && { relayed: now }) });
  return ledger.finish(results);
}
