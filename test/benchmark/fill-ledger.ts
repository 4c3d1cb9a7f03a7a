import { DatabaseSync } from 'node:sqlite';

type Row = Record<string, unknown>;

/** How a copy of a row differs from it: numbers of messages and entries move on, and names that must be one of a kind change. */
const COPIES: Record<string, Record<string, string>> = {
  messages: { seq: 'seq + :messages', msg_id: ":copy || '|' || msg_id" },
  wires: { message: 'message + :messages' },
  names: { message: 'message + :messages', name: ":copy || '|' || name" },
  events: { seq: 'seq + :events', message: 'message + :messages' },
};

/**
 * Makes a ledger as large as one after months: copies the messages that it holds, with their bodies, names and entries of the
 * log, until there are so many. Goes around the bridge, straight into its closed file. How many there are then.
 */
export function fillLedger(file: string, messages: number): number {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;');
  const last = (table: string): number => Number((db.prepare(`SELECT max(seq) AS seq FROM ${table}`).get() as Row)['seq']);
  // Built at the end in one go, which is many times faster than row by row.
  const indexes = db.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").all() as { name: string; sql: string }[];
  db.exec(`BEGIN; ${indexes.map(({ name }) => `DROP INDEX ${name};`).join(' ')}`);
  for (let copy = 1; last('messages') < messages; copy += 1) {
    const moved = { messages: last('messages'), events: last('events') };
    const wanted = Math.min(moved.messages, messages - moved.messages);
    for (const [table, changes] of Object.entries(COPIES)) {
      const columns = (db.prepare(`PRAGMA table_info(${table})`).all() as { name: string }[]).map(({ name }) => name);
      const values = columns.map((name) => changes[name] ?? name);
      const own = 'seq' in changes && table === 'messages' ? 'seq' : 'message';
      const sql = `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM ${table} WHERE ${own} <= :wanted`;
      const parameters = { messages: moved.messages, events: moved.events, copy: String(copy), wanted };
      const used = Object.fromEntries(Object.entries(parameters).filter(([name]) => sql.includes(`:${name}`)));
      db.prepare(sql).run(used);
    }
  }
  db.exec(`${indexes.map(({ sql }) => `${sql};`).join(' ')} COMMIT;`);
  const rows = last('messages');
  db.close();
  return rows;
}
