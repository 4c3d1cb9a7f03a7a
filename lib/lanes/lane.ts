import type { Ledger } from '../ledger/ledger.ts';
import type { Claim } from '../ledger/ledger-records.ts';
import type { ClaimedJob } from '../ledger/message-records.ts';
import { Alarm } from './alarm.ts';
import { ClaimAhead } from './claim-ahead.ts';
import { JobQueue } from './job-queue.ts';
import { LaneGate } from './lane-gate.ts';
import type { LaneOptions, LaneState } from './lane-options.ts';
import type { LaneOutcome, LaneWork } from './lane-work.ts';
import { LEDGER_RETRY_MS, OutcomeWriter } from './outcome-writer.ts';
import { Permits } from './permits.ts';
import { settle } from './settled-jobs.ts';
import { now } from '../clock.ts';

/** Jobs that may wait in memory for each run of the lane: enough to keep it busy while the ledger is asked for more. */
const ROOM_FOR_RUNS = 2;

/**
 * One stream of durable work: claims what is due from the ledger, runs it with a limit on concurrency and pace, keeps the
 * order within a key, and puts back what must be tried again. The only owner of retries.
 */
export class Lane {
  private readonly options: LaneOptions;
  private readonly work: LaneWork;
  private readonly ledger: Ledger;
  private readonly queue: JobQueue;
  private readonly gate: LaneGate;
  private readonly permits: Permits;
  private readonly ahead: ClaimAhead;
  private readonly outcomes: OutcomeWriter;
  private readonly abort = new AbortController();
  private readonly idle: (() => void)[] = [];
  private hasClaimed!: () => void;
  /** Resolves when the ledger has answered for the first time: until then nobody knows whether work waits, and newcomers queue behind it. */
  readonly ready = new Promise<void>((resolve) => { this.hasClaimed = resolve; });
  private running = false;
  private claiming = false;
  private backlog = true;
  private slotsTaken = 0;
  private hinted = 0;
  /** Room in memory that was promised to jobs on their way into the ledger. */
  private promised = 0;
  /** When a batch goes though it is not full, and when the ledger may have more jobs due. */
  private ripeAt = Infinity;
  private lookAt = Infinity;
  private readonly alarm = new Alarm(() => this.onAlarm());
  private readonly mayStart = (): boolean => this.running && this.gate.paused() === undefined;

  constructor(options: LaneOptions, work: LaneWork, ledger: Ledger) {
    this.options = options;
    this.work = work;
    this.ledger = ledger;
    this.queue = new JobQueue(options.batch?.size ?? 1);
    this.gate = new LaneGate(options);
    this.permits = new Permits(options);
    this.ahead = new ClaimAhead(options);
    this.outcomes = new OutcomeWriter(work, this.queue, this.abort.signal);
  }

  start(): void {
    this.running = true;
    this.pump();
  }

  /** Says that jobs were put into the lane. A lane that batches waits for others to come, up to a full batch. */
  wake(jobs = 1): void {
    this.backlog = true;
    const { batch } = this.options;
    this.hinted += jobs;
    if (batch === undefined || this.hinted >= batch.size) this.pump();
    else this.pumpAt(now() + batch.waitMs);
  }

  /**
   * Takes a slot for a job that is about to be born claimed; false behind a backlog, at the limits, and while paused. Whoever
   * has a slot must call `run` or `giveBack`.
   */
  reserve(): boolean {
    if (!this.running || this.backlog || this.slotsTaken >= this.gate.limit() || this.isBehind()) return false;
    if (this.permits.take(1) === 0) return false;
    this.slotsTaken += 1;
    return true;
  }

  giveBack(): void {
    this.slotsTaken -= 1;
    this.settleIdle();
    this.pump();
  }

  /** Runs a job that has its slot. */
  run(job: ClaimedJob): void {
    this.begin(Array.of(job)); // no literal: see message-records.ts
  }

  /**
   * Takes room in memory for a job that is about to be born claimed, so that it need not be read from the ledger again; false where
   * others wait before it. Whoever has room must call `take` or `leaveRoom`.
   */
  reserveRoom(): boolean {
    const { concurrency, batch } = this.options;
    if (!this.running || this.backlog || this.claiming || this.outcomes.isHandingBack || this.gate.paused() !== undefined || this.isBehind()) return false;
    if (this.queue.size + this.promised >= ROOM_FOR_RUNS * concurrency * (batch?.size ?? 1)) return false;
    this.promised += 1;
    return true;
  }

  leaveRoom(): void {
    this.promised -= 1;
    this.settleIdle();
  }

  /** Runs a job that has its room, with others where the lane batches. */
  take(job: ClaimedJob): void {
    this.queue.add([job]);
    if (this.mayStart()) this.startReady();
    else void this.handBackAll();
    this.leaveRoom();
  }

  /** Keeps to one run at a time while the host's event loop is busy. */
  shed(shedding: boolean): void {
    this.gate.shedding = shedding;
    if (!shedding) this.pump();
  }

  state(): LaneState {
    const pause = this.gate.paused();
    const cause = this.gate.cause();
    return {
      name: this.options.name, inFlight: this.slotsTaken, limit: this.gate.limit(), backlog: this.backlog,
      ...(cause !== undefined && { limitCause: cause }),
      ...(pause && { pausedUntil: new Date(pause.until), pauseReason: pause.reason }),
    };
  }

  /** Hands back claimed jobs that have not begun, so that they are read again: their person may have been forgotten. */
  readAgain(): Promise<void> {
    return this.handBackAll();
  }

  /** Claims nothing more; resolves when what is in flight has ended and is written down. */
  async drain(): Promise<void> {
    this.running = false;
    this.alarm.clear();
    await this.handBackAll();
    if (this.isBusy()) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  /** Cuts off what is still in flight; returns how many runs. */
  cut(): number {
    this.abort.abort();
    return this.slotsTaken;
  }

  private pump(at = now()): void {
    if (!this.running) return;
    const pause = this.gate.paused();
    if (pause !== undefined) return this.pumpAt(pause.until);
    if (at >= this.lookAt) {
      this.lookAt = Infinity;
      this.backlog = true;
    }
    this.startReady(at);
    const free = this.gate.limit() - this.slotsTaken - this.queue.readyBatches();
    const behindOthers = this.queue.size - this.queue.readyBatches();
    const ahead = Math.max(0, this.ahead.jobs(this.gate.limit()) - behindOthers);
    // What is claimed ahead is filled up when half of it is used.
    if (free <= -ahead / 2 || this.claiming || this.outcomes.isHandingBack || !this.backlog || this.isBehind()) return;
    const granted = this.permits.take(free + ahead);
    if (granted === 0) return this.pumpAt(now() + this.permits.nextInMs());
    void this.claim(granted, Math.min(granted, Math.max(0, free)));
  }

  /** Reserves `slots` of the runs while the ledger answers, so that no newcomer takes them. */
  private async claim(runs: number, slots: number): Promise<void> {
    const { name, batch } = this.options;
    this.claiming = true;
    this.hinted = 0;
    this.slotsTaken += slots;
    this.ahead.claimBegins();
    let claim: Claim | undefined;
    try {
      this.backlog = false; // a wake-up from here on sets it again
      claim = await this.ledger.claim(name, runs * (batch?.size ?? 1), now());
    } catch {
      this.backlog = true;
    } finally {
      this.claiming = false;
      this.slotsTaken -= slots;
      this.ahead.claimEnds();
      this.hasClaimed();
    }
    this.permits.giveBack(Math.max(0, runs - (claim?.jobs.length ?? 0)));
    if (claim === undefined) {
      this.settleIdle();
      return this.pumpAt(now() + LEDGER_RETRY_MS);
    }
    if (claim.more) this.backlog = true;
    if (claim.nextDue !== undefined) this.look(claim.nextDue);
    this.queue.add(claim.jobs);
    if (!this.mayStart()) {
      await this.handBackAll();
      this.settleIdle();
      return this.pump();
    }
    this.ripeAt = 0; // they have waited already
    this.startReady();
    // Woken meanwhile: look again at once, unless the wake-up has set a time for a batch to fill.
    if (claim.more || (this.backlog && (batch === undefined || !this.alarm.isSet))) this.pump();
  }

  private startReady(at = now()): void {
    while (this.slotsTaken < this.gate.limit()) {
      const batch = this.queue.next(at >= this.ripeAt);
      if (batch === undefined) break;
      this.slotsTaken += 1;
      this.begin(batch);
    }
    if (!this.queue.isFilling) this.ripeAt = Infinity;
    else if (this.ripeAt === Infinity) this.pumpAt((this.ripeAt = now() + (this.options.batch?.waitMs ?? 0)));
  }

  private begin(jobs: ClaimedJob[]): void {
    this.permits.begin(() => void this.runJobs(jobs));
  }

  private async runJobs(jobs: ClaimedJob[]): Promise<void> {
    let outcomes: LaneOutcome[];
    try {
      outcomes = await this.work.run(jobs, this.abort.signal);
    } catch (error) {
      const reason = error instanceof Error ? error.name : typeof error;
      outcomes = jobs.map(() => ({ kind: 'retry', reason })); // a fault of the bridge's own: no job is lost for it
    }
    const settled = settle(jobs, outcomes, this.options.retry);
    this.tell(this.gate.judge(outcomes));
    this.slotsTaken -= 1;
    this.ahead.slotFreed();
    const written = this.outcomes.write(settled, this.mayStart);
    this.pump();
    await written;
    for (const { due } of settled) if (due !== undefined) this.look(due);
    this.settleIdle();
    this.pump();
  }

  private tell(change: 'paused' | 'recovered' | undefined): void {
    if (change === 'recovered') this.work.recovered?.();
    const pause = change === 'paused' ? this.gate.paused() : undefined;
    if (pause === undefined) return;
    this.backlog = true;
    this.work.paused?.(pause.reason, new Date(pause.until));
  }

  /** Hands back all that has not been started: left claimed, nobody could claim it while this process lives. */
  private async handBackAll(): Promise<void> {
    const untried = this.queue.clear();
    if (untried.length === 0) return;
    this.backlog = true;
    await this.outcomes.write(untried, this.mayStart);
    this.settleIdle();
    this.pump();
  }

  /** Whether the ledger is so slow that outcomes pile up. */
  private isBehind(): boolean {
    return this.outcomes.writing >= 2 * this.options.concurrency + 8;
  }

  private isBusy(): boolean {
    return this.slotsTaken > 0 || this.outcomes.writing > 0 || this.claiming || this.promised > 0;
  }

  private settleIdle(): void {
    if (this.running || this.isBusy()) return;
    for (const resolve of this.idle.splice(0)) resolve();
  }

  /** Notes that the ledger has a job that is due at this time. */
  private look(at: number): void {
    this.lookAt = Math.min(this.lookAt, at);
    this.pumpAt(at);
  }

  private pumpAt(at: number): void {
    if (this.running) this.alarm.set(at);
  }

  private onAlarm(): void {
    const rungAt = now(); // read once: a time between two readings would be missed by both checks
    this.pump(rungAt);
    const later = (at: number): number => (at > rungAt ? at : Infinity); // what is due already waits for a slot or for the end of a pause
    this.pumpAt(Math.min(later(this.lookAt), later(this.ripeAt)));
  }
}
