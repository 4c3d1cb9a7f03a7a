import { createRequire } from 'node:module';
import { LedgerError } from '../ledger.errors.ts';

export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

export interface SqliteStatement {
  run(...values: SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
}

/** What the ledger needs of an SQLite library: `node:sqlite` and `better-sqlite3` both have it under these names. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export type SqliteEngineName = 'node:sqlite' | 'better-sqlite3';

type Open = (file: string) => SqliteDatabase;

/** `node:sqlite` where the running Node has it (22.13 and later), else `better-sqlite3`, or the one that is asked for. */
export function sqliteDriver(wanted?: SqliteEngineName): { name: SqliteEngineName; open: Open } {
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
    return sqlite && ((file) => new sqlite.DatabaseSync(file) as unknown as SqliteDatabase);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function betterSqlite3(): Open | undefined {
  try {
    const Database = createRequire(import.meta.url)('better-sqlite3') as new (file: string) => SqliteDatabase;
    return (file) => new Database(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
