import type { DeadLetterKind } from '../ledger/dead-letter.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { JobResult } from '../ledger/ledger-records.ts';
import type { SettledJob } from './lane-work.ts';

/** Writes down what became of relay or listener jobs; `relay` jobs are marked as taken by CleverTap. */
export function recordEventOutcomes(ledger: Ledger, letter: DeadLetterKind, settled: SettledJob[], now: number): Promise<void> {
  return ledger.finish(settled.map(({ job: { id }, outcome, due }): JobResult => {
    switch (outcome.kind) {
      case 'done': return { id, kind: 'done', ...(letter === 'relay' && { relayed: now }) };
      case 'retry': return { id, kind: 'retry', due: due ?? now, ...(outcome.alone && { alone: true }) };
      case 'dead': return { id, kind: 'dead', letter, reason: outcome.reason, at: now };
      case 'release': return { id, kind: 'release', ...(due !== undefined && { due }) };
    }
  }));
}
