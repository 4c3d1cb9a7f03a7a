import { Logger } from '@nestjs/common';
import { recordEventOutcomes } from '../lanes/event-outcomes.ts';
import type { LaneOutcome, LaneWork, SettledJob } from '../lanes/lane-work.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ClaimedJob } from '../ledger/message-records.ts';
import type { Accounts } from '../options/accounts.ts';
import { eventOf } from './event.factory.ts';
import { PermanentError, RetryLaterError } from './listener.errors.ts';
import type { Listener } from './listener.ts';
import { now } from '../clock.ts';

/** What a listener's lane does with one event: calls the host's method, and tries again when it throws. */
export class ListenerLaneWork implements LaneWork {
  private readonly logger = new Logger('WhatsAppBridge');

  constructor(private readonly listener: Listener, private readonly accounts: Accounts, private readonly ledger: Ledger) {}

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
      return [this.failure(error)];
    }
  }

  record(settled: SettledJob[]): Promise<void> {
    return recordEventOutcomes(this.ledger, 'listener', settled, now());
  }

  unrecorded(error: Error): void {
    this.logger.error(`Listener ${this.listener.name}: an outcome could not be written down yet, it is held: ${error.message}`);
  }

  /** Names of errors only: their texts may quote a person's message or number. */
  private failure(error: unknown): LaneOutcome {
    const name = error instanceof Error ? error.name : typeof error;
    if (error instanceof PermanentError) return { kind: 'dead', reason: `${name}: ${error.message}` };
    this.logger.warn(`Listener ${this.listener.name} failed (${name}); it is tried again.`);
    return { kind: 'retry', reason: name, ...(error instanceof RetryLaterError && { afterMs: error.delayMs }) };
  }
}
