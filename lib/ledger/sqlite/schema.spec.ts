import { expect, it } from '@jest/globals';
import { openDatabase } from './open-database.ts';
import { migrate, SCHEMA_VERSION } from './schema.ts';

it('brings a file forward from whatever version it has, once, and refuses one of a later release', () => {
  const { db, close } = openDatabase(':memory:');
  const version = (): unknown => db.prepare('PRAGMA user_version').get()!.user_version;
  expect(version()).toBe(SCHEMA_VERSION);
  const published = new Array<string>(SCHEMA_VERSION).fill('SELECT no_such_function();');
  const next = [...published, 'ALTER TABLE messages ADD COLUMN region TEXT;', "CREATE INDEX messages_by_region ON messages (region);"];
  migrate(db, next.slice(0, -1));
  expect(version()).toBe(SCHEMA_VERSION + 1);
  migrate(db, next);
  migrate(db, next);
  expect(version()).toBe(SCHEMA_VERSION + 2);
  expect(db.prepare("SELECT name FROM pragma_index_info('messages_by_region')").all()).toEqual([{ name: 'region' }]);
  expect(() => migrate(db)).toThrow(/schema \d+, this one knows \d+/);
  close();
});

it('takes back a step that fails', () => {
  const { db, close } = openDatabase(':memory:');
  const published = new Array<string>(SCHEMA_VERSION).fill('');
  expect(() => migrate(db, [...published, 'CREATE TABLE half (a); SELECT no_such_function();'])).toThrow(/no_such_function/);
  db.exec('ROLLBACK');
  expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'half'").all()).toEqual([]);
  close();
});
