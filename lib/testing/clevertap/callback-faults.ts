/** A way in which a callback endpoint may fail. */
export type CallbackFaultKind =
  /** Answers with an HTTP status (500) and counts nothing. */
  | 'error'
  /** Takes the request and never answers; counts nothing. */
  | 'hang'
  /** Resets the connection; counts nothing. */
  | 'reset'
  /** Counts what came, then resets the connection: the sender cannot know, and a repeat is a duplicate. */
  | 'drop-answer'
  /** Counts what came and answers late. */
  | 'delay';

/** A fault and how long it lasts: a number of requests, or a time from its first request on. */
export interface CallbackFault {
  kind: CallbackFaultKind;
  /** Requests; 1 where `forMs` is not given either. */
  times?: number;
  /** Milliseconds, counted from the first request that meets the fault. */
  forMs?: number;
  /** Which endpoint; both by default. */
  on?: 'delivery-reports' | 'inbound-messages';
  /** With `error`: the HTTP status, 500. */
  status?: number;
  /** With `delay`: how late the answer is, in milliseconds; 1,000. */
  delayMs?: number;
}

interface PendingFault extends CallbackFault {
  left: number;
  until?: number;
}

/** Faults wait in line; each request meets the first one that is meant for its endpoint. */
export class CallbackFaults {
  private pending: PendingFault[] = [];

  add(faults: CallbackFault[]): void {
    for (const fault of faults) {
      this.pending.push({ ...fault, left: fault.times ?? (fault.forMs === undefined ? 1 : Infinity) });
    }
  }

  clear(): void {
    this.pending = [];
  }

  /** The fault that a request to this endpoint meets now, if any; it is used up by asking. */
  next(endpoint: NonNullable<CallbackFault['on']>): CallbackFault | undefined {
    const now = performance.now();
    this.pending = this.pending.filter((fault) => fault.left > 0 && (fault.until === undefined || now < fault.until));
    const fault = this.pending.find(({ on }) => on === undefined || on === endpoint);
    if (!fault) return undefined;
    fault.left -= 1;
    if (fault.forMs !== undefined) fault.until ??= now + fault.forMs;
    return fault;
  }
}
