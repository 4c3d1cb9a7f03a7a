import { jest } from '@jest/globals';
import { LedgerError } from '../../lib/ledger/ledger.errors.ts';
import type { LedgerState } from '../../lib/ledger/ledger-records.ts';
import type { SqliteDatabase } from '../../lib/ledger/sqlite/driver.ts';
import { SqliteEngine } from '../../lib/ledger/sqlite/engine.ts';
import { ValueReader, type Values } from '../../lib/ledger/packed-values.ts';
import { type Call, formOf, type Method, putCall, putResult, takeAnswer, takeCalls } from '../../lib/ledger/worker-protocol.ts';

interface FarCall extends Call {
  /** As it travels: the engine gets a copy. */
  values: Values;
  seen: ((value: never) => void) | undefined;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * In place of the ledger's thread: its engine, as far away as the steps want it. Calls and their answers travel as they do between threads, in order,
 * and wait on the way.
 */
export class FarThread {
  /** What every thread opens; it outlives them. */
  static file: SqliteDatabase;
  static newest: FarThread | undefined;
  private engine!: SqliteEngine;
  private calls: FarCall[] = [];
  private answers: { call: FarCall; values: Values }[] = [];

  constructor(_: unknown, private readonly onLost: (error: LedgerError) => void) {
    FarThread.newest = this;
  }

  call<T>(method: Method, asked: unknown, seen?: (value: T) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const call: FarCall = { form: formOf(method), asked, values: [], seen, resolve, reject };
      putCall(call, call.values);
      this.calls.push(call);
      if (method === 'open' || method === 'resume') this.hurry();
    });
  }

  get pending(): number {
    return this.calls.length + this.answers.length;
  }

  work(calls = Infinity): void {
    for (const call of this.calls.splice(0, calls)) {
      const [copy] = takeCalls(structuredClone(call.values));
      const values: Values = [];
      putResult(this.act(copy!), copy!, values);
      this.answers.push({ call, values });
    }
  }

  answer(): void {
    for (const { call, values } of this.answers.splice(0)) {
      const answer = takeAnswer(new ValueReader(structuredClone(values)), call);
      if ('error' in answer) throw answer.error;
      call.seen?.(answer.value as never);
      call.resolve(answer.value);
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

  private act({ form: { method, record }, asked }: Call): unknown {
    if (method === 'close') return undefined;
    if (method === 'open') {
      this.engine = new SqliteEngine(FarThread.file);
      return { driver: 'node:sqlite', sqliteVersion: '3.51.3', ...this.engine.state() } satisfies LedgerState;
    }
    const call = this.engine[method] as (...args: unknown[]) => unknown;
    return call.apply(this.engine, record === undefined ? (asked as unknown[]) : [asked]);
  }

  private hurry(): void {
    this.work();
    this.answer();
  }
}

jest.unstable_mockModule('../../lib/ledger/ledger-thread.ts', () => ({ LedgerThread: FarThread }));
// The steps' own time is theirs too.
jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
  setImmediate: () => new Promise((resolve) => setImmediate(resolve)),
}));
/** The ledger with such a thread. */
export const { SqliteLedger } = await import('../../lib/ledger/sqlite-ledger.ts');
