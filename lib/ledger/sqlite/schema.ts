import { LedgerError } from '../ledger.errors.ts';
import type { SqliteDatabase } from './driver.ts';

/**
 * Forward migrations: the n-th takes a file of version n to version n+1. Never changed once published.
 *
 * Bodies stand apart from their messages (`wires`), so that a change of state rewrites a small row. `jobs` is the one queue
 * behind all lanes: dispatch jobs name a message, relay and listener jobs an entry of `events`, the durable log. What must
 * not happen twice is a unique index, never a look-up followed by an insert. What can be derived is not written: a message's
 * status follows from its reports, and its age, near enough, from its number.
 */
const MIGRATIONS: string[] = [
  `
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    msg_id TEXT NOT NULL,
    test INTEGER NOT NULL,
    origin TEXT NOT NULL,
    recipient TEXT NOT NULL,
    summary TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    refusal TEXT,
    accepted_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX messages_by_id ON messages (account, msg_id) WHERE test = 0;
  CREATE INDEX messages_test ON messages (account, seq) WHERE test = 1;

  CREATE TABLE wires (message INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;

  CREATE TABLE names (
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (account, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX names_by_message ON names (message);

  -- So that nobody need look at every message. Those that wait are counted by their jobs: a row of their own would be written
  -- with every message that comes, and slow that by a twelfth.
  CREATE TABLE message_counts (state TEXT PRIMARY KEY, messages INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO message_counts SELECT value, 0 FROM json_each('["dispatched", "rejected", "unknown", "expired"]');

  -- relayed_at: 0 while a report is on its way to CleverTap, which has no job until it must wait.
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    message INTEGER,
    identity TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    payload TEXT NOT NULL,
    reply_to INTEGER,
    relayed_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX events_by_message ON events (message, identity) WHERE message IS NOT NULL;
  CREATE UNIQUE INDEX events_by_account ON events (account, identity) WHERE message IS NULL;
  CREATE INDEX events_by_age ON events (recorded_at) WHERE message IS NULL;
  CREATE INDEX events_in_hand ON events (seq) WHERE relayed_at = 0;
  CREATE INDEX events_by_reply ON events (reply_to) WHERE reply_to IS NOT NULL;

  CREATE TABLE lanes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

  -- urgent: overtakes the others of its lane, also when it is tried again. Only one that waits can be too late (expires_at).
  CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    lane INTEGER NOT NULL,
    key INTEGER,
    message INTEGER,
    event INTEGER,
    due INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    alone INTEGER NOT NULL DEFAULT 0,
    claimed INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER,
    urgent INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  -- Jobs of one key go in the order of their entries, whatever the order in which they got their numbers.
  CREATE INDEX jobs_waiting ON jobs (lane, urgent, due, event, id) WHERE claimed = 0;
  CREATE INDEX jobs_by_expiry ON jobs (expires_at) WHERE expires_at IS NOT NULL AND claimed = 0;
  CREATE INDEX jobs_by_key ON jobs (key, lane) WHERE key IS NOT NULL;
  CREATE INDEX jobs_by_message ON jobs (message) WHERE message IS NOT NULL;
  CREATE INDEX jobs_by_event ON jobs (event) WHERE event IS NOT NULL;

  CREATE TABLE parked_reports (
    id INTEGER PRIMARY KEY,
    accounts TEXT NOT NULL,
    report TEXT NOT NULL,
    listener_lanes TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX parked_by_expiry ON parked_reports (expires_at);
  CREATE TABLE parked_names (
    name TEXT NOT NULL,
    parked INTEGER NOT NULL,
    PRIMARY KEY (name, parked)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX parked_names_by_report ON parked_names (parked);

  CREATE TABLE people (
    account TEXT NOT NULL,
    user_id TEXT NOT NULL,
    phone TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (account, user_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX people_by_phone ON people (phone);
  CREATE INDEX people_by_age ON people (seen_at);

  -- accounts: of an unmatched report, all that it may be of.
  CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    account TEXT,
    accounts TEXT,
    lane TEXT,
    key INTEGER,
    message INTEGER,
    event INTEGER,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    payload TEXT
  ) STRICT;
  CREATE INDEX dead_letters_by_message ON dead_letters (message) WHERE message IS NOT NULL;
  CREATE INDEX dead_letters_by_event ON dead_letters (event) WHERE event IS NOT NULL;
  CREATE INDEX dead_letters_by_age ON dead_letters (at);
  `,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings the file to this release's schema, or refuses one that a later release has written. */
export function migrate(db: SqliteDatabase, migrations = MIGRATIONS): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > migrations.length) {
    throw new LedgerError('unavailable', `The ledger was written by a later release (schema ${version}, this one knows ${migrations.length}): upgrade nestjs-whatsapp-bridge.`);
  }
  for (let step = version; step < migrations.length; step += 1) {
    db.exec(`BEGIN IMMEDIATE; ${migrations[step]} PRAGMA user_version = ${step + 1}; COMMIT;`);
  }
}
