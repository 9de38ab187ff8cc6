import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@timepoint/dev/test-database';
import { type Database, openDatabase } from './database.ts';
import { SqlMigrations } from './migrations.ts';
import { prepareDatabase } from './prepare-database.ts';

const FOLDER = new URL('../../../migrations/', import.meta.url);
const ROLE = 'pg_monitor';

const RELATIONS = `
select format('%I.%I', nspname, relname) as name, format('%s_%s', nspname, relname) as view, relacl::text as grants
from pg_class
join pg_namespace on pg_namespace.oid = relnamespace
where nspname in ('ingest', 'register') and relkind in ('r', 'v')
order by 1
`;

let test: TestDatabase;
let database: Database;
beforeEach(async () => {
  test = await createTestDatabase();
  database = openDatabase(test.url, 1);
});
afterEach(async () => {
  await database.close();
  await test.drop();
});

const readRelations = async () =>
  (await database.query<{ name: string; view: string; grants: string | null }>(RELATIONS)).rows;

/** Gives every table and view a grant, and a view of a user that has all its columns. */
async function useAll(): Promise<string[]> {
  const relations = await readRelations();
  for (const { name, view } of relations) {
    await database.query(`grant select on ${name} to ${ROLE}`);
    // A user's view keeps the columns that there were; it is made once.
    await database.query(
      `do $$ begin if to_regclass('users.${view}') is null then create view users.${view} as select * from ${name}; end if; end $$`,
    );
  }
  return relations.map(({ name }) => name);
}

describe('Timepoint, migrating what others build upon,', () => {
  it('keeps their grants on every table and view, and their views, at each step up', async () => {
    await database.query('create schema users');
    await database.transaction(prepareDatabase);
    for (const name of await new SqlMigrations(FOLDER.pathname).getMigrations()) {
      const used = await useAll();
      const sql = await readFile(new URL(`${name}.up.sql`, FOLDER), 'utf8');
      await database.transaction((tx) => tx.query(sql));
      const after = await readRelations();
      const kept = after.filter(({ grants }) => grants?.includes(`${ROLE}=r`)).map((kept) => kept.name);
      expect({ name, kept }).toEqual({ name, kept: expect.arrayContaining(used) });
    }
    const { rows: views } = await database.query<{ viewname: string }>(
      `select viewname from pg_views where schemaname = 'users'`,
    );
    expect(views.length).toBeGreaterThan(20);
    for (const { viewname } of views) await database.query(`select * from users.${viewname}`);
  });
});
