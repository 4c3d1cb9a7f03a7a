import { LedgerError } from '../ledger.errors.ts';
import type { SqliteDatabase } from './driver.ts';

/**
 * Forward migrations: the n-th takes a file of version n to version n+1. Never changed once published.
 *
 * Bodies stand apart from their messages (`wires`), so that a change of state rewrites a small row. `jobs` is the one queue
 * behind all lanes: dispatch jobs name a message, relay and listener jobs an entry of `events`, the durable log. What must
 * not happen twice is a unique index, never a look-up followed by an insert.
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
    status TEXT,
    refusal TEXT,
    accepted_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX messages_by_id ON messages (account, msg_id) WHERE test = 0;
  CREATE INDEX messages_by_age ON messages (accepted_at);
  CREATE INDEX messages_test ON messages (account, seq) WHERE test = 1;

  CREATE TABLE wires (message INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;

  CREATE TABLE names (
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (account, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX names_by_message ON names (message);

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

  CREATE TABLE lanes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

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
    expires_at INTEGER
  ) STRICT;
  CREATE INDEX jobs_by_expiry ON jobs (expires_at) WHERE expires_at IS NOT NULL;
  CREATE INDEX jobs_waiting ON jobs (lane, due, id) WHERE claimed = 0;
  CREATE INDEX jobs_by_key ON jobs (key, lane) WHERE key IS NOT NULL;
  CREATE INDEX jobs_by_message ON jobs (message) WHERE message IS NOT NULL;

  CREATE TABLE parked_reports (
    id INTEGER PRIMARY KEY,
    accounts TEXT NOT NULL,
    report TEXT NOT NULL,
    listener_lanes TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX parked_by_expiry ON parked_reports (expires_at);
  CREATE TABLE parked_names (
    name TEXT NOT NULL,
    parked INTEGER NOT NULL,
    PRIMARY KEY (name, parked)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE people (
    account TEXT NOT NULL,
    user_id TEXT NOT NULL,
    phone TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (account, user_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX people_by_phone ON people (phone);
  CREATE INDEX people_by_age ON people (seen_at);

  CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    account TEXT,
    lane TEXT,
    key INTEGER,
    message INTEGER,
    event INTEGER,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    payload TEXT
  ) STRICT;
  CREATE INDEX dead_letters_by_message ON dead_letters (message) WHERE message IS NOT NULL;
  `,
  // How many messages there are in each state, so that nobody need look at every one. Those that wait are counted by their jobs: a row of their
  // own would be written with every message that comes, and slow that by a twelfth.
  `
  CREATE TABLE message_counts (state TEXT PRIMARY KEY, messages INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO message_counts SELECT value, (SELECT count(*) FROM messages WHERE state = value)
    FROM json_each('["dispatched", "rejected", "unknown", "expired"]');
  CREATE TRIGGER messages_counted AFTER UPDATE OF state ON messages WHEN old.state <> new.state BEGIN
    UPDATE message_counts SET messages = messages + (state = new.state) - (state = old.state) WHERE state IN (old.state, new.state);
  END;
  CREATE TRIGGER messages_counted_out AFTER DELETE ON messages BEGIN
    UPDATE message_counts SET messages = messages - 1 WHERE state = old.state;
  END;
  `,
  // Jobs that overtake the others of their lane, also when they are tried again. Only one that waits can be too late.
  `
  ALTER TABLE jobs ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
  DROP INDEX jobs_waiting;
  CREATE INDEX jobs_waiting ON jobs (lane, urgent, due, id) WHERE claimed = 0;
  DROP INDEX jobs_by_expiry;
  CREATE INDEX jobs_by_expiry ON jobs (expires_at) WHERE expires_at IS NOT NULL AND claimed = 0;
  `,
  // What each message was written for and its reports can tell: its status, and its age by its number. Counts are written once for many changes.
  // A report on its way to CleverTap has no job until it must wait.
  `
  DROP TRIGGER messages_counted;
  DROP TRIGGER messages_counted_out;
  DROP INDEX messages_by_age;
  ALTER TABLE messages DROP COLUMN status;
  CREATE INDEX events_in_hand ON events (seq) WHERE relayed_at = 0;
  `,
  // Jobs of one key go in the order of their entries, whatever the order in which they got their numbers.
  `
  DROP INDEX jobs_waiting;
  CREATE INDEX jobs_waiting ON jobs (lane, urgent, due, event, id) WHERE claimed = 0;
  `,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings the file to this release's schema, or refuses one that a later release has written. */
export function migrate(db: SqliteDatabase): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > SCHEMA_VERSION) {
    throw new LedgerError('unavailable', `The ledger was written by a later release (schema ${version}, this one knows ${SCHEMA_VERSION}): upgrade nestjs-whatsapp-bridge.`);
  }
  for (let step = version; step < SCHEMA_VERSION; step += 1) {
    db.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[step]} PRAGMA user_version = ${step + 1}; COMMIT;`);
  }
}
