import type { SqliteDatabase, SqliteStatement } from './driver.ts';

/** What one call of a group came to. */
export type CallResult<T> = { value: T } | { error: unknown };

/** Who makes the calls. */
export interface GroupMember {
  /** Called before what calls have done is kept: a last chance to write. */
  complete(): void;
  /** Called when something was rolled back: cached rows may be gone. */
  takenBack(): void;
}

/** Several calls in one transaction, so that a burst costs a few syncs to disk instead of one a call. */
export class GroupCommit {
  private readonly member: GroupMember;
  private readonly sql: Record<'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'undo', SqliteStatement>;

  constructor(db: SqliteDatabase, member: GroupMember) {
    this.member = member;
    this.sql = {
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      rollback: db.prepare('ROLLBACK'),
      savepoint: db.prepare('SAVEPOINT one_call'),
      release: db.prepare('RELEASE one_call'),
      undo: db.prepare('ROLLBACK TO one_call'),
    };
  }

  /** Makes the calls, in order: one that fails is taken back alone, a commit that fails takes back every one. */
  run<T>(calls: (() => T)[]): CallResult<T>[] {
    try {
      this.sql.begin.write();
      const results = this.together(calls) ?? calls.map((call) => this.one(call));
      this.sql.commit.write();
      return results;
    } catch (error) {
      this.rollBack();
      return calls.map(() => ({ error }));
    }
  }

  /** Makes all calls without savepoints, which would cost a tenth of the time, since hardly any call fails. Nothing where one did: all are rolled back then. */
  private together<T>(calls: (() => T)[]): CallResult<T>[] | undefined {
    try {
      const results = calls.map((call) => ({ value: call() }));
      this.member.complete();
      return results;
    } catch {
      this.rollBack();
      this.sql.begin.write();
      return undefined;
    }
  }

  private one<T>(call: () => T): CallResult<T> {
    this.sql.savepoint.write();
    try {
      const value = call();
      this.member.complete();
      this.sql.release.write();
      return { value };
    } catch (error) {
      this.undo(error);
      return { error };
    }
  }

  /** On a full disk SQLite rolls the whole transaction back by itself: then every call fails for this cause. */
  private undo(cause: unknown): void {
    this.member.takenBack();
    try {
      this.sql.undo.write();
      this.sql.release.write();
    } catch {
      throw cause;
    }
  }

  private rollBack(): void {
    this.member.takenBack();
    try {
      this.sql.rollback.write();
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full
    }
  }
}
