import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { LedgerError, ledgerErrorCode } from '../ledger.errors.ts';
import type { SqliteDatabase } from './driver.ts';

/** How long the start waits for a predecessor that is still draining, in milliseconds. */
const LOCK_WAIT_MS = 5_000;

/** How often is looked whether the lock's file is still there, in milliseconds. */
const LOOK_EVERY_MS = 30_000;

export interface LedgerLock {
  /** Takes the lock anew where its file was deleted; throws where another process has done that already. */
  check(): void;
  release(): void;
}

/**
 * One process to a file: a second writer's checkpoint can corrupt a WAL file with SQLite before 3.51.3, and two bridges
 * would both claim the same jobs. The lock is a file of its own, so that the ledger stays readable while the bridge runs;
 * it is the kernel's, so that it dies with the process. `file` must be the ledger's real path: two names of it would get two locks.
 */
export function lockLedger(open: (file: string) => SqliteDatabase, file: string, waitMs = LOCK_WAIT_MS): LedgerLock {
  const path = `${file}-lock`;
  const held: SqliteDatabase[] = [];
  let inode: string | undefined;
  const take = (patienceMs: number): void => {
    createPrivate(path);
    const taken = inodeOf(path); // before the lock: should the file be replaced in between, the next look finds it out
    held.push(lockFile(open, path, patienceMs));
    inode = taken;
  };
  const check = (): void => {
    try {
      if (inodeOf(path) !== inode) take(0);
    } catch (error) {
      // Whatever else is wrong with the folder now, the ledger is open and works; it is looked at again.
      if (ledgerErrorCode(error) !== 'locked') return;
      throw new LedgerError('locked', `The lock file ${path} was deleted while this process ran, and another process uses the ledger now. Stop one of the two, and leave the lock file alone.`);
    }
  };
  try {
    take(waitMs);
  } catch (error) {
    throw explained(error, file, path);
  }
  // What it throws ends the ledger's thread: better none than two at work on one file. A new thread waits for the lock.
  const timer = setInterval(check, LOOK_EVERY_MS).unref();
  const release = (): void => {
    clearInterval(timer);
    for (const lock of held.splice(0)) lock.close();
  };
  return { check, release };
}

/** It holds people's numbers and messages: for this user alone, as are the log and its index, which take the file's mode. One that is there keeps its own. */
export function createPrivate(file: string): void {
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
}

function lockFile(open: (file: string) => SqliteDatabase, path: string, waitMs: number): SqliteDatabase {
  const lock = open(path);
  try {
    // A file that may only be read is opened all the same, and then BEGIN EXCLUSIVE holds nothing: only a write finds that out. It is never
    // committed, and its journal is kept in memory, so that the file stays empty and has none beside it.
    lock.exec(`PRAGMA busy_timeout = ${waitMs}; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; PRAGMA user_version = 1;`);
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Which file the path names; nothing where there is none. */
function inodeOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

function explained(error: unknown, file: string, path: string): unknown {
  switch (ledgerErrorCode(error)) {
    case 'locked': return new LedgerError('locked', `The ledger ${file} is in use by another process: one process to a file. Give each its own ledger.file.`);
    case 'read-only': return new LedgerError('read-only', `The ledger ${file} cannot be opened: its lock file ${path} cannot be written (${(error as Error).message}), and without it two processes could use one ledger. Give the lock file, like the ledger and its folder, to the user of this process.`);
    default: return error;
  }
}
