import type { LedgerErrorCode } from './ledger.errors.ts';
import type { SqliteEngine } from './sqlite/engine.ts';
import type { SqliteEngineName } from './sqlite/driver.ts';

/** What the worker thread is started with. */
export interface WorkerStart {
  file: string;
  engine?: SqliteEngineName;
}

/** The methods that travel to the worker by name. */
export type EngineMethod = Exclude<keyof SqliteEngine, 'state' | 'takenBack'>;

export interface EngineRequest {
  id: number;
  method: EngineMethod;
  args: unknown[];
}

export type Request =
  | { id: number; method: 'open'; args: [] }
  | { id: number; method: 'close'; args: [] }
  | EngineRequest;

export type Reply = { id: number; value: unknown } | { id: number; error: { code: LedgerErrorCode; message: string } };
