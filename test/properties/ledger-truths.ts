import { laneName } from '../../lib/ledger/ledger.ts';
import type { SqliteDatabase, SqliteStatement } from '../../lib/ledger/sqlite/driver.ts';
import { SqliteEngine } from '../../lib/ledger/sqlite/engine.ts';
import { TEST_MSG_ID } from '../../lib/messages/outbound-message.ts';
import type { Reckoning } from './ledger-reckoning.ts';
import { ACCOUNTS, MSG_IDS } from './ledger-steps.ts';

/** SQL: how many jobs a message `m` has in lanes of a kind. */
const jobsOf = (named: (whose: string) => string): string => `(SELECT count(*) FROM jobs j JOIN lanes l ON l.id = j.lane WHERE j.message = m.seq AND l.name LIKE '${named('%')}')`;
const [DISPATCHES, SETTLES] = [jobsOf(laneName.dispatch), jobsOf(laneName.settle)];

/** SQL: whether a column names a row that is not there. */
const isGone = (column: string, table: string, key = 'seq'): string => `(${column} IS NOT NULL AND ${column} NOT IN (SELECT ${key} FROM ${table}))`;

/** What no ledger may ever hold, each with the rows that would be it. */
const NEVER: Record<string, string> = {
  'a state whose messages are counted wrongly': `SELECT state, messages AS counted, (SELECT count(*) FROM messages m WHERE m.state = c.state) AS are
    FROM message_counts c WHERE counted <> are`,
  'a message that is to be sent, and has not one dispatch job': `SELECT seq, ${DISPATCHES} AS dispatches FROM messages m WHERE state = 'accepted' AND dispatches <> 1`,
  'a message of unknown outcome that has not one settle job': `SELECT seq, ${SETTLES} AS settles FROM messages m WHERE state = 'unknown' AND settles <> 1`,
  // Its lane may have had the job in hand when the person was forgotten: it finds no message in it then.
  'a dispatch job of a message that is not to be sent': `SELECT seq, state FROM messages m WHERE state <> 'accepted' AND ${DISPATCHES} > (recipient = '')`,
  // Its lane may have had the job in hand when the wait ended: what it decides is void then.
  'a settle job of a message that waits for AiSensy, or more than one': `SELECT seq, state FROM messages m WHERE ${SETTLES} > (state <> 'accepted')`,
  'a job that is due before one of an earlier entry of its key': `SELECT earlier.id AS earlier, later.id AS later
    FROM jobs earlier JOIN jobs later ON later.key = earlier.key AND later.lane = earlier.lane AND later.event > earlier.event AND later.due < earlier.due
    WHERE earlier.claimed = 0 AND later.claimed = 0`,
  'a job of a lane, an entry or a message that is not there': `SELECT id, lane, event, message FROM jobs
    WHERE ${isGone('lane', 'lanes', 'id')} OR ${isGone('event', 'events')} OR ${isGone('message', 'messages')}`,
  'a dead letter of an entry or a message that is not there': `SELECT id, kind, event, message FROM dead_letters
    WHERE ${isGone('event', 'events')} OR ${isGone('message', 'messages')}`,
  'a dead letter of a relay or a listener without its entry': "SELECT id, kind FROM dead_letters WHERE kind IN ('relay', 'listener') AND event IS NULL",
  'an entry, a name or a body of a message that is not there': `SELECT message FROM
    (SELECT message FROM events UNION ALL SELECT reply_to FROM events UNION ALL SELECT message FROM names UNION ALL SELECT message FROM wires)
    WHERE ${isGone('message', 'messages')}`,
};

/** What holds after every commit, whatever came before. */
export class LedgerTruths {
  private readonly never: [what: string, rows: SqliteStatement][];
  private readonly claimed: SqliteStatement;

  constructor(private readonly db: SqliteDatabase, private readonly app: Reckoning) {
    this.never = Object.entries(NEVER).map(([what, sql]) => [what, db.prepare(sql)]);
    this.claimed = db.prepare('SELECT id FROM jobs WHERE claimed = 1 UNION ALL SELECT -seq FROM events WHERE relayed_at = 0');
  }

  /** Those that do not hold. */
  broken(engine: SqliteEngine): string[] {
    const broken = this.never.flatMap(([what, statement]) => {
      const rows = statement.all();
      return rows.length === 0 ? [] : [`the ledger holds ${what}: ${JSON.stringify(rows)}`];
    });
    const [reckoned, is] = [this.app.waiting, engine.state().backlog].map(inWords);
    if (reckoned !== is) broken.push(`the app reckons that ${reckoned} waits for AiSensy, it is ${is}`);
    // Nobody would ever end it.
    const lost = this.claimed.all().map(({ id }) => Number(id)).filter((id) => !this.app.inHand.has(id));
    if (lost.length > 0) broken.push(`claimed, but in nobody's hands: ${lost.join()}`);
    return broken;
  }

  /** Messages of which an engine that remembers nothing tells something else. The one that is asked remembers them from then on. */
  stale(engine: SqliteEngine): string[] {
    const fresh = new SqliteEngine(this.db);
    return ACCOUNTS.flatMap((account) => [...MSG_IDS, TEST_MSG_ID].flatMap((msgId) => {
      const [told, is] = [engine, fresh].map((each) => JSON.stringify(each.message(account, msgId)));
      return told === is ? [] : [`of ${msgId} it tells ${told}, it is ${is}`];
    }));
  }
}

function inWords(backlog: Reckoning['waiting']): string {
  const accounts = Object.entries(backlog).sort(([a], [b]) => (a < b ? -1 : 1));
  return accounts.map(([account, { messages, bytes }]) => `${messages} messages, ${bytes} bytes of ${account}`).join(' and ') || 'nothing';
}
