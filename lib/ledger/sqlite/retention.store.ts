import type { Forgotten } from '../ledger-records.ts';
import type { SqliteDatabase } from './driver.ts';
import type { MessageState } from '../message-history.ts';
import { bodyDigest } from './body-digest.ts';
import type { MessageCounts } from './message-counts.ts';
import type { PeopleStore } from './people.store.ts';

/** Rows looked at in one step of forgetting: few enough that accepting messages never waits for it noticeably. */
const STEP = 5_000;

/**
 * A report, or the entry of an attempt, without the person, whom AiSensy's words may quote. Its names stay, so that it is still matched and dropped
 * where it comes again.
 */
const blanked = (column: string): string => `json_replace(json_remove(${column}, '$.recipient', '$.click'), '$.failure.title', '', '$.reason.title', '')`;

/** What leaves the ledger: rows that are old, and what is kept of a person who wants to be forgotten. */
export class RetentionStore {
  private readonly people: PeopleStore;
  private readonly states: MessageCounts;
  private readonly sql;

  constructor(db: SqliteDatabase, people: PeopleStore, states: MessageCounts) {
    this.people = people;
    this.states = states;
    this.sql = {
      // Each by itself: SQLite would read the whole table for both in one.
      ends: db.prepare('SELECT (SELECT coalesce(min(seq), 0) FROM messages) AS first, (SELECT coalesce(max(seq), 0) FROM messages) AS last'),
      takenAt: db.prepare('SELECT accepted_at FROM messages WHERE seq >= ? ORDER BY seq LIMIT 1'),
      // Of one that was sent long after it was taken, reports are still to come.
      old: db.prepare(`SELECT seq, state FROM messages m WHERE seq < ?1 AND accepted_at < ?2
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.message = m.seq) AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.key = m.seq)
        AND NOT EXISTS (SELECT 1 FROM events e WHERE e.message = m.seq AND (e.relayed_at = 0 OR e.recorded_at >= ?2))
        AND NOT EXISTS (SELECT 1 FROM dead_letters d WHERE d.at >= ?2 AND (d.message = m.seq OR d.event IN (SELECT seq FROM events WHERE message = m.seq))) LIMIT ?3`),
      dropWire: db.prepare('DELETE FROM wires WHERE message = ?'),
      dropNames: db.prepare('DELETE FROM names WHERE message = ?'),
      dropLetters: db.prepare('DELETE FROM dead_letters WHERE message = ? OR event IN (SELECT seq FROM events WHERE events.message = ?)'),
      dropEvents: db.prepare('DELETE FROM events WHERE message = ?'),
      // The number is given out again where it was the last: a reply would be told as one to another person's message.
      dropReplies: db.prepare('UPDATE events SET reply_to = NULL WHERE reply_to = ?'),
      dropMessage: db.prepare('DELETE FROM messages WHERE seq = ?'),
      // A letter may be younger than its entry, of which it can be put back.
      oldEvents: db.prepare(`DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE message IS NULL AND recorded_at < ?
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.event = events.seq)
        AND NOT EXISTS (SELECT 1 FROM dead_letters d WHERE d.event = events.seq) LIMIT ?)`),
      oldLetters: db.prepare('DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE at < ? LIMIT ?)'),
      last: db.prepare(`SELECT max(coalesce((SELECT max(seq) FROM messages), 0), coalesce((SELECT max(seq) FROM events), 0),
        coalesce((SELECT max(id) FROM parked_reports), 0), coalesce((SELECT max(id) FROM dead_letters), 0)) AS seq`),
      ofPerson: db.prepare(`SELECT seq, account, state, coalesce(length(body), 0) AS bytes, CAST(body AS TEXT) AS body FROM messages LEFT JOIN wires ON wires.message = seq
        WHERE seq > ? AND seq <= ? AND recipient = ?`),
      digest: db.prepare('UPDATE messages SET digest = ? WHERE seq = ?'),
      dropJobs: db.prepare('DELETE FROM jobs WHERE message = ? AND claimed = 0'),
      blankMessage: db.prepare(`UPDATE messages SET recipient = '', summary = json_remove(summary, '$.customProps'), refusal = json_set(refusal, '$.title', ''),
        state = CASE WHEN state IN ('accepted', 'unknown') THEN 'expired' ELSE state END WHERE seq = ?`),
      blankReports: db.prepare(`UPDATE events SET payload = ${blanked('payload')} WHERE message = ?`),
      blankUnmatched: db.prepare(`UPDATE events SET payload = ${blanked('payload')}
        WHERE seq > ? AND seq <= ? AND kind = 'delivery-report' AND message IS NULL AND json_extract(payload, '$.recipient') = ?`),
      blankParked: db.prepare(`UPDATE parked_reports SET report = ${blanked('report')}
        WHERE id > ? AND id <= ? AND json_extract(report, '$.recipient') = ?`),
      blankLetters: db.prepare(`UPDATE dead_letters SET payload = CASE kind WHEN 'unmatched' THEN ${blanked('payload')} END
        WHERE id > ? AND id <= ? AND payload IS NOT NULL AND instr(payload, ?) > 0`),
      // AiSensy's words of a message may quote the person, and so may a listener's own.
      blankReasons: db.prepare(`UPDATE dead_letters SET reason = 'forgotten'
        WHERE message = ?1 OR (kind = 'listener' AND event IN (SELECT seq FROM events WHERE events.message = ?1))`),
      // Without its lane it cannot be put back: nobody's message would be told.
      blankLetter: db.prepare("UPDATE dead_letters SET reason = 'forgotten', lane = NULL WHERE event = ?"),
      // A preference is known again by its person's number.
      blankInbound: db.prepare(`UPDATE events SET payload = json_object('id', json_extract(payload, '$.id'), 'at', at, 'type', 'other', 'raw', NULL),
        identity = CASE WHEN instr(identity, ?3) > 0 THEN 'forgotten:' || seq ELSE identity END
        WHERE seq > ?1 AND seq <= ?2 AND kind IN ('inbound-message', 'preference') AND json_extract(payload, '$.from') = ?3 RETURNING seq`),
      // Claimed ones too: handed back or put off, they would be told as nobody's message. What their lane still says of them changes nothing.
      dropEventJobs: db.prepare('DELETE FROM jobs WHERE event = ?'),
    };
  }

  /** Up to `limit` messages that are old and have nothing left to do; and as many of each other kind of row. How many, of the kind of which most were deleted. */
  prune(before: number, limit: number): number {
    const messages = this.sql.old.all(this.firstSince(before), before, limit);
    for (const { seq, state } of messages) {
      this.sql.dropWire.write(seq!);
      this.sql.dropNames.write(seq!);
      this.sql.dropLetters.write(seq!, seq!);
      this.sql.dropEvents.write(seq!);
      this.sql.dropReplies.write(seq!);
      this.sql.dropMessage.write(seq!);
      this.states.leave(state as MessageState);
    }
    // The letters first: an entry can go with the last of them.
    const letters = Number(this.sql.oldLetters.run(before, limit).changes);
    const events = Number(this.sql.oldEvents.run(before, limit).changes);
    this.people.prune(before, limit);
    return Math.max(messages.length, letters, events);
  }

  /** The number of the first message that was taken at a time or later: numbers grow with time, near enough for what is pruned now or an hour later. */
  private firstSince(time: number): number {
    const ends = this.sql.ends.get()!;
    let [low, high] = [Number(ends.first), Number(ends.last) + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (Number(this.sql.takenAt.get(middle)?.accepted_at) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** One step through all messages, events, parked reports and dead letters; rows stay, so that counts and the dropping of duplicates do. */
  forget(phoneNumber: string, from = 0): Forgotten {
    const to = from + STEP;
    const messages = this.sql.ofPerson.all(from, to, phoneNumber);
    const left: Forgotten['left'] = [];
    for (const { seq, account, state, bytes, body } of messages) {
      this.sql.dropJobs.write(seq!);
      if (state === 'accepted' || state === 'unknown') this.states.move(state, 'expired');
      if (state === 'accepted') left.push({ account: String(account), bytes: Number(bytes) });
      // A repeat must still be known from another message of the same id.
      if (typeof body === 'string') this.sql.digest.write(bodyDigest(body), seq!);
      this.sql.dropWire.write(seq!);
      this.sql.blankReports.write(seq!);
      this.sql.blankReasons.write(seq!);
      this.sql.blankMessage.write(seq!);
    }
    const inbound = this.sql.blankInbound.all(from, to, phoneNumber);
    for (const { seq } of inbound) {
      this.sql.dropEventJobs.write(seq!);
      this.sql.blankLetter.write(seq!);
    }
    this.sql.blankUnmatched.write(from, to, phoneNumber);
    this.sql.blankParked.write(from, to, phoneNumber);
    this.sql.blankLetters.write(from, to, phoneNumber.replace(/^\+/, ''));
    if (from === 0) this.people.forget(phoneNumber);
    const next = to < Number(this.sql.last.get()?.seq) ? to : undefined;
    return { forgotten: messages.length + inbound.length, left, ...(next !== undefined && { next }) };
  }
}
