import { afterEach, describe, expect, it } from '@jest/globals';
import { StatementSync } from 'node:sqlite';
import { type SqliteDatabase, sqliteDriver } from './driver.ts';

describe('the driver over node:sqlite', () => {
  let db: SqliteDatabase;

  function opened(): SqliteDatabase {
    db = sqliteDriver('node:sqlite').open(':memory:');
    db.exec("CREATE TABLE people (name TEXT, age INTEGER); INSERT INTO people VALUES ('Ada', 36), ('Grace', NULL)");
    return db;
  }

  afterEach(() => db.close());

  it('writes without a result', () => {
    const add = opened().prepare('INSERT INTO people VALUES (?, ?)');
    expect(add.write('Edsger', 72)).toBeUndefined();
    expect(add.run('Barbara', 80)).toMatchObject({ changes: 1 });
    expect(db.prepare('SELECT count(*) AS people FROM people').get()).toEqual({ people: 4 });
  });

  it('says why it could not write', () => {
    const add = opened().prepare('INSERT INTO people VALUES (?, ?)');
    db.exec('CREATE UNIQUE INDEX one_of_a_name ON people (name)');
    expect(() => add.write('Ada', 1)).toThrow(/UNIQUE constraint failed: people\.name/);
  });

  it('reads rows as bare values', () => {
    expectValues();
  });

  it('reads them so on a Node before 22.16, too', () => {
    const arrays = Object.getOwnPropertyDescriptor(StatementSync.prototype, 'setReturnArrays')!;
    Reflect.deleteProperty(StatementSync.prototype, 'setReturnArrays');
    try {
      expectValues();
    } finally {
      Object.defineProperty(StatementSync.prototype, 'setReturnArrays', arrays);
    }
  });

  function expectValues(): void {
    const select = opened().prepareRows('SELECT name, age FROM people WHERE age IS NOT ? ORDER BY name');
    expect(select.get(36)).toEqual(['Grace', null]);
    expect(select.all(0)).toEqual([['Ada', 36], ['Grace', null]]);
    expect(db.prepareRows('SELECT name FROM people WHERE age > 100').get()).toBeUndefined();
  }
});
