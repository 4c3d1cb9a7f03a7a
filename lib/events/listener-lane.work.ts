import { Logger } from '@nestjs/common';
import { recordEventOutcomes } from '../lanes/event-outcomes.ts';
import type { LaneOutcome, LaneWork, SettledJob } from '../lanes/lane-work.ts';
import { isExhausted, type RetrySchedule } from '../lanes/retry-schedule.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ClaimedJob } from '../ledger/message-records.ts';
import type { Accounts } from '../options/accounts.ts';
import { eventOf } from './event.factory.ts';
import { PermanentError, RetryLaterError } from './listener.errors.ts';
import { ListenerLog } from './listener-log.ts';
import type { Listener } from './listener.ts';
import { now } from '../clock.ts';

/** As much of an error's text as a dead letter keeps. */
const LONGEST_TEXT = 500;

/** What a listener's lane does with one event: calls the host's method, and tries again when it throws. */
export class ListenerLaneWork implements LaneWork {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly log: ListenerLog;

  constructor(
    private readonly listener: Listener,
    private readonly accounts: Accounts,
    private readonly ledger: Ledger,
    /** The lane's own: it says which attempt is the last. */
    private readonly retry: RetrySchedule,
  ) {
    this.log = new ListenerLog(listener.name);
  }

  async run([job]: ClaimedJob[], signal: AbortSignal): Promise<LaneOutcome[]> {
    const recorded = job!.event;
    if (recorded === undefined) return [{ kind: 'done' }];
    if (recorded.kind !== this.listener.kind) return [{ kind: 'dead', reason: `the listener now asks for ${this.listener.kind}, this is ${recorded.kind}` }];
    const event = eventOf(recorded, this.accounts.nickname(recorded.account));
    // Filters that need the message itself can only be asked now that it is known.
    if (!this.listener.matches(event)) return [{ kind: 'done' }];
    try {
      await this.listener.invoke(event, signal);
      return [{ kind: 'done' }];
    } catch (error) {
      // The app stops and can wait no longer: the call is made again after the next start.
      if (signal.aborted) return [{ kind: 'release' }];
      return [this.failure(error, job!.attempts + 1)];
    }
  }

  record(settled: SettledJob[]): Promise<void> {
    return recordEventOutcomes(this.ledger, 'listener', settled, now());
  }

  unrecorded(why: string, stack?: string): void {
    this.logger.error(`Listener ${this.listener.name}: an outcome could not be written down yet and is held, since ${why}.`, stack);
  }

  private failure(error: unknown, attempts: number): LaneOutcome {
    const reason = textOf(error);
    const isPermanent = error instanceof PermanentError;
    if (isPermanent || isExhausted(this.retry, attempts)) this.log.gaveUp(error, attempts);
    else this.log.failed(error);
    return isPermanent ? { kind: 'dead', reason } : { kind: 'retry', reason, ...(error instanceof RetryLaterError && { afterMs: error.delayMs }) };
  }
}

/** For the dead letter, which holds the event itself anyway. */
function textOf(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`.slice(0, LONGEST_TEXT);
  return typeof error === 'string' ? error.slice(0, LONGEST_TEXT) : typeof error;
}
