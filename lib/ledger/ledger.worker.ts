import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LedgerError, ledgerErrorCode } from './ledger.errors.ts';
import type { LedgerState } from './ledger-records.ts';
import { SqliteEngine } from './sqlite/engine.ts';
import { type CallResult, GroupCommit } from './sqlite/group-commit.ts';
import { openDatabase, type OpenDatabase } from './sqlite/open-database.ts';
import type { Values } from './packed-values.ts';
import { type Call, putFailure, putResult, takeCalls } from './worker-protocol.ts';

// The ledger's thread. Calls that arrive while a commit is being synced share the next one.

/** The first call of a commit must not wait too long for the last. */
const MOST_IN_ONE_COMMIT = 256;

interface OpenLedger extends OpenDatabase {
  engine: SqliteEngine;
  group: GroupCommit;
}

const port = parentPort!;
const file = workerData as string;
let ledger: OpenLedger | undefined;

port.on('message', (first: Values) => {
  const calls = takeCalls(first);
  while (calls.length < MOST_IN_ONE_COMMIT) {
    const next: { message: Values } | undefined = receiveMessageOnPort(port);
    if (next === undefined) break;
    calls.push(...takeCalls(next.message));
  }
  for (let from = 0; from < calls.length; from += MOST_IN_ONE_COMMIT) {
    const group = calls.slice(from, from + MOST_IN_ONE_COMMIT);
    port.postMessage(answersOf(group, results(group)));
  }
});

/** Opening and closing cannot share a transaction; the calls between them do. */
function results(calls: Call[]): CallResult<unknown>[] {
  const results: CallResult<unknown>[] = [];
  let group: Call[] = [];
  for (const call of calls) {
    const { method } = call.form;
    if (method !== 'open' && method !== 'close') {
      group.push(call);
      continue;
    }
    results.push(...commit(group), alone(method === 'open' ? open : close));
    group = [];
  }
  return results.length === 0 ? commit(group) : results.concat(commit(group));
}

function answersOf(calls: Call[], results: CallResult<unknown>[]): Values {
  const answers: Values = [];
  results.forEach((result, place) => {
    if ('error' in result) putFailure(ledgerErrorCode(result.error), wordsOf(result.error), answers);
    else putResult(result.value, calls[place]!, answers);
  });
  return answers;
}

function alone(act: () => unknown): CallResult<unknown> {
  try {
    return { value: act() };
  } catch (error) {
    return { error };
  }
}

function open(): LedgerState {
  const opened = openDatabase(file);
  try {
    const engine = new SqliteEngine(opened.db);
    ledger = { ...opened, engine, group: new GroupCommit(opened.db, engine) };
    return { driver: opened.driver, sqliteVersion: opened.sqliteVersion, ...engine.state() };
  } catch (error) {
    opened.close();
    throw error;
  }
}

function close(): void {
  ledger?.close();
  ledger = undefined;
}

function commit(calls: Call[]): CallResult<unknown>[] {
  if (calls.length === 0) return [];
  if (ledger === undefined) return calls.map(() => ({ error: new LedgerError('closed', 'The ledger is closed.') }));
  const engine = ledger.engine as unknown as Record<string, (...args: unknown[]) => unknown>;
  return ledger.group.run(calls.map(({ form, asked }) => () => {
    // A record is its method's only argument.
    return form.record === undefined ? engine[form.method]!(...(asked as unknown[])) : engine[form.method]!(asked);
  }));
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
