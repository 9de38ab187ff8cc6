import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { createTempFolder } from '@timepoint/testkit/temp-folder';
import { Client } from 'pg';
import { keepApart } from './one-register.ts';

let test: TestDatabase;
let sql: Client;
let folder: string;

beforeEach(async () => {
  folder = createTempFolder();
  test = await createTestDatabase();
  sql = new Client({ connectionString: test.url });
  await sql.connect();
  await sql.query('create schema ingest');
  await sql.query('create table ingest.coverage (stream text)');
  await sql.query('create table ingest.snapshots (id int)');
});
afterEach(async () => {
  await sql.end();
  await test.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the simulated register', () => {
  it('goes into an empty database, and again into the one that it has filled', async () => {
    await keepApart(test.url, folder);
    await sql.query(`insert into ingest.coverage values ('companies')`);
    await keepApart(test.url, folder);
  });

  it.each(['coverage', 'snapshots'])('is kept out of a database in which another has %s', async (table) => {
    await sql.query(`insert into ingest.${table} values ('1')`);
    await expect(keepApart(test.url, folder)).rejects.toThrow(
      /holds a register already, and without CH_STREAM_KEY .* or unset DATABASE_URL/,
    );
    await expect(keepApart(test.url, folder)).rejects.toThrow();
  });
});
