import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Operation, Outcome, WaitingMessage } from './plain-ledger.ts';

// Everything that arrives while a commit is being synced shares the next one.

const MOST_IN_ONE_COMMIT = 512;

const port = parentPort!;
const db = new DatabaseSync(workerData as string);
db.exec(`
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY, msg_id TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL, state TEXT NOT NULL, accepted_at INTEGER NOT NULL, settled_at INTEGER
  ) STRICT;
  CREATE TABLE IF NOT EXISTS bodies (message INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS reports (
    seq INTEGER PRIMARY KEY, message INTEGER NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL, received_at INTEGER NOT NULL, relayed_at INTEGER,
    UNIQUE (message, status)
  ) STRICT;
`);
const sql = {
  accept: db.prepare("INSERT INTO messages (msg_id, recipient, state, accepted_at) VALUES (?, ?, 'accepted', ?) ON CONFLICT DO NOTHING"),
  keepBody: db.prepare('INSERT INTO bodies (message, body) VALUES (?, ?)'),
  claim: db.prepare("UPDATE messages SET state = 'dispatching' WHERE seq = ?"),
  settle: db.prepare('UPDATE messages SET state = ?, settled_at = ? WHERE seq = ?'),
  report: db.prepare(`INSERT INTO reports (message, status, at, received_at) SELECT seq, ?, ?, ? FROM messages WHERE msg_id = ?
    ON CONFLICT DO NOTHING`),
  relayed: db.prepare('UPDATE reports SET relayed_at = ? WHERE seq = ?'),
  waiting: db.prepare(`SELECT seq, body FROM messages JOIN bodies ON message = seq WHERE seq > ? AND state = 'accepted' ORDER BY seq LIMIT ?`),
};

port.on('message', (first: Operation[]) => {
  let operations = first;
  while (operations.length < MOST_IN_ONE_COMMIT) {
    const next: { message: Operation[] } | undefined = receiveMessageOnPort(port);
    if (next === undefined) break;
    operations = operations.concat(next.message);
  }
  db.exec('BEGIN IMMEDIATE');
  const outcomes = operations.map(run);
  db.exec('COMMIT');
  port.postMessage(outcomes);
});

function run(operation: Operation): Outcome {
  const now = Date.now();
  switch (operation.kind) {
    case 'accept': {
      const { changes, lastInsertRowid } = sql.accept.run(operation.msgId, operation.to, now);
      if (changes === 0) return undefined;
      sql.keepBody.run(lastInsertRowid, operation.body);
      return Number(lastInsertRowid);
    }
    case 'claim':
      for (const seq of operation.messages) sql.claim.run(seq);
      return undefined;
    case 'settle':
      sql.settle.run(operation.state, now, operation.message);
      return undefined;
    case 'report': {
      const { changes, lastInsertRowid } = sql.report.run(operation.status, operation.at, now, operation.msgId);
      return changes === 0 ? undefined : Number(lastInsertRowid);
    }
    case 'relayed':
      for (const seq of operation.reports) sql.relayed.run(now, seq);
      return undefined;
    case 'waiting':
      return sql.waiting.all(operation.after, operation.limit) as unknown as WaitingMessage[];
  }
}
