import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LedgerError, ledgerErrorCode } from './ledger.errors.ts';
import type { LedgerState } from './ledger-records.ts';
import { SqliteEngine } from './sqlite/engine.ts';
import { GroupCommit } from './sqlite/group-commit.ts';
import { openDatabase, type OpenDatabase } from './sqlite/open-database.ts';
import type { EngineRequest, Reply, Request, WorkerStart } from './worker-protocol.ts';

/**
 * The ledger's thread. Calls that arrive while a commit is being synced share the next one. The most in one commit is
 * bounded: the first to come must not wait for the last.
 */
const MOST_IN_ONE_COMMIT = 256;

interface OpenLedger extends OpenDatabase {
  engineCalls: SqliteEngine;
  group: GroupCommit;
}

const port = parentPort!;
const start = workerData as WorkerStart;
let ledger: OpenLedger | undefined;

port.on('message', (first: Request[]) => {
  const requests = [...first];
  while (requests.length < MOST_IN_ONE_COMMIT) {
    const next: { message: Request[] } | undefined = receiveMessageOnPort(port);
    if (next === undefined) break;
    requests.push(...next.message);
  }
  for (let from = 0; from < requests.length; from += MOST_IN_ONE_COMMIT) {
    port.postMessage(answer(requests.slice(from, from + MOST_IN_ONE_COMMIT)));
  }
});

/** Opening and closing cannot share a transaction; the calls between them do. */
function answer(requests: Request[]): Reply[] {
  const replies: Reply[] = [];
  let group: EngineRequest[] = [];
  for (const request of requests) {
    if (request.method !== 'open' && request.method !== 'close') {
      group.push(request);
      continue;
    }
    replies.push(...commit(group), alone(request));
    group = [];
  }
  return replies.concat(commit(group));
}

function alone(request: Exclude<Request, EngineRequest>): Reply {
  try {
    return { id: request.id, value: request.method === 'open' ? open() : close() };
  } catch (error) {
    return failure(request, error);
  }
}

function open(): LedgerState {
  const opened = openDatabase(start.file, start.engine);
  try {
    const engineCalls = new SqliteEngine(opened.db);
    ledger = { ...opened, engineCalls, group: new GroupCommit(opened.db, () => engineCalls.takenBack()) };
    return { engine: opened.engine, sqliteVersion: opened.sqliteVersion, ...engineCalls.state() };
  } catch (error) {
    opened.close();
    throw error;
  }
}

function close(): void {
  ledger?.close();
  ledger = undefined;
}

function commit(requests: EngineRequest[]): Reply[] {
  if (requests.length === 0) return [];
  if (ledger === undefined) return requests.map((request) => failure(request, new LedgerError('closed', 'The ledger is closed.')));
  const calls = ledger.engineCalls as unknown as Record<string, (...args: unknown[]) => unknown>;
  const results = ledger.group.run(requests.map(({ method, args }) => () => calls[method]!(...args)));
  return requests.map((request, index) => {
    const result = results[index]!;
    return 'error' in result ? failure(request, result.error) : { id: request.id, value: result.value };
  });
}

function failure({ id }: Request, error: unknown): Reply {
  return { id, error: { code: ledgerErrorCode(error), message: error instanceof Error ? error.message : String(error) } };
}
