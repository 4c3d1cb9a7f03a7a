import type { OutgoingResult } from '../http/outgoing-call.ts';
import type { LaneOutcome } from '../lanes/lane-work.ts';
import { retryAfterMs } from '../http/retry-after.ts';

/** How long one call to CleverTap may take, in milliseconds. */
export const CALLBACK_TIMEOUT_MS = 15_000;

/**
 * The outcome of a call to CleverTap's callback endpoint. Its answers are not published: 2xx counts as taken, and everything else is tried
 * again, since a repeated status does less harm than a lost one. `many` says that the request carried several jobs.
 */
export function relayOutcome(result: OutgoingResult, many: boolean): LaneOutcome {
  if (result.kind !== 'answered') return failing(result.error);
  const { status, headers } = result;
  if (status >= 200 && status < 300) return { kind: 'done' };
  const reason = `CleverTap answered ${status}`;
  if (status === 429 || status >= 500) return failing(reason, retryAfterMs(headers['retry-after'], Date.now()));
  // One bad status may have spoilt the whole request: each goes alone from now on.
  return { kind: 'retry', reason, alone: many };
}

/** The other side as a whole is in trouble. */
function failing(reason: string, afterMs?: number): LaneOutcome {
  return { kind: 'retry', reason, pause: { reason, afterMs } };
}
