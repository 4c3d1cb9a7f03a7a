import { mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { LedgerError, ledgerErrorCode, type LedgerErrorCode } from '../ledger.errors.ts';
import { type SqliteDatabase, type SqliteDriverName, sqliteDriver } from './driver.ts';
import { createPrivate, type LedgerLock, lockLedger } from './ledger-lock.ts';
import { migrate, SCHEMA_VERSION } from './schema.ts';

export interface OpenDatabase {
  db: SqliteDatabase;
  driver: SqliteDriverName;
  sqliteVersion: string;
  close(): void;
}

/** How long a write waits for a tool that reads or locks the file at the same time, in milliseconds. */
const BUSY_MS = 500;

/**
 * SQLite's own page cache; the operating system caches the rest. Not more: in files under 1 GiB SQLite goes through all cached pages at the end
 * of each commit that has moved pages of a tree, which with four times as many took 8% of the ledger's thread.
 */
const CACHE_KIB = 8_000;

/**
 * The pages of the log (8 MB) that one checkpoint writes into the file while every answer waits. It took less than 25 ms; with four times as
 * many pages 30 to 40 ms. A slower disk takes longer.
 */
const CHECKPOINT_PAGES = 2_000;

const REMEDIES: Partial<Record<LedgerErrorCode, string>> = {
  corrupt: 'It is damaged or no SQLite file. Restore it from a backup, or move it away to start with an empty ledger: what waited in it is then lost.',
  'read-only': 'Let this process write to the file, to those beside it (-lock, -wal and -shm) and to its folder.',
  full: 'Make room on its disk.',
  locked: 'Another program holds a lock on it: end that.',
};

/** Opens the file for this process alone. */
export function openDatabase(file: string): OpenDatabase {
  const { name, open } = sqliteDriver();
  const inMemory = file === ':memory:';
  let lock: LedgerLock | undefined;
  let db: SqliteDatabase | undefined;
  try {
    if (!inMemory) lock = prepare(file, open);
    db = open(file);
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS};`);
    refuseForeign(db, file);
    // FULL syncs the log at every commit: without it an acknowledged message would die with the machine's power.
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA cache_size = -${CACHE_KIB}; PRAGMA journal_size_limit = 67108864;`);
    migrate(db);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`); // writes: a file that can only be read is better told of now than with the first message
    const sqliteVersion = String(db.prepare('SELECT sqlite_version() AS version').get()?.version);
    const [opened, locked] = [db, lock];
    return { db, driver: name, sqliteVersion, close: () => closeBoth(opened, locked) };
  } catch (error) {
    closeBoth(db, lock);
    throw explained(error, file);
  }
}

/** Makes what is not there yet, and locks it. By the real path, since a link to the ledger would get a lock of its own. */
function prepare(file: string, open: (file: string) => SqliteDatabase): LedgerLock {
  mkdirSync(dirname(file), { recursive: true });
  createPrivate(file);
  return lockLedger(open, realpathSync(file));
}

/** Before anything is changed in it. */
function refuseForeign(db: SqliteDatabase, file: string): void {
  const { tables, own } = db.prepare("SELECT count(*) AS tables, count(CASE name WHEN 'wires' THEN 1 END) AS own FROM sqlite_master WHERE type = 'table'").get()!;
  if (Number(tables) === 0 || Number(own) > 0) return;
  throw new LedgerError('unavailable', `The file ${file} is a database of something else, which is left as it is. Give ledger.file a path of its own.`);
}

/** The engine's words with the file and what to do about it. */
function explained(error: unknown, file: string): Error {
  if (error instanceof LedgerError) return error;
  const code = ledgerErrorCode(error);
  return new LedgerError(code, `The ledger ${file} cannot be opened (${(error as Error).message}). ${REMEDIES[code] ?? ''}`.trim());
}

function closeBoth(db: SqliteDatabase | undefined, lock: LedgerLock | undefined): void {
  try {
    db?.close();
  } finally {
    lock?.release();
  }
}
