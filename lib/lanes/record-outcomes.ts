import type { LaneWork, SettledJob } from './lane-work.ts';

/** How long is waited after the ledger failed, in milliseconds. */
export const LEDGER_RETRY_MS = 500;

/** An outcome that is not written down would be worked out twice: it is held until the ledger takes it, or `signal` ends the lane. */
export async function recordOutcomes(work: LaneWork, settled: SettledJob[], signal: AbortSignal): Promise<void> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      await work.record(settled);
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (isFirst) work.unrecorded?.(error instanceof Error ? error : new Error(String(error)));
      await new Promise((resolve) => setTimeout(resolve, LEDGER_RETRY_MS));
    }
  }
}
