import { jest } from '@jest/globals';
import { now } from '../../lib/clock.ts';
import { recordEventOutcomes } from '../../lib/lanes/event-outcomes.ts';
import { LaneRegistry } from '../../lib/lanes/lane-registry.ts';
import type { LaneOutcome, LaneWork } from '../../lib/lanes/lane-work.ts';
import { Lane } from '../../lib/lanes/lane.ts';
import { Room } from '../../lib/lanes/room.ts';
import { laneName } from '../../lib/ledger/ledger.ts';
import type { ClaimedJob, RecordedEvent } from '../../lib/ledger/message-records.ts';
import { SqliteEngine } from '../../lib/ledger/sqlite/engine.ts';
import { openDatabase } from '../../lib/ledger/sqlite/open-database.ts';
import { ACCOUNT, message } from '../support/ledger-records.ts';
import { FarThread, SqliteLedger } from './far-thread.ts';

/** What happens next, at the other sides or in between. */
export type Step =
  /** A report comes; its body was read for so long. */
  | { do: 'report'; message: number; readingMs: number }
  /** The ledger's thread works off some of the calls that have come; their answers are on their way. */
  | { do: 'work'; calls: number }
  | { do: 'answer' }
  /** One of the runs ends. */
  | { do: 'end'; run: number; as: 'done' | 'retry' | 'pause' | 'alone'; afterMs: number }
  | { do: 'pass'; ms: number }
  /** A person is forgotten: what is in hand is read anew. */
  | { do: 'forget' }
  /** The ledger's thread dies; another one takes its place soon. */
  | { do: 'lose' }
  | { do: 'crash' };

interface Run {
  lane: string;
  jobs: ClaimedJob[];
  end(outcome: LaneOutcome): void;
}

const REPORTS = laneName.reports(ACCOUNT);
const LISTENER = laneName.listener('Host.reported');
const RETRY = { firstDelayMs: 20, factor: 2, maxDelayMs: 80, jitter: 0 };

/** One life of the process: lanes to CleverTap and to a listener, and what they have running. */
class Life {
  readonly runs: Run[] = [];
  readonly lanes = new LaneRegistry();
  private readonly ledger = new SqliteLedger('ledger.sqlite');

  private constructor(batchSize: number) {
    this.open(REPORTS, batchSize);
    this.open(LISTENER);
  }

  static async begin(batchSize: number): Promise<Life> {
    const life = new Life(batchSize);
    life.ledger.watch({ lost: () => undefined, back: () => life.lanes.wakeAll() });
    await life.ledger.open();
    const recovered = life.ledger.recover({ at: now(), accounts: {}, listenerLanes: [] });
    life.thread.work();
    life.thread.answer();
    await recovered;
    life.lanes.start();
    return life;
  }

  /** The ledger's, the newest one. */
  get thread(): FarThread {
    return FarThread.newest!;
  }

  /** As the callbacks' service takes one. */
  report(msgId: string, click: number, at: number): void {
    const room = new Room(this.lanes);
    for (const lane of [REPORTS, LISTENER]) room.reserve(lane);
    const report = { names: [msgId], status: 'clicked' as const, at: click };
    this.ledger.recordCallback({ accounts: [ACCOUNT], reports: [{ report, listenerLanes: [LISTENER] }], at, parkForMs: 0, room: room.lanes }).then(
      (recorded) => {
        room.fill(recorded);
        room.leave();
        for (const lane of room.full) this.lanes.wake(lane);
      },
      () => room.leave(),
    );
  }

  private open(name: string, batchSize?: number): void {
    const work: LaneWork = {
      run: (jobs) => new Promise((resolve) => {
        const run: Run = { lane: name, jobs, end: (outcome) => resolve(jobs.map(() => outcome)) };
        this.runs.push(run);
      }),
      record: (settled) => recordEventOutcomes(this.ledger, name === REPORTS ? 'relay' : 'listener', settled, now()),
    };
    const options = { name, concurrency: 2, retry: RETRY, ...(batchSize !== undefined && { batch: { size: batchSize, waitMs: 5 } }) };
    this.lanes.add(name, new Lane(options, work, this.ledger));
  }
}

/** Reports of a few messages on their way through lanes and ledger, and what CleverTap and a listener have heard of each. */
export class World {
  readonly faults: string[] = [];
  private readonly opened = openDatabase(':memory:');
  private readonly told = new Map<string, Set<number>>([[REPORTS, new Set()], [LISTENER, new Set()]]);
  private life!: Life;
  private clicks = 0;

  private constructor(private readonly batchSize: number) {
    FarThread.file = this.opened.db;
    const engine = new SqliteEngine(this.opened.db);
    for (const msgId of ['m-0', 'm-1', 'm-2']) engine.accept(message(msgId));
  }

  static async begin(batchSize: number): Promise<World> {
    const world = new World(batchSize);
    world.life = await Life.begin(batchSize);
    return world;
  }

  async take(step: Step): Promise<void> {
    const { life } = this;
    switch (step.do) {
      case 'report':
        this.clicks += 1;
        life.report(`m-${step.message}`, this.clicks, now() - step.readingMs);
        break;
      case 'work': life.thread.work(step.calls); break;
      case 'answer': life.thread.answer(); break;
      case 'end': this.end(step); break;
      case 'forget': void life.lanes.readAgain(); break;
      case 'lose': life.thread.die(); break;
      case 'crash': await this.crash(); break;
      case 'pass': await jest.advanceTimersByTimeAsync(step.ms); break;
    }
    await jest.advanceTimersByTimeAsync(0);
  }

  /** Lets all go well from now on. */
  async finish(): Promise<void> {
    for (let round = 0; round < 400 && (round < 3 || this.left() > 0); round += 1) {
      this.life.thread.work();
      this.life.thread.answer();
      await jest.advanceTimersByTimeAsync(1);
      while (this.life.runs.length > 0) this.end({ run: 0, as: 'done', afterMs: 0 });
      await jest.advanceTimersByTimeAsync(5);
    }
    if (this.left() > 0) this.faults.push(`${this.left()} left behind`);
  }

  close(): void {
    jest.clearAllTimers();
    this.opened.close();
  }

  private end({ run: place, as, afterMs }: Omit<Extract<Step, { do: 'end' }>, 'do'>): void {
    const { runs } = this.life;
    const [run] = runs.splice(runs.length === 0 ? 0 : place % runs.length, 1);
    if (run === undefined) return;
    if (as === 'done') {
      this.hear(run);
      return run.end({ kind: 'done' });
    }
    run.end({ kind: 'retry', reason: as, afterMs, ...(as === 'alone' && { alone: true }), ...(as === 'pause' && { pause: { reason: as } }) });
  }

  /** The other side has it: by now it must have all that was recorded of the same message before. */
  private hear({ lane, jobs }: Run): void {
    const told = this.told.get(lane)!;
    for (const { event } of jobs) told.add(event!.seq);
    for (const { event } of jobs) {
      for (const seq of this.logged(event!)) if (!told.has(seq)) this.faults.push(`${lane}: ${event!.seq} went out before ${seq}`);
    }
  }

  private logged({ message, seq }: RecordedEvent): number[] {
    const rows = this.opened.db.prepare("SELECT seq FROM events WHERE message = ? AND kind = 'delivery-report' AND seq < ?").all(message!.seq, seq);
    return rows.map((row) => Number(row.seq));
  }

  private left(): number {
    const count = Number(this.opened.db.prepare("SELECT count(*) AS events FROM events WHERE kind = 'delivery-report'").get()?.events);
    return this.life.thread.pending + [...this.told.values()].reduce((sum, { size }) => sum + count - size, 0);
  }

  private async crash(): Promise<void> {
    jest.clearAllTimers(); // sets the clock back too, as somebody may the machine's
    this.life = await Life.begin(this.batchSize);
  }
}
