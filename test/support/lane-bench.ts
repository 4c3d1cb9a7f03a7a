import { recordEventOutcomes } from '../../lib/lanes/event-outcomes.ts';
import { now } from '../../lib/clock.ts';
import { laneName } from '../../lib/ledger/ledger.ts';
import type { ClaimedJob } from '../../lib/ledger/message-records.ts';
import { SqliteLedger } from '../../lib/ledger/sqlite-ledger.ts';
import type { LaneOptions } from '../../lib/lanes/lane-options.ts';
import { Lane } from '../../lib/lanes/lane.ts';
import type { LaneOutcome, LaneWork, SettledJob } from '../../lib/lanes/lane-work.ts';
import type { DeliveryReport } from '../../lib/messages/delivery-report.ts';

const ACCOUNT = '+918889500122';
export const LANE = laneName.reports(ACCOUNT);
/** Whom the messages of the jobs are for. */
export const PERSON = '+919800000001';
export const FAST: LaneOptions['retry'] = { firstDelayMs: 20, factor: 1, maxDelayMs: 20, jitter: 0 };

/** A lane of reports on a ledger in memory. Its runs are under the test's control: they wait until they are let go, and tell what they were given. */
export class LaneBench implements LaneWork {
  readonly ledger = new SqliteLedger(':memory:');
  readonly runs: { jobs: ClaimedJob[]; statuses: string[]; end(outcome?: LaneOutcome): void }[] = [];
  readonly pauses: string[] = [];
  /** Runs that wait for their turn. */
  readonly held: (() => void)[] = [];
  recorded = 0;
  failRecording = 0;
  lane!: Lane;
  private waitingFor: (() => void)[] = [];

  /** The lane, not started yet. */
  make(options: Partial<LaneOptions> = {}): Lane {
    this.lane = new Lane({ name: LANE, concurrency: 2, retry: FAST, ...options }, this, this.ledger);
    return this.lane;
  }

  open(options: Partial<LaneOptions> = {}): Lane {
    this.make(options).start();
    return this.lane;
  }

  async close(): Promise<void> {
    this.lane.cut();
    for (const run of this.held.splice(0)) run();
    for (const run of this.runs) run.end();
    await this.lane.drain();
    await this.ledger.close();
  }

  /** Puts one job for each status into the lane; jobs of one message share a key. */
  async put(...entries: [msgId: string, ...statuses: ('sent' | 'delivered' | 'read')[]][]): Promise<void> {
    const at = now();
    for (const [msgId, ...statuses] of entries) {
      await this.ledger.accept({
        account: ACCOUNT, msgId, test: false, origin: 'clevertap', to: PERSON, summary: '{}', wire: '{}', at, lane: 'elsewhere', claim: true, urgent: false,
      });
      const reports = statuses.map((status) => ({ report: { names: [msgId], status, at }, listenerLanes: [] }));
      await this.ledger.recordCallback({ accounts: [ACCOUNT], reports, inbound: [], unreadable: [], at, parkForMs: 0, settledLanes: [] });
    }
    this.lane.wake();
  }

  /** How many jobs the lane has in the ledger. The ledger answers in order: whatever it was asked before has been answered by then. */
  async waiting(): Promise<number> {
    return (await this.ledger.counts()).jobs[LANE] ?? 0;
  }

  run(jobs: ClaimedJob[]): Promise<LaneOutcome[]> {
    return new Promise((resolve) => {
      const statuses = jobs.map(({ event }) => `${event!.message!.msgId} ${(event!.payload as DeliveryReport).status}`);
      this.runs.push({ jobs, statuses, end: (outcome = { kind: 'done' }) => resolve(jobs.map(() => outcome)) });
      this.tell();
    });
  }

  async record(settled: SettledJob[]): Promise<void> {
    if (this.failRecording > 0) {
      this.failRecording -= 1;
      throw new Error('disk full');
    }
    await recordEventOutcomes(this.ledger, 'relay', settled, now());
    this.recorded += settled.length;
    this.tell();
  }

  paused(reason: string): void {
    this.pauses.push(reason);
    this.tell();
  }

  /** Resolves as soon as the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waitingFor.push(resolve));
  }

  private tell(): void {
    for (const resolve of this.waitingFor.splice(0)) resolve();
  }
}
