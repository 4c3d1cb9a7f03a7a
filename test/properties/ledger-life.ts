import { SqliteEngine } from '../../lib/ledger/sqlite/engine.ts';
import { type CallResult, GroupCommit } from '../../lib/ledger/sqlite/group-commit.ts';
import { openDatabase } from '../../lib/ledger/sqlite/open-database.ts';
import type { SqliteDatabase } from '../../lib/ledger/sqlite/driver.ts';
import { NOW } from '../support/ledger-records.ts';
import { LedgerCaller } from './ledger-caller.ts';
import { type LedgerCall, Reckoning } from './ledger-reckoning.ts';
import { ACCOUNTS, LISTENERS, type Step } from './ledger-steps.ts';
import { LedgerTruths } from './ledger-truths.ts';

const SPOILT = new Error('spoilt');
/** Only the first account's messages are asked after. */
const RECOVERY = { [ACCOUNTS[0]!]: { unknownWaitMs: 3_000, lookUpAfterMs: 1_000 }, [ACCOUNTS[1]!]: { unknownWaitMs: 500 } };

/** One ledger's life: its engine behind the commits of its thread, and the app that calls it. */
export class LedgerLife {
  private readonly opened = openDatabase(':memory:');
  private readonly app = new Reckoning();
  private readonly caller = new LedgerCaller(this.opened.db, this.app);
  private readonly truths = new LedgerTruths(this.opened.db, this.app);
  private engine!: SqliteEngine;
  private group!: GroupCommit;
  /** On their way to the engine. */
  private readonly calls: LedgerCall[] = [];
  private diskIsFull = false;
  private now = NOW;

  constructor() {
    this.start();
  }

  /** Lives through a step; what is not as it should be then. */
  take(step: Step): string[] {
    switch (step.do) {
      case 'pass':
        this.now += step.ms;
        return [];
      case 'look': return this.truths.stale(this.engine);
      case 'commit': this.commit(step.end, step.place); break;
      case 'restart': this.restart(); break;
      default: {
        const call = this.caller.call(step, this.engine, this.now);
        if (call !== undefined) this.calls.push(call);
        return [];
      }
    }
    return this.truths.broken(this.engine);
  }

  /** Commits what is on its way; what is not as it should be in the end. */
  finish(): string[] {
    return [...this.take({ do: 'commit', end: 'kept', place: 0 }), ...this.take({ do: 'look' })];
  }

  close(): void {
    this.opened.close();
  }

  private commit(end: Extract<Step, { do: 'commit' }>['end'], place: number): void {
    const calls = this.calls.splice(0);
    this.diskIsFull = end === 'failed';
    const results = this.run(calls, end === 'spoilt' ? place % (calls.length + 1) : undefined);
    this.diskIsFull = false;
    if (end === 'lost') return this.lose(calls);
    for (const [index, result] of results.entries()) {
      if (!('error' in result)) calls[index]!.answered(result.value);
      else if (end === 'failed') calls[index]!.failed();
      else throw result.error; // the app does not ask for what cannot be
    }
  }

  /** All that the calls have written is there, but nobody hears of it. */
  private lose(calls: LedgerCall[]): void {
    for (const call of calls) call.failed();
    this.start();
    const inHand = [...this.app.inHand.keys()];
    this.alone((engine) => engine.resume(inHand));
    this.app.begin(this.engine.state());
  }

  private restart(): void {
    this.calls.length = 0;
    this.app.die();
    this.start();
    this.app.begin(this.engine.state());
    const recovered = this.alone((engine) => engine.recover({ at: this.now, accounts: RECOVERY, listenerLanes: [LISTENERS.dispatch] }));
    this.app.announce(recovered, this.now);
  }

  private start(): void {
    const { db } = this.opened;
    this.engine = new SqliteEngine(db);
    this.group = new GroupCommit({ ...db, prepare: (sql) => (sql === 'COMMIT' ? this.committing(db) : db.prepare(sql)) }, this.engine);
  }

  private run(calls: LedgerCall[], spoiltAt?: number): CallResult<unknown>[] {
    const made = calls.map(({ make }) => () => make(this.engine));
    if (spoiltAt === undefined) return this.group.run(made);
    const spoiling = (): never => { throw SPOILT; };
    return this.group.run(made.toSpliced(spoiltAt, 0, spoiling)).toSpliced(spoiltAt, 1);
  }

  private alone<T>(make: (engine: SqliteEngine) => T): T {
    const [result] = this.group.run([() => make(this.engine)]);
    if ('error' in result!) throw result.error;
    return result!.value;
  }

  private committing(db: SqliteDatabase): ReturnType<SqliteDatabase['prepare']> {
    const commit = db.prepare('COMMIT');
    return {
      ...commit,
      write: () => {
        if (this.diskIsFull) throw new Error('database or disk is full');
        commit.write();
      },
    };
  }
}
