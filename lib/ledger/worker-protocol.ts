import { LedgerError, type LedgerErrorCode } from './ledger.errors.ts';
import {
  acceptResult, callbackRecord, claim, dispatchRecord, dispatchResult, newMessage, type Packing, recordedEvents, type ResultPacking,
} from './packed-records.ts';
import { ValueReader, type Values } from './packed-values.ts';
import type { SqliteEngine } from './sqlite/engine.ts';
import type { SqliteEngineName } from './sqlite/driver.ts';

/** What the worker thread is started with. */
export interface WorkerStart {
  file: string;
  engine?: SqliteEngineName;
}

/** The methods that travel to the worker by name. */
export type EngineMethod = Exclude<keyof SqliteEngine, 'state' | 'takenBack' | 'complete'>;
export type Method = 'open' | 'close' | EngineMethod;

/** A call to the worker. */
export interface Call {
  method: Method;
  args: unknown[];
}

/** What became of one. */
export type Answer = { value: unknown } | { error: LedgerError };

/** The calls of every message. Each takes one record. */
const RECORDS: Partial<Record<Method, Packing<unknown>>> = { accept: newMessage, recordDispatch: dispatchRecord, recordCallback: callbackRecord };
const RESULTS: Partial<Record<Method, ResultPacking<unknown>>> = {
  accept: acceptResult, claim, recordDispatch: dispatchResult, recordCallback: recordedEvents,
};

export function putCall({ method, args }: Call, into: Values): void {
  into.push(method);
  const packing = RECORDS[method];
  if (packing === undefined) into.push(args);
  else packing.put(args[0], into);
}

export function takeCalls(values: Values): Call[] {
  const from = new ValueReader(values);
  const calls: Call[] = [];
  while (!from.isAtEnd) {
    const method = from.next<Method>();
    const packing = RECORDS[method];
    calls.push({ method, args: packing === undefined ? from.next() : [packing.take(from)] });
  }
  return calls;
}

/** The worker answers every call, and none before its elders: an answer need not say whose it is. */
export function putResult(result: unknown, { method, args }: Call, into: Values): void {
  into.push(true);
  const packing = RESULTS[method];
  if (packing === undefined) into.push(result);
  else packing.put(result, into, args[0]);
}

export function putFailure(code: LedgerErrorCode, message: string, into: Values): void {
  into.push(false, code, message);
}

/** The next answer, which is the call's. */
export function takeAnswer(from: ValueReader, { method, args }: Call): Answer {
  if (!from.next<boolean>()) return { error: new LedgerError(from.next(), from.next()) };
  const packing = RESULTS[method];
  return { value: packing === undefined ? from.next() : packing.take(from, args[0]) };
}
