import { Inject, Injectable } from '@nestjs/common';
import { now } from '../clock.ts';
import { EventAnnouncer } from '../events/event-announcer.ts';
import { isFreeform } from '../events/event.factory.ts';
import { Backlog } from '../lanes/backlog.ts';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { laneName, LEDGER, type Ledger } from '../ledger/ledger.ts';
import type { StoredMessage } from '../ledger/message-records.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import type { Account } from '../options/resolved-options.ts';
import { deadlineOf } from './deadline.ts';
import { overtakes } from './overtaking.ts';

/** How somebody ends the waiting by hand: `sent` and `failed` are what was found out, `resend` sends the message again, perhaps a second time. */
export type SettlementDecision = 'sent' | 'failed' | 'resend';

/** The end of one message's waiting. */
export interface SettlementOf {
  message: StoredMessage;
  decision: SettlementDecision;
  /** What is told of it where it counts as failed. */
  reason: FailureReason;
  /** The settling job, where it was the account's policy that decided. */
  job?: number;
}

const BY_HAND: FailureReason = { code: 1009, title: 'failed: settled by hand after an unknown outcome' };

/** Ends the waiting of messages whose outcome is unknown, with all that follows: a new attempt, CleverTap's report, the listeners. */
@Injectable()
export class Settlements {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(EventAnnouncer) private readonly announcer: EventAnnouncer,
    @Inject(LaneRegistry) private readonly lanes: LaneRegistry,
    @Inject(Backlog) private readonly backlog: Backlog,
  ) {}

  /** As an operator decides; false where no such message of the account waits. */
  async byHand(account: Account, msgId: string, decision: SettlementDecision): Promise<boolean> {
    const message = await this.ledger.unknownOf(account.mobileNumber, msgId);
    return message !== undefined && this.end(account, { message, decision, reason: BY_HAND });
  }

  /** False where the message does not wait any more. */
  async end(account: Account, { message, decision, reason, job }: SettlementOf): Promise<boolean> {
    const at = now();
    const resend = decision === 'resend';
    const listenerLanes = this.announcer.listenerLanesOf('dispatch');
    const { settled, event, relayed, bytes = 0 } = await this.ledger.settle({
      message: message.seq, job, decision, at, reason, listenerLanes, ...(resend && { expiresAt: deadlineOf(account, message, at), urgent: overtakes(message.msgId, isFreeform(message)) }),
    });
    if (!settled) return false;
    if (resend) {
      this.backlog.add(message.account, bytes);
      this.lanes.wake(laneName.dispatch(message.account));
    }
    if (relayed) this.lanes.wake(laneName.reports(message.account));
    if (event !== undefined) this.announcer.announce([event], listenerLanes);
    return true;
  }
}
