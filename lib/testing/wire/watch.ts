/** How long to wait, and what for. */
export interface WaitOptions {
  /** Milliseconds; 10,000. */
  timeoutMs?: number;
  /** What is waited for, in words for the error: `6 statuses`. */
  what?: string;
}

interface Waiter {
  predicate: () => boolean;
  resolve: () => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** Lets tests wait until something is true without polling: predicates are asked again whenever something happened. */
export class Watch {
  private readonly waiters = new Set<Waiter>();
  private readonly describe: () => string;
  private scheduled = false;

  /** `describe` says what the simulator has seen so far; it ends the error of a wait that was in vain. */
  constructor(describe: () => string) {
    this.describe = describe;
  }

  /** Resolves once the predicate is true; rejects after the time-out, or at once where the predicate throws. */
  until(predicate: () => boolean, options: WaitOptions = {}): Promise<void> {
    const { timeoutMs = 10_000, what = 'a condition' } = options;
    const failure = new Error();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters.delete(waiter);
        failure.message = `Waited ${timeoutMs} ms in vain for ${what}. So far: ${this.describe()}.`;
        reject(failure);
      }, timeoutMs);
      const waiter = { predicate, resolve, reject, timer };
      this.waiters.add(waiter);
      this.ask(waiter);
    });
  }

  /** Says that something happened. Many happenings in one turn of the event loop cost one round of questions. */
  changed(): void {
    if (this.scheduled || this.waiters.size === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      for (const waiter of this.waiters) this.ask(waiter);
    });
  }

  /** Ends every wait with an error. */
  stop(): void {
    for (const waiter of this.waiters) {
      this.settle(waiter);
      waiter.reject(new Error(`The simulator was stopped while a test waited. So far: ${this.describe()}.`));
    }
  }

  private ask(waiter: Waiter): void {
    try {
      if (!waiter.predicate()) return;
      this.settle(waiter);
      waiter.resolve();
    } catch (error) {
      this.settle(waiter);
      waiter.reject(error as Error);
    }
  }

  private settle(waiter: Waiter): void {
    clearTimeout(waiter.timer);
    this.waiters.delete(waiter);
  }
}
