import { oneLine } from '../messages/one-line.ts';

/**
 * `locked`: another process has the file. `full`, `read-only`, `corrupt`: the disk or the file. `closed`: the app is stopping, or has not opened it
 * yet. `unavailable`: the ledger's thread died, no SQLite was found, or a later release wrote the file. `failed`: anything else.
 */
export type LedgerErrorCode = 'locked' | 'full' | 'read-only' | 'corrupt' | 'closed' | 'unavailable' | 'failed';

/** A call that the ledger did not confirm. With `unavailable` after a lost thread it may have been kept all the same; with every other code nothing was. */
export class LedgerError extends Error {
  readonly code: LedgerErrorCode;

  constructor(code: LedgerErrorCode, message: string) {
    super(message);
    this.name = 'LedgerError';
    this.code = code;
  }
}

/** What a code says to whoever runs the app, and what is to be done. */
const IN_WORDS: Record<Exclude<LedgerErrorCode, 'unavailable' | 'failed'>, string> = {
  locked: 'another program holds a lock on the ledger: end that program',
  full: "the ledger's disk is full: make room on it",
  'read-only': 'the ledger can only be read: let this process write to its file, to those beside it (-lock, -wal and -shm) and to its folder',
  corrupt: 'the ledger is damaged: stop the app and restore the file from a backup',
  closed: 'the ledger is closed, since the app stops or has not started yet',
};

/** As much of an engine's own words as a line of the log holds. */
const LONGEST_WORDS = 200;

const SQLITE_CODES: Record<number, LedgerErrorCode> = { 5: 'locked', 6: 'locked', 8: 'read-only', 11: 'corrupt', 13: 'full', 14: 'read-only', 26: 'corrupt' };
const SQLITE_NAMES: Record<string, LedgerErrorCode> = {
  SQLITE_BUSY: 'locked', SQLITE_LOCKED: 'locked', SQLITE_READONLY: 'read-only', SQLITE_CORRUPT: 'corrupt', SQLITE_FULL: 'full', SQLITE_NOTADB: 'corrupt', SQLITE_CANTOPEN: 'read-only',
  EACCES: 'read-only', EPERM: 'read-only', EROFS: 'read-only', ENOSPC: 'full',
};

/** Reads an engine's own error: `node:sqlite` gives `errcode`, an extended number; `better-sqlite3` gives `code`, a name, as the file system does. */
export function ledgerErrorCode(error: unknown): LedgerErrorCode {
  if (error instanceof LedgerError) return error.code;
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (typeof errcode === 'number') return SQLITE_CODES[errcode & 0xff] ?? 'failed';
  if (typeof code === 'string') {
    const name = Object.keys(SQLITE_NAMES).find((known) => code.startsWith(known));
    if (name !== undefined) return SQLITE_NAMES[name]!;
  }
  return 'failed';
}

/** Why the ledger did not take something, and what to do about it, for the log. Of an error that is no `LedgerError` only its kind is told: its text may quote a person. */
export function ledgerFaultInWords(error: unknown): string {
  if (!(error instanceof LedgerError)) return `the bridge itself failed (${error instanceof Error ? error.name : typeof error})`;
  const { code, message } = error;
  if (code === 'unavailable') return `the ledger is lost (${oneLine(message, LONGEST_WORDS)})`;
  return code === 'failed' ? `the ledger failed (${oneLine(message, LONGEST_WORDS)})` : IN_WORDS[code];
}
