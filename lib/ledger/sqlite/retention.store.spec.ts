import { expect, it } from '@jest/globals';
import { ACCOUNT, callback, NOW } from '../../../test/support/ledger-records.ts';
import { laneName } from '../ledger.ts';
import { SqliteEngine } from './engine.ts';
import { MessageCounts } from './message-counts.ts';
import { openDatabase } from './open-database.ts';
import { PeopleStore } from './people.store.ts';
import { RetentionStore } from './retention.store.ts';

/** What SQLite would read from end to end for a statement. */
const SCANNED = /^SCAN (?!CONSTANT)/;

it('reads no table from end to end, so that nobody waits for it while a million messages do', () => {
  const { db, close } = openDatabase(':memory:');
  const statements: string[] = [];
  const noting = {
    ...db,
    prepare(sql: string) {
      statements.push(sql);
      return db.prepare(sql);
    },
  };
  new RetentionStore(noting, new PeopleStore(noting), new MessageCounts(db));
  const plans = statements.map((sql) => [sql, ...db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(({ detail }) => String(detail))]);
  expect(plans.length).toBeGreaterThan(20);
  expect(plans.filter((plan) => plan.some((detail) => SCANNED.test(detail)))).toEqual([]);
  const unparking = db.prepare('EXPLAIN QUERY PLAN DELETE FROM parked_names WHERE parked = ?').all();
  expect(unparking.filter(({ detail }) => SCANNED.test(String(detail)))).toEqual([]);
  close();
});

it('leaves the number of a person in no column of the log', () => {
  const { db, close } = openDatabase(':memory:');
  const engine = new SqliteEngine(db);
  const from = '+919800000001';
  const hello = { id: 'in-1', from, at: NOW, type: 'text' as const, text: 'Hi', raw: { from } };
  engine.recordCallback(callback([], {
    inbound: [{ message: hello, account: ACCOUNT, listenerLanes: [], relayLane: laneName.inbound(ACCOUNT) }],
    preferences: ['stop', 'resume'].map((change) => ({
      preference: { from, at: NOW, change: change as 'stop' | 'resume', category: 'marketing_messages' }, account: ACCOUNT, listenerLanes: ['listener:stops'],
    })),
  }));
  expect(engine.forget(from).forgotten).toBe(3);
  expect(db.prepare('SELECT * FROM events').all().filter((row) => JSON.stringify(row).includes('9800000001'))).toEqual([]);
  close();
});
