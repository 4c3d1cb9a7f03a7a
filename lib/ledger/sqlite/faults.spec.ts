import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asNobody } from '../../../test/support/as-nobody.ts';
import { ACCOUNT, message, NOW, verdict } from '../../../test/support/ledger-records.ts';
import { ledgerErrorCode } from '../ledger.errors.ts';
import type { AcceptResult } from '../ledger-records.ts';
import { SqliteEngine } from './engine.ts';
import { type CallResult, GroupCommit } from './group-commit.ts';
import { sqliteDriver } from './driver.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { SCHEMA_VERSION } from './schema.ts';

describe('the ledger when its disk or its file fails', () => {
  let folder: string;
  let file: string;
  let open: OpenDatabase | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-faults-'));
    file = join(folder, 'ledger.sqlite');
  });
  afterEach(() => {
    open?.close();
    open = undefined;
    rmSync(folder, { recursive: true });
  });

  const opened = (): { db: OpenDatabase['db']; accept: (msgIds: string[]) => CallResult<AcceptResult>[]; engine: SqliteEngine; group: GroupCommit } => {
    open = openDatabase(file);
    const engine = new SqliteEngine(open.db);
    const group = new GroupCommit(open.db, engine);
    const accept = (msgIds: string[]) => group.run(msgIds.map((msgId) => () => engine.accept(message(msgId, { wire: msgId.repeat(4_000) }))));
    return { db: open.db, accept, engine, group };
  };
  const codes = (results: CallResult<unknown>[]): string[] => results.map((result) => ('error' in result ? ledgerErrorCode(result.error) : 'kept'));

  it('refuses clearly on a full disk, keeps what it acknowledged, and goes on when there is room', () => {
    const { db, accept, engine } = opened();
    db.exec('PRAGMA max_page_count = 80');
    const kept: string[] = [];
    let refused: string[] = [];
    for (let n = 0; refused.length === 0 && n < 1_000; n += 1) {
      const results = codes(accept([`${n}`]));
      if (results[0] === 'kept') kept.push(`${n}`);
      else refused = results;
    }
    expect(refused).toEqual(['full']);
    expect(kept.length).toBeGreaterThan(10);
    db.exec('PRAGMA max_page_count = 100000');
    expect(codes(accept(['room again', kept[0]!]))).toEqual(['kept', 'kept']);
    expect(kept.every((msgId) => engine.message(ACCOUNT, msgId) !== undefined)).toBe(true);
  });

  it('refuses every call of a group whose commit fails', () => {
    const { db, accept, engine } = opened();
    db.exec('PRAGMA query_only = 1');
    expect(codes(accept(['a', 'b']))).toEqual(['read-only', 'read-only']);
    db.exec('PRAGMA query_only = 0');
    expect(engine.message(ACCOUNT, 'a')).toBeUndefined();
    expect(codes(accept(['a']))).toEqual(['kept']);
  });

  it('takes back the one call of a group that fails, and keeps the others, in order', () => {
    const { group, engine } = opened();
    const results = group.run<unknown>([
      () => engine.accept(message('a')).kind,
      () => {
        engine.accept(message('b'));
        throw new Error('taken back');
      },
      () => engine.accept(message('c')).kind,
      () => engine.message(ACCOUNT, 'b'),
    ]);
    expect(results).toEqual([{ value: 'new' }, { error: new Error('taken back') }, { value: 'new' }, { value: undefined }]);
    expect(['a', 'b', 'c'].map((msgId) => engine.message(ACCOUNT, msgId)?.state)).toEqual(['dispatching', undefined, 'dispatching']);
  });

  it('takes a lane whose first job was taken back for no other one', () => {
    const { group, engine } = opened();
    const [failed] = group.run([() => {
      engine.accept(message('a', { lane: 'dispatch:one', claim: false }));
      throw new Error('taken back');
    }]);
    expect(failed).toHaveProperty('error');
    const put = (msgId: string, lane: string) => group.run([() => engine.accept(message(msgId, { lane, claim: false }))]);
    put('b', 'dispatch:two');
    put('c', 'dispatch:one');
    expect(engine.claim('dispatch:two', 10, NOW).jobs.map((job) => job.message?.msgId)).toEqual(['b']);
    expect(engine.claim('dispatch:one', 10, NOW).jobs.map((job) => job.message?.msgId)).toEqual(['c']);
  });

  it('knows nothing of a message that was taken back, of one that was deleted, and what is left of a person who was forgotten', () => {
    const { accept, group, engine } = opened();
    const [failed] = group.run([() => {
      engine.accept(message('a'));
      throw new Error('taken back');
    }]);
    expect(failed).toHaveProperty('error');
    expect(engine.message(ACCOUNT, 'a')).toBeUndefined();
    const kept = accept(['b'])[0] as { value: { message: number; job: number } };
    const { message: seq, job } = kept.value;
    group.run([() => engine.recordDispatch(verdict(job, seq))]);
    expect(engine.message(ACCOUNT, 'b')).toMatchObject({ state: 'dispatched', to: message('b').to });
    group.run([() => engine.forget(message('b').to)]);
    expect(engine.message(ACCOUNT, 'b')!.to).not.toBe(message('b').to);
    group.run([() => engine.prune(NOW + 86_400_000, 100)]);
    expect(engine.message(ACCOUNT, 'b')).toBeUndefined();
  });

  it('names a damaged file and what to do about it', () => {
    writeFileSync(file, 'this is no database, but long enough to be taken for one '.repeat(100));
    expect(() => openDatabase(file)).toThrow(/ledger\.sqlite cannot be opened .*Restore it from a backup/);
    rmSync(file);
    opened(); // the lock was given back
  });

  it.each([
    ['a folder', () => chmodSync(folder, 0o555)],
    ['a new folder in one', () => {
      file = join(folder, 'new', 'ledger.sqlite');
      chmodSync(folder, 0o555);
    }],
    ['a file', () => {
      openDatabase(file).close();
      chmodSync(folder, 0o777);
      chmodSync(`${file}-lock`, 0o666);
      chmodSync(file, 0o444);
    }],
  ])('names %s that may only be read and what to do about it, and opens it when it may be written', (_, forbid) => {
    forbid();
    expect(() => asNobody(() => openDatabase(file))).toThrow(expect.objectContaining({
      name: 'LedgerError', code: 'read-only', message: expect.stringMatching(/ledger\.sqlite cannot be opened .*Let this process write/),
    }));
    chmodSync(folder, 0o777);
    opened();
  });

  it('refuses a database of something else, and leaves it as it is', () => {
    const foreign = sqliteDriver().open(file);
    foreign.exec('CREATE TABLE messages (text TEXT)');
    foreign.close();
    const before = readFileSync(file);
    expect(() => openDatabase(file)).toThrow(/is a database of something else, which is left as it is\. Give ledger\.file a path of its own/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('makes the file for its user alone, and leaves one that is there as it is', () => {
    const { db } = opened();
    db.exec('CREATE TABLE a (b); DROP TABLE a;');
    expect([file, `${file}-wal`, `${file}-shm`].map((each) => statSync(each).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    open?.close();
    chmodSync(file, 0o640);
    opened();
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it('refuses a file that a later release has written', () => {
    opened().db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    open?.close();
    open = undefined;
    expect(() => openDatabase(file)).toThrow(/later release.*upgrade nestjs-whatsapp-bridge/);
  });

  it('opens with what durability needs', () => {
    const { db } = opened();
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  });

  it('makes what was due at once due now, though the clock was set back since', () => {
    const { engine } = opened();
    engine.accept(message('a', { claim: false, at: NOW + 3_600_000 }));
    engine.recover({ at: NOW, accounts: {}, listenerLanes: [] });
    expect(engine.claim(message('a').lane, 1, NOW).jobs).toHaveLength(1);
  });
});
