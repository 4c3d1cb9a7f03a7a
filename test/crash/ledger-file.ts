import { DatabaseSync } from 'node:sqlite';

/** What SQLite finds wrong with a ledger's file; nothing where it is whole. */
export function faultOf(file: string): string | undefined {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const found = db.prepare('PRAGMA integrity_check').all().map((row) => String(Object.values(row)[0]));
    return found.length === 1 && found[0] === 'ok' ? undefined : found.join('; ');
  } finally {
    db.close();
  }
}
