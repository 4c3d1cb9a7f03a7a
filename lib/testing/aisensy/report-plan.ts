import { shuffled } from './random.ts';

/** The statuses that AiSensy reports. */
export type ReportedStatus = 'sent' | 'delivered' | 'read' | 'failed' | 'clicked';

/** One report of a message. */
export interface ReportStep {
  status: ReportedStatus;
  /** How long after the step before, in milliseconds; the plan's `everyMs`. */
  afterMs?: number;
  /** With `failed`: CleverTap's code, Meta's code and the words; 1005, 131026, "Message undeliverable". */
  code?: number;
  metaCode?: number;
  title?: string;
  /** With `clicked`: the link. */
  url?: string;
}

/** Which reports a message gets, and when. Plain data. */
export interface ReportPlan {
  /** In order; `sent`, `delivered`, `read`. None: the message is never heard of again. */
  statuses?: (ReportedStatus | ReportStep)[];
  /** From the answer to the first report, in milliseconds; 5. */
  afterMs?: number;
  /** From each report to the next; 5. */
  everyMs?: number;
  /** How often each report is posted; 1. */
  copies?: number;
  /** Whether the reports come in any order. Their own times stay as they were. */
  shuffle?: boolean;
  /**
   * Posts the first report before the answer to the send: so many milliseconds before, or `acknowledged`, in which case the
   * answer waits until the report has been answered.
   */
  early?: number | 'acknowledged';
}

/** The reports of one message, in the order in which they are posted. */
export interface PlannedReport extends ReportStep {
  /** Milliseconds after the report before it, or after the answer to the send. */
  afterMs: number;
  /** When it claims to have happened, in milliseconds after the send. */
  offsetMs: number;
}

/** Lays out a message's reports. */
export function layOut(plan: ReportPlan, random: () => number): PlannedReport[] {
  const { statuses = ['sent', 'delivered', 'read'], afterMs = 5, everyMs = 5, copies = 1 } = plan;
  let offsetMs = 0;
  const inOrder = statuses.map((status, index): PlannedReport => {
    const step = typeof status === 'string' ? { status } : status;
    const wait = step.afterMs ?? (index === 0 ? afterMs : everyMs);
    offsetMs += wait;
    return { ...step, afterMs: wait, offsetMs };
  });
  const copied = inOrder.flatMap((report) => {
    const again = { ...report, afterMs: 0 };
    return Array.from({ length: copies }, (_, copy) => (copy === 0 ? report : again));
  });
  if (!plan.shuffle) return copied;
  // The waits stay where they are; what is reported changes places.
  return shuffled(copied, random).map((report, place) => ({ ...report, afterMs: copied[place]!.afterMs }));
}
