import { Inject, Injectable } from '@nestjs/common';
import { Buffer } from 'node:buffer';
import { type Transport, TRANSPORTS } from '../aisensy/transport.ts';
import { EventAnnouncer } from '../events/event-announcer.ts';
import { writeSummary } from '../events/event.factory.ts';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { Lane, type LaneState } from '../lanes/lane.ts';
import { RateLimiter } from '../lanes/rate-limiter.ts';
import type { RetrySchedule } from '../lanes/retry-schedule.ts';
import { laneName, LEDGER, type Ledger } from '../ledger/ledger.ts';
import { type OutboundMessage, TEST_MSG_ID } from '../messages/outbound-message.ts';
import { type Account, RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { DispatchLaneWork } from './dispatch-lane.work.ts';
import { PendingAnswer } from './pending-answer.ts';
import type { SubmissionAnswer, SubmissionPort } from './submission.ts';

/** How long test traffic waits for AiSensy's verdict: a person sits in front of CleverTap's form, whose patience is one second. */
const TEST_ANSWER_WITHIN_MS = 800;

const RETRY: RetrySchedule = { firstDelayMs: 1_000, factor: 2, maxDelayMs: 300_000, jitter: 0.3 };

/** Takes messages durably and hands them to AiSensy: one lane for each account, with its own concurrency and pace. */
@Injectable()
export class DispatchService implements SubmissionPort {
  private readonly lanes = new Map<string, Lane>();
  /** Callers who wait for AiSensy's verdict, by message. */
  private readonly waiting = new Map<number, PendingAnswer>();
  /** Messages whose caller has not been answered yet: a repeat of one gets the same answer. */
  private readonly answering = new Map<string, { wire: Uint8Array; answer: Promise<SubmissionAnswer> }>();

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(TRANSPORTS) private readonly transports: ReadonlyMap<string, Transport>,
    @Inject(LaneRegistry) registry: LaneRegistry,
    @Inject(EventAnnouncer) announcer: EventAnnouncer,
  ) {
    for (const account of options.accounts) {
      const name = laneName.dispatch(account.mobileNumber);
      const work = new DispatchLaneWork(account, transports.get(account.mobileNumber)!, ledger, announcer, registry, this.waiting);
      const lane = new Lane({ name, concurrency: account.maxConcurrentRequests, retry: RETRY, rate: rateOf(account) }, work, ledger);
      this.lanes.set(account.mobileNumber, lane);
      registry.add(name, lane);
    }
  }

  /**
   * Takes a message: resolves when it is durable, or a little later with AiSensy's verdict where it got a slot at once and the
   * verdict came within `answerWithinMs` of `arrivedAt` (milliseconds since 1970). Rejects with a `LedgerError` where it could not be
   * kept. A repeat gets the first one's answer; the same msgId with another body is a conflict.
   */
  async submit(message: OutboundMessage, arrivedAt = Date.now()): Promise<SubmissionAnswer> {
    if (message.msgId === TEST_MSG_ID) return this.take(message, arrivedAt);
    const key = `${message.account} ${message.msgId}`;
    const first = this.answering.get(key);
    if (first !== undefined) return Buffer.compare(first.wire, message.wire) === 0 ? first.answer : { kind: 'conflict' };
    const answer = this.take(message, arrivedAt);
    this.answering.set(key, { wire: message.wire, answer });
    try {
      return await answer;
    } finally {
      this.answering.delete(key);
    }
  }

  /**
   * The template that CleverTap sends when a provider is saved. AiSensy is asked, so that a wrong key shows in CleverTap's
   * form; nothing is kept, tried again or meant for a person. Anything but a refusal in time is a success.
   */
  async validate(message: OutboundMessage, arrivedAt = Date.now()): Promise<SubmissionAnswer> {
    const caller = new PendingAnswer(Math.max(1, TEST_ANSWER_WITHIN_MS - (Date.now() - arrivedAt)));
    void this.transports.get(message.account)!.send(message).then((verdict) => {
      caller.give(verdict.kind === 'refused' ? { kind: 'refused', reason: verdict.reason } : { kind: 'accepted' });
    });
    return caller.given;
  }

  /** What an account's lane is doing; by the account's number, E.164. */
  state(account: string): LaneState | undefined {
    return this.lanes.get(account)?.state();
  }

  private async take(message: OutboundMessage, arrivedAt: number): Promise<SubmissionAnswer> {
    const { account, msgId, origin, to, wire } = message;
    const lane = this.lanes.get(account)!;
    const test = msgId === TEST_MSG_ID;
    const slot = lane.reserve();
    const now = Date.now();
    const summary = writeSummary(message.content);
    const accepted = await this.ledger
      .accept({ account, msgId, test, origin, to, summary, wire, at: now, lane: laneName.dispatch(account), claim: slot, due: now })
      .catch((error: unknown) => {
        if (slot) lane.giveBack();
        throw error;
      });
    if (accepted.kind !== 'new') {
      if (slot) lane.giveBack();
      if (accepted.kind === 'conflict') return { kind: 'conflict' };
      return accepted.refusal === undefined ? { kind: 'accepted' } : { kind: 'refused', reason: accepted.refusal };
    }
    const patience = this.patience(test, slot) - (Date.now() - arrivedAt);
    const caller = patience > 0 ? new PendingAnswer(patience) : undefined;
    if (caller !== undefined) this.waiting.set(accepted.message, caller);
    const stored = { seq: accepted.message, account, msgId, origin, to, summary, acceptedAt: now, wire };
    if (slot) lane.run({ id: accepted.job, attempts: 0, alone: false, message: stored });
    else lane.wake();
    if (caller === undefined) return { kind: 'accepted' };
    const answer = await caller.given;
    this.waiting.delete(accepted.message);
    return answer;
  }

  /** How long the caller may wait for the verdict: behind a backlog nobody waits but who tests. */
  private patience(test: boolean, slot: boolean): number {
    if (test) return Math.max(TEST_ANSWER_WITHIN_MS, this.options.answerWithinMs);
    return slot ? this.options.answerWithinMs : 0;
  }
}

function rateOf({ maxRequestsPerSecond }: Account): RateLimiter | undefined {
  return maxRequestsPerSecond === undefined ? undefined : new RateLimiter(maxRequestsPerSecond);
}
