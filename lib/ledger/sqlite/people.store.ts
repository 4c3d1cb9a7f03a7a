import type { Acquaintance } from '../../messages/preference.ts';
import type { SqliteDatabase } from './driver.ts';

/** Meta names the same people again and again: their rows are written anew once a day at the most. */
const SEEN_AGAIN_MS = 86_400_000;

/** Which phone number a person's id of Meta's stands for: CleverTap knows people by their numbers only. */
export class PeopleStore {
  private readonly sql;

  constructor(db: SqliteDatabase) {
    this.sql = {
      meet: db.prepare(`INSERT INTO people (account, user_id, phone, seen_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (account, user_id) DO UPDATE SET phone = excluded.phone, seen_at = excluded.seen_at
        WHERE phone <> excluded.phone OR seen_at < excluded.seen_at - ${SEEN_AGAIN_MS}`),
      phone: db.prepare('SELECT phone FROM people WHERE account = ? AND user_id = ?'),
      forget: db.prepare('DELETE FROM people WHERE phone = ?'),
      prune: db.prepare('DELETE FROM people WHERE (account, user_id) IN (SELECT account, user_id FROM people WHERE seen_at < ? LIMIT ?)'),
    };
  }

  /** An id belongs to a business: it is learnt for each of the accounts that its notification may be for. */
  meet({ userId, phoneNumber }: Acquaintance, accounts: string[], at: number): void {
    for (const account of accounts) this.sql.meet.write(account, userId, phoneNumber, at);
  }

  phoneOf(userId: string | undefined, accounts: string[]): string | undefined {
    if (userId === undefined) return undefined;
    for (const account of accounts) {
      const phone = this.sql.phone.get(account, userId)?.phone;
      if (typeof phone === 'string') return phone;
    }
    return undefined;
  }

  forget(phoneNumber: string): void {
    this.sql.forget.write(phoneNumber);
  }

  /** Up to `limit` people who were not seen since. */
  prune(before: number, limit: number): void {
    this.sql.prune.write(before, limit);
  }
}
