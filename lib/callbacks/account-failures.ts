import { Inject, Injectable, Logger } from '@nestjs/common';
import { HOUR_MS, now } from '../clock.ts';
import { EventStreams } from '../events/event-streams.ts';
import type { RecordedEvent } from '../ledger/message-records.ts';
import type { DeliveryReport } from '../messages/delivery-report.ts';
import { loggableReason } from '../messages/failure-reason.ts';
import { Accounts } from '../options/accounts.ts';

/** A campaign of thousands fails for one reason, which is told once in this time. */
const TELL_EVERY_MS = HOUR_MS;
const MOST_REASONS = 100;

/**
 * Raises an alert where reports say that an account fails as a whole: no payment, a locked number. AiSensy takes its messages and they fail
 * later, so its lane does not notice. The lane is not paused: only AiSensy knows how many of them fail.
 */
@Injectable()
export class AccountFailures {
  private readonly logger = new Logger('WhatsAppBridge');
  /** When each failure was told last, by account and reason. */
  private readonly told = new Map<string, number>();

  constructor(@Inject(Accounts) private readonly accounts: Accounts, @Inject(EventStreams) private readonly streams: EventStreams) {}

  /** Looks at reports that were written down, each for the first time. */
  look(recorded: readonly RecordedEvent[]): void {
    for (const { kind, account, payload } of recorded) {
      if (kind !== 'delivery-report') continue;
      const { accountWide, failure } = payload as DeliveryReport;
      if (accountWide && failure !== undefined) this.tell(account, loggableReason(failure));
    }
  }

  private tell(account: string, reason: string): void {
    const key = `${account} ${reason}`;
    const at = now();
    if (at - (this.told.get(key) ?? -Infinity) < TELL_EVERY_MS) return;
    if (this.told.size >= MOST_REASONS) this.told.clear();
    this.told.set(key, at);
    const nickname = this.accounts.nickname(account);
    this.streams.alert({ account: nickname, kind: 'account-failing', reason, at: new Date(at) });
    this.logger.error(`Account ${nickname}: messages are taken and fail later, as all others will until somebody sees to it (${reason}).`);
  }
}
