import type { MessageHistory } from '../../lib/index.ts';
import type { Attempt, Balance, Evidence, Violation } from './evidence.ts';

type Bucket = Exclude<keyof Balance, 'accepted'>;

const RANK: Record<string, number> = { sent: 1, failed: 2, delivered: 3, read: 4 };
const rankOf = (status: string | undefined): number => RANK[status ?? ''] ?? 0;

/** Holds what each process saw against what the ledger says. */
export function judge(evidence: Evidence): { balance: Balance; violations: Violation[] } {
  const judgement = new Judgement(evidence);
  return { balance: judgement.balance(), violations: judgement.violations() };
}

class Judgement {
  private readonly evidence: Evidence;
  private readonly known: Map<string, MessageHistory>;
  private readonly attempts: Map<string, Attempt[]>;
  private readonly accepted: Set<string>;
  /** Statuses that AiSensy reported, and those that CleverTap got, in the order of their first arrival. */
  private readonly reported: Map<string, string[]>;
  private readonly relayed: Map<string, string[]>;
  private readonly buckets = new Map<string, Bucket>();
  private readonly found: Violation[] = [];

  constructor(evidence: Evidence) {
    this.evidence = evidence;
    this.known = new Map(evidence.histories.map((history) => [history.msgId, history]));
    this.attempts = grouped(evidence.attempts, ({ msgId }) => msgId);
    this.accepted = new Set(answers(evidence, 'success'));
    this.reported = statusesIn(evidence.aiSensy, 'report');
    this.relayed = statusesIn(evidence.cleverTap, 'status');
    const unknownGivenUp = new Set(evidence.deadLetters.filter(({ kind }) => kind === 'unknown').map(({ message }) => message?.msgId));
    for (const [msgId, { state }] of this.known) this.buckets.set(msgId, bucketOf(state, unknownGivenUp.has(msgId)));
  }

  balance(): Balance {
    const balance: Balance = { accepted: this.accepted.size, taken: 0, refused: 0, unknown: 0, pending: 0, expired: 0, dead: 0 };
    for (const msgId of this.accepted) {
      const bucket = this.buckets.get(msgId);
      if (bucket !== undefined) balance[bucket] += 1;
    }
    return balance;
  }

  violations(): Violation[] {
    this.everyMessageIsSomewhere();
    this.theLedgerTellsTheTruth();
    this.nothingIsSentTwice();
    this.everyStatusArrives();
    this.nothingGoesBackwards();
    this.everyListenerHears();
    if (this.evidence.scenario.storm) this.everyStoryIsToldOnce();
    return this.found;
  }

  private everyMessageIsSomewhere(): void {
    this.expect('a message that was answered success is in the ledger', this.accepted, (msgId) => this.known.has(msgId));
    this.expect('at rest nothing is pending', this.buckets.keys(), (msgId) => this.buckets.get(msgId) !== 'pending');
    this.expect('a message is kept before it is sent', this.attempts.keys(), (msgId) => this.known.has(msgId));
  }

  private theLedgerTellsTheTruth(): void {
    const { unknown } = this.evidence.scenario;
    const reachedAPerson = (msgId: string): boolean => this.attempts.get(msgId)?.some(({ taken }) => taken) === true;
    const inBucket = (...wanted: Bucket[]): string[] => [...this.buckets].filter(([, bucket]) => wanted.includes(bucket)).map(([msgId]) => msgId);
    this.expect('what the ledger calls dispatched was taken by AiSensy, or reported by it', inBucket('taken'), (msgId) => reachedAPerson(msgId) || this.reported.has(msgId));
    // A message that may be sent again may have reached the person with an attempt of which nobody ever heard.
    if (unknown.policy !== 'resend') {
      this.expect('what the ledger calls refused, expired or pending was not taken', inBucket('refused', 'expired', 'pending'), (msgId) => !reachedAPerson(msgId));
    }
    this.expect('what was answered refused was not taken and is rejected', answers(this.evidence, 'refused'), (msgId) =>
      !reachedAPerson(msgId) && this.known.get(msgId)?.state === 'rejected');
    this.expect('a message of which CleverTap will hear nothing more is reported failed', inBucket('refused', 'expired', 'dead'), (msgId) =>
      !this.accepted.has(msgId) || this.has(this.relayed, msgId, 'failed'));
  }

  /** A message goes out once more only after an answer that says that the last time was for nothing. */
  private nothingIsSentTwice(): void {
    if (this.evidence.scenario.unknown.policy === 'resend') return;
    this.expect('no message is sent again unless AiSensy had plainly not taken it', this.attempts.keys(), (msgId) =>
      this.attempts.get(msgId)!.slice(0, -1).every(({ taken, status }) => !taken && status >= 400 && status < 500));
  }

  private everyStatusArrives(): void {
    this.expect('AiSensy gave up no callback', this.evidence.callbacksLost > 0 ? ['(callbacks)'] : [], () => false);
    this.expect('CleverTap can read every callback', this.evidence.rejected > 0 ? ['(callbacks)'] : [], () => false);
    this.expect('a status that was acknowledged to AiSensy reaches CleverTap', this.pairs(this.reported), ([msgId, status]) =>
      this.has(this.relayed, msgId, status) || this.isContradicted(msgId, status) || this.isNameless(msgId));
    this.expect('a report settles what was unknown', this.reported.keys(), (msgId) =>
      this.isNameless(msgId) || !['unknown', 'expired', 'pending'].includes(this.buckets.get(msgId) ?? 'unknown'));
    this.expect('the highest status stays', this.reported.keys(), (msgId) => this.isNameless(msgId)
      || rankOf(this.known.get(msgId)?.status) === Math.max(...this.reported.get(msgId)!.map(rankOf)));
    const inbound = this.writers('inbound');
    this.expect('a person\'s message reaches CleverTap', this.writers('person'), (from) => inbound.has(from));
  }

  /** AiSensy took what came and told nothing: each message reached it once at most, and CleverTap is told of one end. */
  private everyStoryIsToldOnce(): void {
    this.expect('no message is on AiSensy\'s wire twice', this.attempts.keys(), (msgId) => this.attempts.get(msgId)!.length === 1);
    this.expect('the waiting of every message has ended', this.accepted, (msgId) => this.buckets.get(msgId) === 'dead');
    this.expect('CleverTap is told of one end of a message', this.accepted, (msgId) => this.relayed.get(msgId)?.join() === 'failed');
  }

  private nothingGoesBackwards(): void {
    for (const [msgId, seen] of grouped(this.evidence.observed, (observation) => observation.msgId)) {
      const end = this.known.get(msgId);
      const path = end === undefined ? seen : [...seen, end];
      this.expect('no state goes backwards', [msgId], () => path.every((step, place) => place === 0
        || (this.mayFollow(path[place - 1]!.state, step.state) && rankOf(step.status) >= rankOf(path[place - 1]!.status))));
    }
    this.expect('CleverTap hears of a higher status after a lower one that was known before', this.known.keys(), (msgId) => {
      // Once each: a failure that was told for want of a report may be reported after all.
      const written = [...new Set(this.known.get(msgId)!.steps.map(({ step }) => step).filter((step) => rankOf(step) > 0))];
      const heard = this.relayed.get(msgId) ?? [];
      return written.every((later, place) => written.slice(0, place).every((earlier) =>
        rankOf(earlier) > rankOf(later) || !heard.includes(later) || (heard.includes(earlier) && heard.indexOf(earlier) <= heard.indexOf(later))));
    });
  }

  private everyListenerHears(): void {
    const heard = new Set(this.evidence.heard.map(({ kind, of, what }) => `${kind} ${of} ${what}`));
    for (const [msgId, { steps }] of this.known) {
      // A failure that the bridge itself tells CleverTap of is told to listeners as the dispatch's outcome.
      const isTold = (step: string): boolean => step !== 'accepted' && step !== 'retry' && (step !== 'failed' || (this.has(this.reported, msgId, step) && !this.isNameless(msgId)));
      const told = steps.map(({ step }) => step).filter(isTold);
      const kindOf = (step: string): string => (step === 'clicked' || rankOf(step) > 0 ? 'delivery-report' : 'dispatch');
      const missed = told.filter((step) => !heard.has(`${kindOf(step)} ${msgId} ${step}`));
      for (const step of missed) this.expect(`a listener hears of every ${kindOf(step)} (${step})`, [msgId], () => false);
    }
    this.expect('a listener hears of every inbound message', this.writers('person'), (from) => heard.has(`inbound-message ${from} text`));
  }

  private mayFollow(before: string, after: string): boolean {
    if (before === after) return true;
    const isOpen = (state: string): boolean => state === 'accepted' || state === 'dispatching';
    if (isOpen(before)) return true;
    if (before === 'unknown') return !isOpen(after) || this.evidence.scenario.unknown.policy === 'resend';
    return (before === 'expired' || before === 'rejected') && after === 'dispatched';
  }

  /** A failure beside a proof of delivery is recorded, and CleverTap need not be told. */
  private isContradicted(msgId: string, status: string): boolean {
    return status === 'failed' && this.reported.get(msgId)!.some((other) => rankOf(other) > rankOf('failed'));
  }

  /** In Meta's and the project's form a report names its message by an id from an answer, each attempt's own, that may never have arrived. */
  private isNameless(msgId: string): boolean {
    if (this.evidence.scenario.callbackForm === 'clevertap') return false;
    const sends = this.attempts.get(msgId)?.filter(({ taken }) => taken) ?? [];
    return sends.length > 1 || (this.known.get(msgId)?.names.length ?? 0) === 0;
  }

  /** The numbers of the people who wrote something; each has got one message only. */
  private writers(event: 'person' | 'inbound'): Set<string> {
    const log = event === 'person' ? this.evidence.aiSensy : this.evidence.cleverTap;
    return new Set(log.filter((entry) => entry.event === event).map(({ from }) => String(from).replace('+', '')));
  }

  private has(statuses: Map<string, string[]>, msgId: string, status: string): boolean {
    return statuses.get(msgId)?.includes(status) === true;
  }

  private pairs(statuses: Map<string, string[]>): [msgId: string, status: string][] {
    return [...statuses].flatMap(([msgId, list]) => list.map((status): [string, string] => [msgId, status]));
  }

  private expect<T extends string | [string, string]>(promise: string, subjects: Iterable<T>, holds: (subject: T) => boolean): void {
    const broken = [...subjects].filter((subject) => !holds(subject)).map((subject) => (typeof subject === 'string' ? subject : subject.join(' ')));
    if (broken.length === 0) return;
    const before = this.found.find((violation) => violation.promise === promise);
    if (before === undefined) this.found.push({ promise, msgIds: broken });
    else before.msgIds.push(...broken);
  }
}

function bucketOf(state: MessageHistory['state'], givenUp: boolean): Bucket {
  switch (state) {
    case 'dispatched': return 'taken';
    case 'rejected': return givenUp ? 'dead' : 'refused';
    case 'unknown': case 'expired': return state;
    case 'accepted': case 'dispatching': return 'pending';
  }
}

function answers({ cleverTap }: Evidence, outcome: string): Set<string> {
  return new Set(cleverTap.filter((entry) => entry.event === 'answer' && entry.outcome === outcome).map(({ msgId }) => String(msgId)));
}

function statusesIn(log: Evidence['aiSensy'], event: string): Map<string, string[]> {
  const entries = grouped(log.filter((entry) => entry.event === event), ({ msgId }) => String(msgId));
  return new Map([...entries].map(([msgId, list]) => [msgId, [...new Set(list.map(({ status }) => String(status)))]]));
}

function grouped<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
