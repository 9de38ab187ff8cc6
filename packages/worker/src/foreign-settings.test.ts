import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCommand } from '@timepoint/cli/test-command-line';
import { migrateDown, migrateUp } from '@timepoint/database/migration/migrate';
import { openDatabase } from '@timepoint/database/pool';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { makeWholeCopy, type WholeCopy } from '@timepoint/testkit/whole-copy';

/** Settings that other databases have. Settings of a role and of `?options=` reach a session the same way. */
const SETTINGS: readonly (readonly [name: string, value: string])[] = [
  ['DateStyle', "'German, DMY'"],
  ['TimeZone', "'Pacific/Auckland'"],
  ['IntervalStyle', 'sql_standard'],
  ['default_transaction_isolation', 'serializable'],
  ['search_path', 'decoy, register, ingest'],
  ['standard_conforming_strings', 'off'],
  ['bytea_output', 'escape'],
  ['extra_float_digits', '-15'],
  ['array_nulls', 'off'],
  ['quote_all_identifiers', 'on'],
  ['row_security', 'off'],
  ['client_encoding', 'LATIN1'],
  ['synchronous_commit', 'off'],
  ['check_function_bodies', 'off'],
];
/** In ms. A very busy machine needs less than this for the settings after connecting. */
const SHORT_MS = 1_000;
const TIMEOUTS = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'].map(
  (name) => [name, String(SHORT_MS)] as const,
);
/** A statement that takes longer than these settings allow, in seconds. */
const LONG = `select pg_sleep(${(SHORT_MS * 1.3) / 1000})`;

/** The next connection of the reader has these settings. The connection that sets them did not have them. */
async function alter(url: string, settings: typeof SETTINGS): Promise<void> {
  const database = openDatabase(url, 1);
  const name = new URL(url).pathname.slice(1);
  await database.query('create schema decoy');
  for (const table of ['events', 'coverage', 'companies'])
    await database.query(`create table decoy.${table} (stream text primary key, timepoint bigint)`);
  for (const [setting, value] of settings)
    await database.query(`alter database ${name} set ${setting} = ${value}`);
  await database.close();
}

let plain: WholeCopy;
const opened: TestDatabase[] = [];
const create = async () => {
  const test = await createTestDatabase();
  opened.push(test);
  return test.url;
};

beforeAll(async () => {
  plain = await makeWholeCopy(await create());
});
afterAll(() => Promise.all(opened.map((test) => test.drop())));

describe('Timepoint, on a Postgres with foreign settings,', () => {
  it('has a copy to compare with', () => {
    expect(plain.verified).not.toMatch(/NOT EXACT|nothing has been read/);
    expect([plain.exitCode, plain.streams]).toEqual([undefined, 9]);
    expect(Object.values(plain.rows).every((rows) => (rows as unknown[]).length > 0)).toBe(true);
  });

  it('makes the same copy of events and files', async () => {
    const url = await create();
    await alter(url, SETTINGS);
    expect(await makeWholeCopy(url)).toEqual(plain);
  });

  it('gives statements, locks and transactions the time that they need', async () => {
    const url = await create();
    await alter(url, TIMEOUTS);
    const [database, other] = [openDatabase(url, 2), openDatabase(url, 1)];
    try {
      await database.query(LONG);
      await database.transaction(() => other.query(LONG));
      expect(await database.exclusively('a lock', () => other.query(LONG))).not.toBeNull();
      await migrateUp(url);
      const [newest = ''] = await migrateDown(url);
      const migrated = await other.transaction(async (tx) => {
        await tx.query('lock table ingest.migrations in access exclusive mode');
        const migrating = migrateUp(url);
        await tx.query(LONG);
        return migrating.then.bind(migrating);
      });
      expect(await new Promise(migrated)).toEqual([newest]);
    } finally {
      await Promise.all([database.close(), other.close()]);
    }
  });

  it('makes the same copy when the URL brings the settings', async () => {
    const url = new URL(await create());
    const settings = SETTINGS.filter(([, value]) => !value.includes("'"));
    const options = settings.map(([name, value]) => `-c ${name}=${value.replaceAll(' ', '')}`).join(' ');
    url.searchParams.set('options', options);
    expect(await makeWholeCopy(url.href)).toEqual(plain);
  });

  it.each([
    ['SQL_ASCII', 'C'],
    ['LATIN1', 'C'],
  ])('refuses a database with the encoding %s, and says what helps', async (encoding, locale) => {
    const url = new URL(await create());
    const name = `${url.pathname.slice(1)}_other`;
    const database = openDatabase(url.href, 1);
    await database.query(
      `create database ${name} encoding '${encoding}' locale '${locale}' template template0`,
    );
    const other = Object.assign(new URL(url), { pathname: name }).href;
    const refused = `the database has the encoding ${encoding}, which can't hold every name`;
    try {
      await expect(startCommand('migrate up', other).ended).rejects.toThrow(
        new RegExp(`^The database has the encoding ${encoding}.*; create another one: create database`),
      );
      const { printed } = await startCommand('doctor', other).ended;
      expect(printed).toContain(refused);
    } finally {
      await database.query(`drop database ${name} with (force)`);
      await database.close();
    }
  });

  it('refuses a database that takes no writes, and leaves it so', async () => {
    const url = await create();
    await alter(url, [['default_transaction_read_only', 'on']]);
    for (const command of ['migrate up', 'migrate down'])
      await expect(startCommand(command, url).ended).rejects.toThrow(/takes no writes; name the primary/);
    expect((await startCommand('doctor', url).ended).printed).toMatch(/takes no writes/);
  });
});
