import { jest } from '@jest/globals';
import { LedgerError } from '../../lib/ledger/ledger.errors.ts';
import type { SqliteDatabase } from '../../lib/ledger/sqlite/driver.ts';
import { SqliteEngine } from '../../lib/ledger/sqlite/engine.ts';
import type { EngineMethod, Method } from '../../lib/ledger/worker-protocol.ts';

interface FarCall {
  act(): unknown;
  seen: ((value: never) => void) | undefined;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** In place of the ledger's thread: its engine, as far away as the steps want it. Calls travel there in order, and their answers come back in order. */
export class FarThread {
  /** What every thread opens; it outlives them. */
  static file: SqliteDatabase;
  static newest: FarThread;
  private engine!: SqliteEngine;
  private calls: FarCall[] = [];
  private answers: { call: FarCall; value: unknown }[] = [];

  constructor(_: unknown, private readonly onLost: (error: LedgerError) => void) {
    FarThread.newest = this;
  }

  call<T>(method: Method, asked: unknown, seen?: (value: T) => void): Promise<T> {
    const act = (): unknown => {
      const call = this.engine[method as EngineMethod] as (...args: unknown[]) => unknown;
      return call.apply(this.engine, Array.isArray(asked) ? asked : [asked]);
    };
    const open = (): unknown => (this.engine = new SqliteEngine(FarThread.file)).state();
    return new Promise<T>((resolve, reject) => {
      this.calls.push({ act: method === 'open' ? open : act, seen, resolve, reject });
      if (method === 'open' || method === 'resume') this.hurry();
    });
  }

  get pending(): number {
    return this.calls.length + this.answers.length;
  }

  work(calls = Infinity): void {
    for (const call of this.calls.splice(0, calls)) this.answers.push({ call, value: call.act() });
  }

  answer(): void {
    for (const { call, value } of this.answers.splice(0)) {
      call.seen?.(value as never);
      call.resolve(value);
    }
  }

  /** What has been done stays done, though nobody hears of it. */
  die(): void {
    const error = new LedgerError('unavailable', 'lost');
    for (const { call } of this.answers.splice(0)) call.reject(error);
    for (const call of this.calls.splice(0)) call.reject(error);
    this.onLost(error);
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  private hurry(): void {
    this.work();
    this.answer();
  }
}

jest.unstable_mockModule('../../lib/ledger/ledger-thread.ts', () => ({ LedgerThread: FarThread }));
// The steps' own time is theirs too.
jest.unstable_mockModule('node:timers/promises', () => ({ setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)) }));
/** The ledger with such a thread. */
export const { SqliteLedger } = await import('../../lib/ledger/sqlite-ledger.ts');
