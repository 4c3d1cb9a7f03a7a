import { Logger } from '@nestjs/common';
import { now } from '../clock.ts';
import { messageSummary } from '../events/event.factory.ts';
import type { LaneOutcome, LaneWork, SettledJob } from '../lanes/lane-work.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ClaimedJob, StoredMessage } from '../ledger/message-records.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import type { Account } from '../options/resolved-options.ts';
import type { UnknownOutcomePolicy } from '../whatsapp-bridge.options.ts';
import { untilAborted } from '../lanes/until-aborted.ts';
import type { MessageLookUp } from './message-look-up.ts';
import type { Settlements } from './settlements.ts';

/** Why a message is told as failed though nobody knows. */
export const UNSETTLED: FailureReason = { code: 1009, title: 'unknown: no report came, the message may or may not have been sent' };

/** Ends the waiting of messages whose outcome never became known, as the account's policy says. */
export class SettlementLaneWork implements LaneWork {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly decisions = new Map<number, UnknownOutcomePolicy>();

  constructor(
    private readonly account: Account,
    private readonly ledger: Ledger,
    private readonly settlements: Settlements,
    private readonly lookUp: MessageLookUp,
  ) {}

  async run([job]: ClaimedJob[], signal: AbortSignal): Promise<LaneOutcome[]> {
    if (job!.message === undefined) return [{ kind: 'done' }];
    try {
      return [await this.decideOn(job!.id, job!.message, signal)];
    } catch (error) {
      // The app stops and can wait no longer: AiSensy and the policy are asked again after the next start.
      if (signal.aborted) return [{ kind: 'release' }];
      throw error;
    }
  }

  async record(settled: SettledJob[]): Promise<void> {
    for (const { job, outcome, due } of settled) {
      const { message } = job;
      if (outcome.kind === 'release') await this.ledger.finish([{ id: job.id, kind: 'release', due }]);
      else if (outcome.kind === 'retry') await this.ledger.finish([{ id: job.id, kind: 'retry', due: due ?? now() }]);
      else if (message === undefined) await this.ledger.finish([{ ids: [job.id], kind: 'done' }]);
      else await this.end(job, this.decisions.get(job.id) ?? 'fail');
      this.decisions.delete(job.id);
    }
  }

  unrecorded(why: string, stack?: string): void {
    this.logger.error(`Account ${this.account.nickname}: a settlement could not be written down yet and is held, since ${why}.`, stack);
  }

  private async decideOn(job: number, message: StoredMessage, signal: AbortSignal): Promise<LaneOutcome> {
    // Where AiSensy knew, its answer has settled the message; the policy is for what nobody knows.
    if (await untilAborted(this.lookUp.ask(message.msgId), signal)) return { kind: 'done' };
    const { policy } = this.account.unknownOutcome;
    try {
      this.decisions.set(job, typeof policy === 'function' ? await untilAborted(decide(policy, message), signal) : policy);
    } catch (error) {
      signal.throwIfAborted();
      this.logger.error(`Account ${this.account.nickname}: unknownOutcome.policy failed (${(error as Error).name}); it is asked again.`);
      return { kind: 'retry', reason: (error as Error).name };
    }
    return { kind: 'done' };
  }

  private async end(job: ClaimedJob, policy: UnknownOutcomePolicy): Promise<void> {
    const resend = policy === 'resend';
    const settled = await this.settlements.end(this.account, {
      message: job.message!, job: job.id, decision: resend ? 'resend' : 'failed', reason: UNSETTLED,
    });
    if (!settled) return;
    this.logger.warn(`Account ${this.account.nickname}: no report settled a message of unknown outcome; it is ${resend ? 'sent again' : 'told as failed'}.`);
  }
}

async function decide(policy: Exclude<Account['unknownOutcome']['policy'], string>, message: StoredMessage): Promise<UnknownOutcomePolicy> {
  return policy(messageSummary(message));
}
