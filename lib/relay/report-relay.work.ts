import { Logger } from '@nestjs/common';
import { type RelayedStatus, writeDeliveryReports } from '../clevertap/callback-form.ts';
import { isFreeform } from '../events/event.factory.ts';
import type { HttpSender } from '../http/http-sender.ts';
import { recordEventOutcomes } from '../lanes/event-outcomes.ts';
import type { LaneOutcome, LaneWork, SettledJob } from '../lanes/lane-work.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ClaimedJob } from '../ledger/message-records.ts';
import { type DeliveryReport, failureOf, statusRank } from '../messages/delivery-report.ts';
import type { Account } from '../options/resolved-options.ts';
import { CALLBACK_TIMEOUT_MS, relayOutcome } from './callback-answer.ts';
import { now } from '../clock.ts';

/** Carries delivery reports to CleverTap, many in a request ("Generic WhatsApp", delivery report callback). */
export class ReportRelayWork implements LaneWork {
  private readonly logger = new Logger('WhatsAppBridge');

  constructor(private readonly account: Account, private readonly sender: HttpSender, private readonly ledger: Ledger) {}

  async run(jobs: ClaimedJob[], signal: AbortSignal): Promise<LaneOutcome[]> {
    const statuses = jobs.flatMap(({ event }) => {
      if (event?.message === undefined) return [];
      const report = event.payload as DeliveryReport;
      const { status, at, click } = report;
      const failure = failureOf(report, isFreeform(event.message));
      return [{ message: event.message.seq, msgId: event.message.msgId, status, at, failure, click }];
    });
    // Within one request a message's statuses go in the order of its life, whatever the order in which they came.
    statuses.sort((a, b) => a.message - b.message || placeInLife(a) - placeInLife(b) || (a.status === 'clicked' ? a.at - b.at : 0));
    const outcome = statuses.length === 0 ? { kind: 'done' as const } : await this.post(statuses, signal);
    return jobs.map(() => outcome);
  }

  record(settled: SettledJob[]): Promise<void> {
    return recordEventOutcomes(this.ledger, 'relay', settled, now());
  }

  paused(reason: string, until: Date): void {
    this.logger.warn(`Account ${this.account.nickname}: CleverTap takes no delivery reports (${reason}). They wait; next try at ${until.toISOString()}.`);
  }

  unrecorded(why: string, stack?: string): void {
    this.logger.error(`Account ${this.account.nickname}: what became of relayed reports could not be written down yet and is held, since ${why}.`, stack);
  }

  private async post(statuses: RelayedStatus[], signal: AbortSignal): Promise<LaneOutcome> {
    const result = await this.sender.post({
      url: this.account.cleverTap.deliveryReportUrl, headers: { 'content-type': 'application/json' }, body: writeDeliveryReports(statuses),
      timeoutMs: CALLBACK_TIMEOUT_MS, signal,
    });
    return relayOutcome(result, statuses.length > 1);
  }
}

/** Who taps a link has the message before them: clicks come last, though they change no state and so have no rank. */
function placeInLife({ status }: RelayedStatus): number {
  return status === 'clicked' ? Number.MAX_SAFE_INTEGER : statusRank(status);
}
