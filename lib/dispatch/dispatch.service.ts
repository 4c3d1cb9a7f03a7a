import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Transport, TRANSPORTS } from '../aisensy/transport.ts';
import { CALLBACKS, type CallbacksPort } from '../callbacks/callbacks.ts';
import { EventAnnouncer } from '../events/event-announcer.ts';
import { EventStreams } from '../events/event-streams.ts';
import { writeSummary } from '../events/event.factory.ts';
import { Backlog } from '../lanes/backlog.ts';
import { AdaptiveLimit } from '../lanes/adaptive-limit.ts';
import { CircuitBreaker } from '../lanes/circuit-breaker.ts';
import { LaneRegistry } from '../lanes/lane-registry.ts';
import { Lane } from '../lanes/lane.ts';
import type { LaneState } from '../lanes/lane-options.ts';
import { RateLimiter } from '../lanes/rate-limiter.ts';
import { laneName, LEDGER, type Ledger } from '../ledger/ledger.ts';
import type { AcceptResult, RepeatResult } from '../ledger/ledger-records.ts';
import { ClaimedJob, NewMessage, SendableMessage } from '../ledger/message-records.ts';
import type { FailureReason } from '../messages/failure-reason.ts';
import { type OutboundMessage, TEST_MSG_ID } from '../messages/outbound-message.ts';
import { Accounts } from '../options/accounts.ts';
import { type Account, RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolved-options.ts';
import { CallLog } from './call-log.ts';
import { deadlineOf } from './deadline.ts';
import { overtakes } from './overtaking.ts';
import { Preflight } from '../templates/preflight.ts';
import { DispatchLaneWork } from './dispatch-lane.work.ts';
import { LookUpLaneWork } from './look-up-lane.work.ts';
import { lookUpAfterMs, MessageLookUp } from './message-look-up.ts';
import { PendingAnswer } from './pending-answer.ts';
import { RightOfWay } from './right-of-way.ts';
import { SettlementLaneWork } from './settlement-lane.work.ts';
import { Settlements } from './settlements.ts';
import type { SubmissionAnswer, SubmissionPort } from './submission.ts';
import { Traffic } from './traffic.ts';
import { now } from '../clock.ts';

/** How long test traffic waits for AiSensy's verdict: a person sits in front of CleverTap's form, whose patience is one second. */
const TEST_ANSWER_WITHIN_MS = 800;

/** How long a message that finds no room waits to be known as a repeat: refusals are quick, however busy the ledger is. */
const REPEAT_WITHIN_MS = 15;

/** A message whose caller has not been answered yet. */
class Answering {
  wire: string;
  answer!: Promise<SubmissionAnswer>;

  constructor(wire: string) {
    this.wire = wire;
  }
}

/** Takes messages durably and hands them to AiSensy: one lane for each account, with its own concurrency and pace. */
@Injectable()
export class DispatchService implements SubmissionPort {
  private readonly logger = new Logger('WhatsAppBridge');
  private readonly lanes = new Map<string, Lane>();
  private readonly calls = new Map<string, CallLog>();
  /** Callers who wait for AiSensy's verdict, by message. */
  private readonly waiting = new Map<number, PendingAnswer>();
  /** Messages whose caller has not been answered yet: a repeat of one gets the same answer. */
  private readonly answering = new Map<string, Answering>();
  private readonly traffic = new Traffic();
  /** How many callers wait for a verdict. */
  private patient = 0;
  private readonly rightOfWay = new RightOfWay();

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(TRANSPORTS) private readonly transports: ReadonlyMap<string, Transport>,
    @Inject(LaneRegistry) private readonly registry: LaneRegistry,
    @Inject(EventAnnouncer) private readonly announcer: EventAnnouncer,
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(Backlog) private readonly backlog: Backlog,
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(Preflight) private readonly preflight: Preflight,
    @Inject(CALLBACKS) private readonly callbacks: CallbacksPort,
    @Inject(Settlements) private readonly settlements: Settlements,
  ) {
    for (const account of options.accounts) this.open(account);
  }

  /**
   * Takes a message: resolves when it is durable, or a little later with AiSensy's verdict where it got a slot at once and the
   * verdict came within `answerWithinMs` of `arrivedAt` (milliseconds since 1970). Rejects with a `LedgerError` where the message, or
   * AiSensy's refusal of it, could not be recorded. A repeat gets the first one's answer; the same msgId with another body is a
   * conflict; a message that does not fit its template is refused and not kept.
   */
  submit(message: OutboundMessage, arrivedAt = now()): Promise<SubmissionAnswer> {
    const { account, msgId, wire } = message;
    if (msgId === TEST_MSG_ID) return this.take(message, arrivedAt);
    const key = `${account} ${msgId}`;
    const first = this.answering.get(key);
    if (first !== undefined) return first.wire === wire ? first.answer : Promise.resolve({ kind: 'conflict' });
    const answering = new Answering(wire);
    const answered = (): void => this.answered(key, answering);
    answering.answer = this.take(message, arrivedAt);
    this.answering.set(key, answering);
    answering.answer.then(answered, answered);
    return answering.answer;
  }

  /**
   * Answers the template that CleverTap sends when a provider is saved. AiSensy is asked, so that a wrong key shows in CleverTap's
   * form; nothing is kept, tried again or sent to a person. Anything but a refusal in time is a success.
   */
  async validate(message: OutboundMessage, arrivedAt = now()): Promise<SubmissionAnswer> {
    const caller = new PendingAnswer(Math.max(1, TEST_ANSWER_WITHIN_MS - (now() - arrivedAt)));
    const transport = this.transports.get(message.account)!;
    const attempt = transport.verify === undefined ? transport.send(message) : transport.verify();
    void attempt.then((verdict) => {
      this.calls.get(message.account)!.tried(verdict);
      caller.give(verdict.kind === 'refused' ? { kind: 'refused', reason: verdict.reason } : { kind: 'accepted' });
    });
    return caller.given;
  }

  /** What an account's lane is doing; by the account's nickname. None where there is no such account. */
  state(nickname: string): LaneState | undefined {
    const account = this.accounts.byNickname(nickname);
    return account && this.lanes.get(account.mobileNumber)?.state();
  }

  /**
   * Announces the messages that were on their way when the last process died: their outcome is unknown. To be called when every listener
   * is known and before the lanes start.
   */
  async recover(): Promise<void> {
    const accounts = Object.fromEntries(this.options.accounts.map((account) => {
      const afterMs = lookUpAfterMs(this.transports.get(account.mobileNumber)!, account, 'unknown');
      return [account.mobileNumber, { unknownWaitMs: account.unknownOutcome.waitMs, ...(afterMs !== undefined && { lookUpAfterMs: afterMs }) }];
    }));
    const listenerLanes = this.announcer.listenerLanesOf('dispatch');
    const events = await this.ledger.recover({ at: now(), accounts, listenerLanes });
    if (events.length > 0) this.logger.warn(`${events.length} messages were on their way to AiSensy when the last process ended: their outcome is unknown.`);
    this.announcer.announce(events, listenerLanes);
  }

  /** Resolves when each lane knows whether messages wait, so that a newcomer gets a slot at once; or when so much time has passed. */
  async ready(withinMs: number): Promise<void> {
    await within(withinMs, Promise.all([...this.lanes.values()].map((lane) => lane.ready)));
  }

  /** Empties the entry too: `Map`'s old tables may keep it reachable until a major GC. */
  private answered(key: string, answering: Answering): void {
    this.answering.delete(key);
    answering.wire = '';
  }

  private open(account: Account): void {
    const { mobileNumber, maxConcurrentRequests: concurrency, circuitBreaker } = account;
    const { ledger, registry, announcer, streams, backlog } = this;
    const name = laneName.dispatch(mobileNumber);
    const transport = this.transports.get(mobileNumber)!;
    const calls = new CallLog(account.nickname);
    this.calls.set(mobileNumber, calls);
    const work = new DispatchLaneWork(account, transport, ledger, announcer, registry, streams, backlog, this.waiting, calls);
    const { probes, ...breaker } = circuitBreaker;
    const lane = new Lane(
      {
        name, concurrency, retry: this.options.retry.dispatch, rate: rateOf(account), probes, breaker: new CircuitBreaker(breaker),
        adaptive: new AdaptiveLimit(concurrency), begin: (run) => this.rightOfWay.begin(run),
      },
      work, ledger,
    );
    this.lanes.set(mobileNumber, lane);
    registry.add(name, lane);
    const settling = laneName.settle(mobileNumber);
    const lookUp = new MessageLookUp(account, transport, ledger, this.callbacks);
    const settlement = new SettlementLaneWork(account, ledger, this.settlements, lookUp);
    registry.add(settling, new Lane({ name: settling, concurrency: 4, retry: this.options.retry.listeners }, settlement, ledger));
    const lookingUp = laneName.lookUp(mobileNumber);
    registry.add(lookingUp, new Lane({ name: lookingUp, concurrency: 4, retry: this.options.retry.listeners }, new LookUpLaneWork(account, lookUp, ledger), ledger));
  }

  private take(message: OutboundMessage, arrivedAt: number): Promise<SubmissionAnswer> {
    const checked = this.preflight.check(message, arrivedAt);
    // Mostly there is nothing to wait for: the message then gets its slot in the turn of its request.
    return checked instanceof Promise ? checked.then((misfit) => this.admit(message, misfit, arrivedAt)) : this.admit(message, checked, arrivedAt);
  }

  private admit(message: OutboundMessage, misfit: FailureReason | undefined, arrivedAt: number): Promise<SubmissionAnswer> {
    if (misfit !== undefined) return Promise.resolve({ kind: 'refused', reason: misfit, unkept: true });
    const { account, wire } = message;
    const size = Buffer.byteLength(wire);
    if (!this.backlog.admit(account, size)) return this.turnAway(message);
    const campaign = this.traffic.isCampaign(arrivedAt, this.patient);
    const kept = this.newMessage(message, this.lanes.get(account)!.reserve());
    return this.keep(kept, size, arrivedAt + this.patience(kept.test, kept.claim && !campaign));
  }

  /** Takes only what is kept, not the parsed message: in a campaign thousands of calls wait in here. `answerBy` is when the caller must be answered. */
  private async keep(kept: NewMessage, size: number, answerBy: number): Promise<SubmissionAnswer> {
    const { account, msgId, origin, to, summary, wire, at, expiresAt, claim: slot } = kept;
    const lane = this.lanes.get(account)!;
    const accepted = await this.accept(kept, size);
    if (accepted.kind !== 'new') return answerToRepeat(accepted);
    const patience = answerBy - now();
    const caller = patience > 0 ? new PendingAnswer(patience) : undefined;
    if (caller !== undefined) this.waiting.set(accepted.message, caller);
    const message = new SendableMessage({ seq: accepted.message, account, msgId, origin, to, summary, acceptedAt: at }, wire);
    if (slot) lane.run(new ClaimedJob({ id: accepted.job, attempts: 0, alone: false, expiresAt, message }));
    else lane.wake();
    if (caller === undefined) return { kind: 'accepted' };
    this.patient += 1;
    try {
      return await caller.given;
    } finally {
      this.patient -= 1;
      this.waiting.delete(accepted.message);
    }
  }

  /** Keeps the message; gives its room and slot back where nothing new was kept. */
  private async accept(kept: NewMessage, size: number): Promise<AcceptResult> {
    const accepting = this.ledger.accept(kept);
    this.rightOfWay.owe(accepting);
    let accepted: AcceptResult | undefined;
    try {
      accepted = await accepting;
      return accepted;
    } finally {
      if (accepted?.kind !== 'new') this.giveBack(kept, size);
    }
  }

  private giveBack({ account, claim }: NewMessage, size: number): void {
    this.backlog.leave(account, size);
    if (claim) this.lanes.get(account)!.giveBack();
  }

  /** There is no room for a new message. One that was taken before needs none, so the ledger is asked for it, but only for a moment. */
  private async turnAway({ account, msgId, wire }: OutboundMessage): Promise<SubmissionAnswer> {
    const known = msgId === TEST_MSG_ID ? undefined : await within(REPEAT_WITHIN_MS, this.ledger.repeated({ account, msgId, wire }));
    if (known !== undefined) return answerToRepeat(known);
    this.backlog.refused();
    return { kind: 'overloaded' };
  }

  private newMessage({ account, msgId, origin, to, content, wire }: OutboundMessage, claim: boolean): NewMessage {
    const at = now();
    const test = msgId === TEST_MSG_ID;
    const urgent = overtakes(msgId, content.type !== 'template');
    const summary = writeSummary(content);
    const stored = { seq: 0, account, msgId, origin, to, summary, acceptedAt: at };
    const expiresAt = deadlineOf(this.accounts.byNumber(account)!, stored, at);
    return new NewMessage({ account, msgId, test, origin, to, summary, wire, at, lane: laneName.dispatch(account), claim, urgent, expiresAt });
  }

  /** How long the caller may wait for the verdict. Behind a backlog, and amid a campaign, only tests wait. */
  private patience(test: boolean, soon: boolean): number {
    if (test) return Math.max(TEST_ANSWER_WITHIN_MS, this.options.answerWithinMs);
    return soon ? this.options.answerWithinMs : 0;
  }
}

function answerToRepeat(known: RepeatResult): SubmissionAnswer {
  if (known.kind === 'conflict') return { kind: 'conflict' };
  return known.refusal === undefined ? { kind: 'accepted' } : { kind: 'refused', reason: known.refusal };
}

/** The promise's value if it comes in time; else nothing. */
function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout;
  const late = new Promise<undefined>((resolve) => { timer = setTimeout(() => resolve(undefined), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function rateOf({ maxRequestsPerSecond }: Account): RateLimiter | undefined {
  return maxRequestsPerSecond === undefined ? undefined : new RateLimiter(maxRequestsPerSecond);
}
