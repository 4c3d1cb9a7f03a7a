import { createRequire } from 'node:module';
import type { DatabaseSync } from 'node:sqlite';
import { LedgerError } from '../ledger.errors.ts';

export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

export interface SqliteStatement {
  /** Runs it without a result: node:sqlite takes as long to make one as for most of the statements. */
  write(...values: SqlValue[]): void;
  run(...values: SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
}

/** Its rows are bare values, in the order of its columns: an object with their names costs more than to read them. */
export interface SqliteRows {
  get(...values: SqlValue[]): SqlValue[] | undefined;
  all(...values: SqlValue[]): SqlValue[][];
}

/** What the ledger needs of an SQLite library. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  /** For the rows that are read with every message. No two columns may have the same name. */
  prepareRows(sql: string): SqliteRows;
  close(): void;
}

export type SqliteDriverName = 'node:sqlite' | 'better-sqlite3';

type Open = (file: string) => SqliteDatabase;

/** `node:sqlite` where the running Node has it (22.13 and later), else `better-sqlite3`, or the one that is asked for. */
export function sqliteDriver(wanted?: SqliteDriverName): { name: SqliteDriverName; open: Open } {
  const builtIn = wanted === 'better-sqlite3' ? undefined : nodeSqlite();
  if (builtIn !== undefined) return { name: 'node:sqlite', open: builtIn };
  const installed = wanted === 'node:sqlite' ? undefined : betterSqlite3();
  if (installed !== undefined) return { name: 'better-sqlite3', open: installed };
  throw new LedgerError(
    'unavailable',
    `The SQLite ledger needs Node 22.13 or later, or the package better-sqlite3: npm install better-sqlite3@12 (this is Node ${process.version}).`,
  );
}

function nodeSqlite(): Open | undefined {
  // Asked for through the process, since an import would stop older Nodes from loading this file at all.
  if (typeof process.getBuiltinModule !== 'function') return undefined;
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined; // one "experimental" line at every host's start would help nobody
  try {
    const sqlite = process.getBuiltinModule('node:sqlite') as typeof import('node:sqlite') | undefined;
    return sqlite && ((file) => overNodeSqlite(new sqlite.DatabaseSync(file)));
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** A statement as both libraries have it. */
type Unwritten = Omit<SqliteStatement, 'write'>;

function overNodeSqlite(db: DatabaseSync): SqliteDatabase {
  return {
    exec: (sql) => db.exec(sql),
    prepare(sql) {
      const statement = db.prepare(sql) as unknown as Unwritten;
      return Object.assign(statement, { write: statement.get });
    },
    prepareRows(sql) {
      const statement = db.prepare(sql);
      // Since Node 22.16.
      if (typeof statement.setReturnArrays !== 'function') return valuesOf(statement as unknown as SqliteStatement);
      statement.setReturnArrays(true);
      return statement as unknown as SqliteRows;
    },
    close: () => db.close(),
  };
}

function valuesOf(statement: SqliteStatement): SqliteRows {
  return {
    get(...values) {
      const row = statement.get(...values);
      return row && Object.values(row);
    },
    all: (...values) => statement.all(...values).map((row) => Object.values(row)),
  };
}

/** The part of better-sqlite3 that is used. */
interface BetterSqlite3 {
  exec(sql: string): unknown;
  prepare(sql: string): Unwritten & { raw(): SqliteRows };
  close(): unknown;
}

function overBetterSqlite3(db: BetterSqlite3): SqliteDatabase {
  return {
    exec: (sql) => db.exec(sql),
    prepare(sql) {
      const statement = db.prepare(sql);
      return Object.assign(statement, { write: statement.run });
    },
    prepareRows: (sql) => db.prepare(sql).raw(),
    close: () => void db.close(),
  };
}

function betterSqlite3(): Open | undefined {
  try {
    const Database = createRequire(import.meta.url)('better-sqlite3') as new (file: string) => BetterSqlite3;
    return (file) => overBetterSqlite3(new Database(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
