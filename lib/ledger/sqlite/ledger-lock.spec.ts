import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asNobody } from '../../../test/support/as-nobody.ts';
import { sqliteDriver } from './driver.ts';
import { type LedgerLock, lockLedger } from './ledger-lock.ts';
import { openDatabase } from './open-database.ts';

/** Locks the ledger in a process of its own, says how that went, and holds the lock until it is ended. */
const HOLDER = `
  const [, file, base] = process.argv;
  const { sqliteDriver } = await import(new URL('driver.ts', base));
  const { lockLedger } = await import(new URL('ledger-lock.ts', base));
  try {
    lockLedger(sqliteDriver().open, file, 0);
    console.log('locked it');
    setInterval(() => undefined, 1_000);
  } catch (error) {
    console.log(error.code);
  }
`;

describe('the lock on the ledger', () => {
  let folder: string;
  let file: string;
  const locks: Pick<LedgerLock, 'release'>[] = [];
  const others: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-lock-'));
    file = join(folder, 'ledger.sqlite');
    writeFileSync(file, '');
  });
  afterEach(async () => {
    for (const lock of locks.splice(0)) lock.release();
    for (const other of others.splice(0)) {
      if (other.exitCode !== null) continue;
      other.kill('SIGKILL');
      await once(other, 'exit');
    }
    rmSync(folder, { recursive: true });
  });

  const lock = (of = file): LedgerLock => {
    const taken = lockLedger(sqliteDriver().open, of, 0);
    locks.push(taken);
    return taken;
  };
  const open = (of: string): void => {
    const { close } = openDatabase(of);
    locks.push({ release: close });
  };
  /** What another process finds that takes the lock. */
  const another = async (of = file): Promise<string> => {
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', HOLDER, of, import.meta.url];
    const other = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    others.push(other);
    const [said] = await once(other.stdout, 'data') as [Buffer];
    return said.toString().trim();
  };

  it('keeps another process off until it is released', async () => {
    const held = lock();
    expect(await another()).toBe('locked');
    held.release();
    expect(await another()).toBe('locked it');
    expect(() => lock()).toThrow(expect.objectContaining({ code: 'locked' }));
  });

  it('is a file for this user alone, and leaves nothing else behind', () => {
    lock();
    expect(statSync(`${file}-lock`).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['ledger.sqlite', 'ledger.sqlite-lock']);
  });

  it.each([['may only be read', 0o644], ['may not even be read', 0o600]])('is none where its file %s: that is refused, and the file named', (_, mode) => {
    for (const [each, allowed] of [[folder, 0o777], [file, 0o666]] as const) chmodSync(each, allowed);
    writeFileSync(`${file}-lock`, '');
    chmodSync(`${file}-lock`, process.getuid?.() === 0 ? mode : mode & 0o444);
    expect(() => asNobody(() => openDatabase(file))).toThrow(expect.objectContaining({
      name: 'LedgerError', code: 'read-only', message: expect.stringMatching(/ledger\.sqlite cannot be opened: its lock file .*ledger\.sqlite-lock cannot be written .*Give the lock file/),
    }));
  });

  it.each([
    ['a link to the ledger', () => {
      symlinkSync(file, join(folder, 'link.sqlite'));
      return join(folder, 'link.sqlite');
    }],
    ['a link to a ledger that there is not yet', () => {
      rmSync(file);
      symlinkSync(file, join(folder, 'link.sqlite'));
      return join(folder, 'link.sqlite');
    }],
    ['a link to its folder', () => {
      symlinkSync(folder, join(folder, 'link'));
      return join(folder, 'link', 'ledger.sqlite');
    }],
  ])('is the same through %s', async (_, link) => {
    open(link());
    expect(existsSync(join(folder, 'link.sqlite-lock'))).toBe(false);
    expect(await another()).toBe('locked');
  });

  it('is taken anew where its file was deleted meanwhile', async () => {
    const held = lock();
    held.check();
    rmSync(`${file}-lock`);
    held.check();
    expect(await another()).toBe('locked');
  });

  it('is lost where another process has used that it was deleted, which is said', async () => {
    const held = lock();
    rmSync(`${file}-lock`);
    expect(await another()).toBe('locked it');
    expect(() => held.check()).toThrow(expect.objectContaining({
      name: 'LedgerError', code: 'locked', message: expect.stringMatching(/ledger\.sqlite-lock was deleted while this process ran, and another process uses the ledger now\. Stop/),
    }));
  });
});
