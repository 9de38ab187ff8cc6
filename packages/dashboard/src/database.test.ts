import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@timepoint/dev/test-database';
import { type Database, openDatabase } from './database.ts';

let test: TestDatabase;
let database: Database;
beforeEach(async () => {
  test = await createTestDatabase();
  database = openDatabase(test.url);
});
afterEach(async () => {
  await database.close();
  await test.drop();
});

describe('Timepoint, reading for a dashboard,', () => {
  it('can not write, not even by mistake', async () => {
    await expect(database.query('create table x (id int)')).rejects.toThrow('read-only transaction');
  });

  it('gives whole numbers as numbers', async () => {
    expect((await database.query('select 9007199254740991::bigint as value')).rows).toEqual([
      { value: 9007199254740991 },
    ]);
  });
});
