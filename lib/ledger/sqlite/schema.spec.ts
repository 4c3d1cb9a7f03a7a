import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { message } from '../../../test/support/ledger-records.ts';
import { SqliteEngine } from './engine.ts';
import { openDatabase } from './open-database.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'ledger-schema-')); });
afterEach(() => rmSync(folder, { recursive: true }));

it('counts the messages of a file of the first version', () => {
  const file = join(folder, 'ledger.sqlite');
  const first = openDatabase(file);
  first.db.exec(`DROP TABLE message_counts; DROP INDEX events_in_hand;
    ALTER TABLE messages ADD COLUMN status TEXT; CREATE INDEX messages_by_age ON messages (accepted_at);
    DROP INDEX jobs_waiting; ALTER TABLE jobs DROP COLUMN urgent; CREATE INDEX jobs_waiting ON jobs (lane, due, id) WHERE claimed = 0;
    DROP INDEX jobs_by_expiry; CREATE INDEX jobs_by_expiry ON jobs (expires_at) WHERE expires_at IS NOT NULL;
    PRAGMA user_version = 1;`);
  const old = new Array(7).fill(0).map((_, index) => `('+918889500122', '${index}', 0, 'clevertap', '', '{}', '', '${index < 5 ? 'dispatched' : 'unknown'}', 1)`);
  first.db.exec(`INSERT INTO messages (account, msg_id, test, origin, recipient, summary, digest, state, accepted_at) VALUES ${old.join(', ')}`);
  first.close();

  const { db, close } = openDatabase(file);
  const engine = new SqliteEngine(db);
  engine.accept(message('new'));
  expect(engine.counts().messages).toEqual({ accepted: 1, dispatched: 5, unknown: 2 });
  expect(engine.prune(2, 100)).toBe(7);
  expect(engine.counts().messages).toEqual({ accepted: 1 });
  close();
});
