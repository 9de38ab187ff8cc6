import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asError } from '@timepoint/shared/platform/errors';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { type Database, openDatabase } from '../pool.ts';
import { checkMigrated, checkMigratedBy, migrateDown, migrateUp, readMigrations } from './migrate.ts';

/** The first migrations of the versions before the first release. */
const FORMER = ['0001_ingest', '0002_register', '0003_companies'];
const REFUSAL =
  /before the first release created .* delete the folder \.timepoint\/.* empty database in DATABASE_URL, or drop the schemas ingest and register.*snapshot import/;

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

const createFormer = (ledger: string) =>
  database.query(`
    create schema ingest;
    create table ingest.events (stream text);
    create table ${ledger} (id serial, name text, batch integer, migration_time timestamptz);
    insert into ${ledger} (name) select unnest('{${FORMER}}'::text[])`);
const refusals = () =>
  Promise.all(
    [
      migrateUp(test.url),
      migrateDown(test.url),
      readMigrations(test.url),
      checkMigrated(test.url),
      checkMigratedBy(database),
    ].map((work: Promise<unknown>) =>
      work.then(
        () => null,
        (error: unknown) => error,
      ),
    ),
  );

describe('Timepoint, meeting the history of migrations of another version,', () => {
  it.each(['ingest.migrations', 'public.timepoint_migrations'])(
    'refuses a database of a version before the first release whose ledger is %s, and names the remedy',
    async (ledger) => {
      await createFormer(ledger);
      for (const error of await refusals()) {
        expect(error).toMatchObject({ code: 'former-schema', message: expect.stringMatching(REFUSAL) });
        expect(asError(error).message).not.toContain('\n');
      }
      const { rows } = await database.query(
        `select schemaname || '.' || tablename as name from pg_tables where schemaname in ('ingest', 'register', 'public')
         order by 1`,
      );
      expect(rows).toEqual([{ name: 'ingest.events' }, { name: ledger }]);
    },
  );

  it.each(['ingest.migrations', 'public.timepoint_migrations'])(
    'migrates a database with the ledger %s as an empty one after its schemas were dropped',
    async (ledger) => {
      await createFormer(ledger);
      await database.query('drop schema ingest cascade');
      await migrateUp(test.url);
      await expect(checkMigrated(test.url)).resolves.toBeUndefined();
    },
  );

  it('works on a database that a newer version migrated, and leaves its migrations to that version', async () => {
    await migrateUp(test.url);
    await database.query(
      `insert into ingest.migrations (name, batch, migration_time) values ('9999_from_the_future', 2, now())`,
    );
    await expect(checkMigrated(test.url)).resolves.toBeUndefined();
    for (const work of [migrateUp, migrateDown])
      await expect(work(test.url)).rejects.toThrow(/newer version of Timepoint applied 9999_from_the_future/);
  });
});
