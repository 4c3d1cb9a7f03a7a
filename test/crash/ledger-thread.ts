import { statSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import threads from 'node:worker_threads';
import type { WorkerOptions } from 'node:worker_threads';
import type { Blow } from './points.ts';
import { Trap } from './trap.ts';

/** What the ledger's thread has to know, in the environment that it inherits. */
export interface LedgerThreadSetup {
  blow?: Blow;
  /** The descriptor of the file that blows are written to. */
  log: number;
  /** The ledger's file. */
  file: string;
  /** Overrides `PRAGMA synchronous`, to show that the evidence of durability would notice. */
  synchronous?: string;
  /** Where to write the pragmas that the connection really runs with, as JSON. */
  pragmas?: string;
}

const VARIABLE = 'CRASH_LEDGER_THREAD';

/** What a checkpoint is doing, shared between the ledger's thread and its watcher. */
const IDLE = 0;
const COMMITTING = 1;

/** To be called before the bridge is loaded: its ledger's thread then loads this file first. */
export function enterLedgerThread(setup: LedgerThreadSetup): void {
  process.env[VARIABLE] = JSON.stringify(setup);
  threads.Worker = class extends threads.Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      super(file, { ...options, execArgv: [...(options.execArgv ?? []), '--disable-warning=ExperimentalWarning', '--import', import.meta.url] });
    }
  };
  syncBuiltinESMExports();
}

if (!threads.isMainThread && process.env[VARIABLE] !== undefined) {
  if (threads.workerData instanceof SharedArrayBuffer) watchCheckpoint(threads.workerData);
  else layTraps(JSON.parse(process.env[VARIABLE]) as LedgerThreadSetup);
}

/** Wraps SQLite's own methods, so that each commit is known by what was written in it. */
function layTraps({ blow, log, file, synchronous, pragmas }: LedgerThreadSetup): void {
  const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite');
  const trap = new Trap(blow, log);
  const checkpoint = trap.isFor('checkpoint') ? watcher() : undefined;
  const written = { message: false, report: false };
  const { exec, prepare } = Database.prototype;
  let commits = 0;

  Database.prototype.prepare = function prepareWatched(this: DatabaseSync, sql: string, ...rest: []) {
    const statement = prepare.call(this, sql, ...rest);
    const run = statement.run.bind(statement) as (...values: SQLInputValue[]) => ReturnType<typeof statement.run>;
    const table = /^\s*INSERT INTO (messages|events|parked_reports)\b/.exec(sql)?.[1];
    if (table !== undefined) statement.run = (...values: unknown[]) => note(table, values, run(...(values as SQLInputValue[])));
    // The ledger runs what it wants no result of by `get`.
    if (isCommit(sql)) statement.run = statement.get = () => commit(this, () => run()) as never;
    return statement;
  };

  Database.prototype.exec = function execWatched(this: DatabaseSync, sql: string): void {
    if (isCommit(sql)) return commit(this, () => exec.call(this, sql));
    exec.call(this, sql);
    if (synchronous !== undefined && /PRAGMA synchronous/.test(sql)) exec.call(this, `PRAGMA synchronous = ${synchronous}`);
  };

  function note<T extends { changes: number | bigint }>(table: string, values: unknown[], result: T): T {
    const isNew = Number(result.changes) > 0;
    if (table === 'messages') written.message ||= isNew;
    else written.report ||= isNew && (table === 'parked_reports' || values.includes('delivery-report'));
    return result;
  }

  function commit<T>(db: DatabaseSync, run: () => T): T {
    commits += 1;
    if (commits === 1 && pragmas !== undefined) notePragmas(db, pragmas);
    if (commits === 1) trap.reached('recovery uncommitted');
    const { message, report } = written;
    written.message = written.report = false;
    if (message) trap.reached('inserted uncommitted');
    if (report) trap.reached('report uncommitted');
    if (checkpoint !== undefined && commits === blow?.at) exec.call(db, 'PRAGMA wal_autocheckpoint = 1');
    if (checkpoint !== undefined) setState(checkpoint, COMMITTING);
    const result = run();
    if (checkpoint !== undefined) setState(checkpoint, IDLE);
    if (message) trap.reached('committed unanswered');
    if (report) trap.reached('report committed');
    return result;
  }

  /** A thread that sees the database file change, which in WAL mode only a checkpoint does. */
  function watcher(): Int32Array {
    const shared = new SharedArrayBuffer(4);
    new threads.Worker(new URL(import.meta.url), {
      workerData: shared, execArgv: ['--disable-warning=ExperimentalWarning'], env: { ...process.env, [VARIABLE]: JSON.stringify({ blow, log, file }) },
    }).unref();
    return new Int32Array(shared);
  }
}

function isCommit(sql: string): boolean {
  return /^\s*COMMIT\b/.test(sql);
}

function setState(state: Int32Array, value: number): void {
  Atomics.store(state, 0, value);
  Atomics.notify(state, 0);
}

/** Kills when the database file has begun to change and the commit that copies into it has not ended. */
function watchCheckpoint(shared: SharedArrayBuffer): void {
  const { blow, log, file } = JSON.parse(process.env[VARIABLE]!) as LedgerThreadSetup;
  const trap = new Trap(blow, log);
  const state = new Int32Array(shared);
  const changedAt = (): bigint => statSync(file, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n;
  for (;;) {
    Atomics.wait(state, 0, IDLE);
    const before = changedAt();
    while (Atomics.load(state, 0) === COMMITTING) {
      if (changedAt() !== before && Atomics.load(state, 0) === COMMITTING) trap.strike();
    }
  }
}

function notePragmas(db: DatabaseSync, file: string): void {
  const read = (name: string): unknown => Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  const found = { journalMode: read('journal_mode'), synchronous: read('synchronous') };
  process.getBuiltinModule('node:fs').writeFileSync(file, JSON.stringify(found));
}
