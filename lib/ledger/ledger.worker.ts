import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { LedgerError, ledgerErrorCode } from './ledger.errors.ts';
import type { Opening } from './ledger.ts';
import { openDatabase, type OpenDatabase } from './sqlite/open-database.ts';
import { SqliteEngine } from './sqlite/engine.ts';
import type { Reply, Request, WorkerStart } from './worker-protocol.ts';

/**
 * The ledger's thread. Calls that arrive while a commit is being synced share the next one, so that a burst costs a few
 * syncs instead of one a message. The most in one commit is bounded: the first to come must not wait for the last.
 */
const MOST_IN_ONE_COMMIT = 256;

const port = parentPort!;
const start = workerData as WorkerStart;
let open: (OpenDatabase & { calls: SqliteEngine }) | undefined;

port.on('message', (first: Request[]) => {
  let requests = first;
  while (requests.length < MOST_IN_ONE_COMMIT) {
    const next = receiveMessageOnPort(port) as { message: Request[] } | undefined;
    if (next === undefined) break;
    requests = requests.concat(next.message);
  }
  for (let from = 0; from < requests.length; from += MOST_IN_ONE_COMMIT) {
    port.postMessage(answer(requests.slice(from, from + MOST_IN_ONE_COMMIT)));
  }
});

function answer(requests: Request[]): Reply[] {
  const replies: Reply[] = [];
  let group: Request[] = [];
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

/** Opening and closing cannot share a transaction. */
function alone(request: Request): Reply {
  try {
    if (request.method === 'close') {
      open?.close();
      open = undefined;
      return { id: request.id, value: undefined };
    }
    return { id: request.id, value: openLedger(request.args[0] as Opening) };
  } catch (error) {
    return failure(request, error);
  }
}

function openLedger(opening: Opening): unknown {
  const opened = openDatabase(start.file, start.engine);
  try {
    opened.db.exec('BEGIN IMMEDIATE');
    const calls = new SqliteEngine(opened.db);
    const state = { engine: opened.engine, sqliteVersion: opened.sqliteVersion, ...calls.recover(opening) };
    opened.db.exec('COMMIT');
    open = { ...opened, calls };
    return state;
  } catch (error) {
    opened.close();
    throw error;
  }
}

/** One transaction for all: a call that fails is taken back alone, a commit that fails takes back every one. */
function commit(requests: Request[]): Reply[] {
  if (requests.length === 0) return [];
  if (open === undefined) return requests.map((request) => failure(request, new LedgerError('closed', 'The ledger is closed.')));
  const { db, calls } = open;
  try {
    db.exec('BEGIN IMMEDIATE');
    const replies = requests.map((request): Reply => {
      db.exec('SAVEPOINT one_call');
      try {
        const method = calls[request.method as Exclude<Request['method'], 'open' | 'close'>] as (...args: unknown[]) => unknown;
        const value = method.apply(calls, request.args);
        db.exec('RELEASE one_call');
        return { id: request.id, value };
      } catch (error) {
        db.exec('ROLLBACK TO one_call; RELEASE one_call');
        return failure(request, error);
      }
    });
    db.exec('COMMIT');
    return replies;
  } catch (error) {
    try {
      db.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full
    }
    return requests.map((request) => failure(request, error));
  }
}

function failure(request: Request, error: unknown): Reply {
  return { id: request.id, error: { code: ledgerErrorCode(error), message: error instanceof Error ? error.message : String(error) } };
}
