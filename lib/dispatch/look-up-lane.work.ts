import { Logger } from '@nestjs/common';
import { now } from '../clock.ts';
import { recordEventOutcomes } from '../lanes/event-outcomes.ts';
import type { LaneOutcome, LaneWork, SettledJob } from '../lanes/lane-work.ts';
import { untilAborted } from '../lanes/until-aborted.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ClaimedJob } from '../ledger/message-records.ts';
import type { Account } from '../options/resolved-options.ts';
import type { MessageLookUp } from './message-look-up.ts';

/** Asks after messages whose report is overdue. The job is gone where a report came first. */
export class LookUpLaneWork implements LaneWork {
  private readonly logger = new Logger('WhatsAppBridge');

  constructor(private readonly account: Account, private readonly lookUp: MessageLookUp, private readonly ledger: Ledger) {}

  async run([job]: ClaimedJob[], signal: AbortSignal): Promise<LaneOutcome[]> {
    if (job!.message === undefined) return [{ kind: 'done' }];
    try {
      await untilAborted(this.lookUp.ask(job!.message.msgId), signal);
      return [{ kind: 'done' }];
    } catch (error) {
      // The app stops and can wait no longer: AiSensy is asked again after the next start.
      if (signal.aborted) return [{ kind: 'release' }];
      throw error;
    }
  }

  record(settled: SettledJob[]): Promise<void> {
    return recordEventOutcomes(this.ledger, 'unknown', settled, now());
  }

  unrecorded(why: string, stack?: string): void {
    this.logger.error(`Account ${this.account.nickname}: a look-up could not be written down yet and is held, since ${why}.`, stack);
  }
}
