import type { MessageState } from '../message-history.ts';
import type { SqliteDatabase, SqlValue } from './driver.ts';

/**
 * Counts messages by state, so that `counts()` need not read every message. Waiting messages are counted by their jobs: a row of theirs here
 * would be written with every new message. Changes are gathered and written once for a whole group of calls.
 */
export class MessageCounts {
  private readonly moves = new Map<MessageState, number>();
  private readonly sql;

  constructor(db: SqliteDatabase) {
    this.sql = {
      add: db.prepare('UPDATE message_counts SET messages = messages + ? WHERE state = ?'),
      all: db.prepare('SELECT state, messages FROM message_counts WHERE messages > 0'),
    };
  }

  move(from: MessageState, to: MessageState): void {
    this.change(from, -1);
    this.change(to, 1);
  }

  /** A message was deleted. */
  leave(state: MessageState): void {
    this.change(state, -1);
  }

  /** Writes down what has changed; in the transaction of the changes. */
  settle(): void {
    for (const [state, change] of this.moves) if (change !== 0) this.sql.add.write(change, state);
    this.moves.clear();
  }

  /** The changes were rolled back. */
  forget(): void {
    this.moves.clear();
  }

  all(): [state: SqlValue, messages: SqlValue][] {
    this.settle();
    return this.sql.all.all().map((row) => [row.state!, row.messages!]);
  }

  private change(state: MessageState, by: number): void {
    this.moves.set(state, (this.moves.get(state) ?? 0) + by);
  }
}
