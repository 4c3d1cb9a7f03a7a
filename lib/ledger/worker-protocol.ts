import type { LedgerErrorCode } from './ledger.errors.ts';
import { callbackRecord, claim, dispatchRecord, dispatchResult, newMessage, type Packing, recordedEvents } from './packed-records.ts';
import type { SqliteEngine } from './sqlite/engine.ts';
import type { SqliteEngineName } from './sqlite/driver.ts';

/** What the worker thread is started with. */
export interface WorkerStart {
  file: string;
  engine?: SqliteEngineName;
}

/** The methods that travel to the worker by name. */
export type EngineMethod = Exclude<keyof SqliteEngine, 'state' | 'takenBack'>;
export type Method = 'open' | 'close' | EngineMethod;

/** A call on its way to the worker. */
export type Call = [method: Method, args: unknown[]];

/** What became of calls, in their order: the worker answers each one, and none before its elders. */
export interface Answers {
  /** Nothing in the place of a call that failed. */
  values: unknown[];
  failures: [place: number, code: LedgerErrorCode, message: string][];
}

/** The calls of every message. Each takes one record. */
const ARGUMENTS: Partial<Record<Method, Packing<unknown>>> = { accept: newMessage, recordDispatch: dispatchRecord, recordCallback: callbackRecord };
const RESULTS: Partial<Record<Method, Packing<unknown>>> = { claim, recordDispatch: dispatchResult, recordCallback: recordedEvents };

export function packCall(method: Method, args: unknown[]): Call {
  const packing = ARGUMENTS[method];
  return [method, packing === undefined ? args : [packing.pack(args[0])]];
}

export function unpackArguments([method, args]: Call): unknown[] {
  const packing = ARGUMENTS[method];
  return packing === undefined ? args : [packing.unpack(args[0] as never)];
}

export function packResult(method: Method, result: unknown): unknown {
  return RESULTS[method]?.pack(result) ?? result;
}

export function unpackResult(method: Method, packed: unknown): unknown {
  return RESULTS[method]?.unpack(packed as never) ?? packed;
}
