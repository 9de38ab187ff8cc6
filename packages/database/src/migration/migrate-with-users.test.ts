import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asError } from '@timepoint/shared/platform/errors';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { type Database, openDatabase } from '../pool.ts';
import { migrateDown, migrateUp } from './migrate.ts';
import { SqlMigrations } from './migrations.ts';
import { prepareDatabase } from './prepare-database.ts';

const FOLDER = new URL('../../../../migrations/', import.meta.url);
const ROLE = 'pg_monitor';
/** Every step down is tried twice. */
const ALL_STEPS_MS = 300_000;

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

/** What there is of ours and of users: with grants, and how views are defined. */
const readAll = async () =>
  (
    await database.query<{ name: string }>(`
      select format('%I.%I', nspname, relname) as name, relacl::text as grants,
        case when nspname = 'users' then pg_get_viewdef(pg_class.oid) end as definition
      from pg_class
      join pg_namespace on pg_namespace.oid = relnamespace
      where nspname in ('ingest', 'register', 'users') and relkind in ('r', 'v')
      order by 1
    `)
  ).rows;

const readViews = async () =>
  (await database.query<{ viewname: string }>(`select viewname from pg_views where schemaname = 'users'`))
    .rows;

/** Gives every table and view a grant, and a view of a user that has all its columns. */
async function useAll(): Promise<string[]> {
  const relations = await readRelations();
  // A user's view keeps the columns that there were; it is made once.
  const statements = relations.map(
    ({ name, view }) => `grant select on ${name} to ${ROLE};
      do $$ begin
        if to_regclass('users.${view}') is null then create view users.${view} as select * from ${name}; end if;
      end $$`,
  );
  await database.query(statements.join(';'));
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
    const views = await readViews();
    expect(views.length).toBeGreaterThan(20);
    for (const { viewname } of views) await database.query(`select * from users.${viewname}`);
  });

  it(
    'keeps them at each step down, or refuses it and names what of theirs is in the way',
    async () => {
      await migrateUp(test.url);
      await database.query('create schema users');
      const refused: string[] = [];
      for (const name of (await new SqlMigrations(FOLDER.pathname).getMigrations()).toReversed()) {
        await useAll();
        for (let isDown = false; !isDown; ) {
          const before = await readAll();
          const error = await migrateDown(test.url).then(() => null, asError);
          const after = await readAll();
          if (error === null) {
            isDown = true;
            const lasting = before.filter(({ name: before }) => after.some(({ name }) => name === before));
            expect({ name, after }).toEqual({ name, after: expect.arrayContaining(lasting) });
            continue;
          }
          refused.push(name);
          expect({ name, after }).toEqual({ name, after: before });
          expect(error.message).toMatch(
            new RegExp(
              `^The migration ${name} was not taken back: (view users\\.\\w+(, )?)+ needs? what it drops\\. Drop`,
            ),
          );
          const named = error.message.match(/users\.\w+/g) ?? [];
          await database.query(`drop view ${named.join(', ')}`);
        }
        for (const { viewname } of await readViews()) await database.query(`select * from users.${viewname}`);
      }
      expect(refused).toContain('0022_activity');
      // What Knex writes down stays, with its users.
      expect((await readViews()).map(({ viewname }) => viewname).toSorted()).toEqual([
        'ingest_migrations',
        'ingest_migrations_lock',
      ]);
    },
    ALL_STEPS_MS,
  );
});
