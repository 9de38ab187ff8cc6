import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { STREAMS } from '@timepoint/shared/contract/streams';
import { describeSchema } from '@timepoint/testkit/describe-schema';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { type Database, openDatabase } from '../pool.ts';
import { checkMigrated, migrateDown, migrateUp, readMigrations } from './migrate.ts';

/** Everything in our schemas that Postgres can describe: columns, constraints, indexes, functions, views, comments. */
const CATALOG = `
select 'column' as kind, attrelid::regclass || '.' || attname as name,
  concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
    pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)) as definition
from pg_attribute
join pg_class on pg_class.oid = attrelid and relkind in ('r', 'v')
left join pg_attrdef on adrelid = attrelid and adnum = attnum
where relnamespace = any($1::regnamespace[]) and attnum > 0 and not attisdropped
union all
select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
from pg_constraint where connamespace = any($1::regnamespace[]) and contype <> 'n'
union all
select 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid)
from pg_index join pg_class on pg_class.oid = indexrelid where relnamespace = any($1::regnamespace[])
union all
select 'function', oid::regprocedure::text, pg_get_functiondef(oid) || coalesce(obj_description(oid, 'pg_proc'), '')
from pg_proc where pronamespace = any($1::regnamespace[])
union all
select 'view', oid::regclass::text, pg_get_viewdef(oid) from pg_class
where relnamespace = any($1::regnamespace[]) and relkind = 'v'
union all
select 'comment', oid::regclass::text, obj_description(oid, 'pg_class') from pg_class
where relnamespace = any($1::regnamespace[]) and relkind in ('r', 'v')
order by kind, name
`;

/** The migrations in the order of their numbers. */
const NAMES = readdirSync(new URL('../../../../migrations', import.meta.url))
  .filter((file) => file.endsWith('.up.sql'))
  .map((file) => file.replace('.up.sql', ''))
  .sort();

const resource = (
  table: string,
) => `insert into ${table} (resource_uri, resource_kind, timepoint, deleted, data, data_timepoint)
  values ('/company/09876543', 'company-profile', 101, false, '{"name": "HALLAM ORCHARD LIMITED"}', 101)`;

/** A row of a table that a file fills, too: it has the document of each source. */
const sourcedResource = (table: string) => `insert into ${table} (
    resource_uri, resource_kind, timepoint, deleted, data, data_timepoint, stream_data, snapshot_data, snapshot_date)
  values ('/company/09876543', 'company-profile', 101, false, '{"name": "B"}', 101, '{"name": "A"}', '{"name": "B"}', '2026-07-01')`;

const partOfSnapshot = (part: number) => `with part as (
  insert into ingest.snapshots (product, snapshot_date, part, parts, location, state)
  values ('psc-snapshot', '2026-07-01', ${part}, 3, '-', 'reading')
  on conflict do nothing
  returning id
)`;

/** A row for every table, added as soon as the table exists. */
const DATA: Record<string, string> = {
  'ingest.events': `insert into ingest.events values
    ('companies', 101, '/company/09876543', '09876543', 'changed', now(), now(), '{"data": {}}', 'applied', null)`,
  'ingest.event_blocks': `insert into ingest.event_blocks (stream, last_timepoint, payloads) values ('companies', 99, '{}')`,
  'ingest.schema_drift': `insert into ingest.schema_drift values
    ('companies', 'unknown-field x', 'unknown-field', 'x', null, '{}', 101, '/company/09876543')`,
  'ingest.raw_lines': `insert into ingest.raw_lines (stream, digest, timepoint, reason, raw, bytes)
    values ('companies', 'x', 101, 'a reason', 'raw', 3)`,
  'ingest.snapshots': `insert into ingest.snapshots (product, snapshot_date, location, state)
    values ('psc-snapshot', '2026-07-01', '-', 'reading')`,
  'ingest.snapshot_chunks': `${partOfSnapshot(2)}
    insert into ingest.snapshot_chunks (snapshot_id, chunk, rows, rejects, digest, state)
    select id, 0, 1, 1, 'x', 'staged' from part`,
  'ingest.snapshot_rejects': `${partOfSnapshot(3)}
    insert into ingest.snapshot_rejects select id, 7, 'a reason', 'raw' from part`,
  'ingest.drift': `insert into ingest.drift (stream, resource_uri, field, snapshot_date, stream_timepoint)
    values ('companies', '/company/09876543', 'company_name', '2026-07-01', 101)`,
  'ingest.resource': resource('ingest.resource'),
  'ingest.coverage': `insert into ingest.coverage values ('companies', 100, '{[101,102)}')`,
  'ingest.holes': `insert into ingest.holes (stream, after, up_to, cause, state) values ('companies', 101, 104, 'jump', 'accepted')`,
  'ingest.epochs': `insert into ingest.epochs (stream, epoch, after, first, who, because)
    values ('companies', 1, 104, 1000000000001, 'ada', 'it was rebuilt')`,
  'ingest.audit': `insert into ingest.audit (who, what, details) values ('ada', 'replay', '{}')`,
  'ingest.activity': `insert into ingest.activity values ('companies', date_trunc('minute', now()), 101, 101)`,
  'ingest.dead_letters': `insert into ingest.dead_letters (stream, timepoint, reason, detail, raw)
    values ('companies', 105, 'unreadable', 'the line is not JSON', '{')`,
  ...Object.fromEntries(
    STREAMS.map(({ table, snapshot }) => [
      `register.${table}`,
      snapshot === null ? resource(`register.${table}`) : sourcedResource(`register.${table}`),
    ]),
  ),
  'register.company_status_changes': `insert into register.company_status_changes (company_number, timepoint, to_status)
    values ('09876543', 101, 'active')`,
};

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

const readTables = async () => {
  const sql = `select schemaname || '.' || tablename as name from pg_tables
    where schemaname in ('ingest', 'register') and tablename not in ('migrations', 'migrations_lock')`;
  return (await database.query<{ name: string }>(sql)).rows.map((row) => row.name);
};

const fillTables = async () => {
  for (const table of await readTables())
    await database.query(`${DATA[table] ?? `missing fixture for ${table}`} on conflict do nothing`);
};

/** Applies the next migration alone: those after it are in the ledger meanwhile. */
const migrateOneUp = async (names: readonly string[], index: number) => {
  const later = names.slice(index + 1);
  await database.query(
    `insert into ingest.migrations (name, batch, migration_time) select unnest($1::text[]), 1, now()`,
    [later],
  );
  expect(await migrateUp(test.url)).toEqual(names.slice(index, index + 1));
  await database.query('delete from ingest.migrations where name = any($1)', [later]);
};

/** Without the ledger of the migrations, which is not made by them. */
const readCatalog = async (on: Database) =>
  (await on.query<{ name: string }>(CATALOG, [['ingest', 'register']])).rows.filter(
    ({ name }) => !name.startsWith('ingest.migrations'),
  );

describe('Timepoint, migrating,', () => {
  it('keeps the rows of all other tables when a migration is taken back', async () => {
    const names = await migrateUp(test.url);
    await fillTables();
    for (const name of names.toReversed()) {
      expect(await migrateDown(test.url)).toEqual([name]);
      for (const table of await readTables()) {
        const { rows } = await database.query(`select from ${table}`);
        expect([name, table, rows.length]).not.toEqual([name, table, 0]);
      }
    }
  });

  it('takes every migration back and applies it again, with data in the tables', async () => {
    const names = await migrateUp(test.url);
    const catalog = await readCatalog(database);
    for (const [index, name] of names.entries().toArray().toReversed()) {
      await fillTables();
      expect(await migrateDown(test.url)).toEqual([name]);
      await migrateOneUp(names, index);
      expect(await migrateDown(test.url)).toEqual([name]);
    }
    expect(await readTables()).toEqual([]);
    expect(await migrateDown(test.url)).toEqual([]);
    // What each version holds goes through all later ones.
    for (const index of names.keys()) {
      await migrateOneUp(names, index);
      await fillTables();
    }
    expect(await readCatalog(database)).toEqual(catalog);
    await fillTables();
    expect(await migrateUp(test.url)).toEqual([]);
  }, 240_000);

  it.each(STREAMS.filter(({ snapshot }) => snapshot !== null).map(({ table }) => table))(
    'keeps what each source has in register.%s, and refuses a row without a source or a half of one',
    async (table) => {
      await migrateUp(test.url);
      const insert = (columns: string, values: string) =>
        database.query(
          `insert into register.${table} (resource_uri, resource_kind, deleted, ${columns}) values ('/company/1', '', false, ${values})`,
        );
      await insert(
        'timepoint, data_timepoint, data, stream_data',
        `101, 101, '{"name": "A"}', '{"name": "A"}'`,
      );
      await database.query(
        `update register.${table} set data = '{"name": "B"}', snapshot_data = '{"name": "B"}', snapshot_date = '2026-07-01'`,
      );
      const { rows } = await database.query(
        `select data, stream_data, snapshot_data, timepoint from register.${table}`,
      );
      expect(rows).toEqual([
        { data: { name: 'B' }, stream_data: { name: 'A' }, snapshot_data: { name: 'B' }, timepoint: 101 },
      ]);
      await database.query(`delete from register.${table}`);
      await insert('data, snapshot_data, snapshot_date', `'{}', '{}', '2026-07-01'`);
      await database.query(`delete from register.${table}`);
      for (const [columns, values, constraint] of [
        ['timepoint, data_timepoint, data', `101, 101, '{}'`, `${table}_stream`],
        ['timepoint, data, stream_data', `101, '{}', '{}'`, `${table}_stream`],
        ['timepoint, snapshot_data', `101, '{}'`, `${table}_snapshot`],
        ['timepoint, snapshot_date', `101, '2026-07-01'`, `${table}_snapshot`],
        ['data', `'{}'`, `${table}_source`],
        ['timepoint, data_timepoint, stream_data', `101, 102, '{}'`, 'resource_check1'],
      ] as const)
        await expect(insert(columns, values)).rejects.toMatchObject({ constraint });
    },
  );

  it('refuses a kind of schema drift that it does not know', async () => {
    await migrateUp(test.url);
    const drift = (kind: string) =>
      database.query(
        `insert into ingest.schema_drift values ('companies', '${kind}', '${kind}', 'x', null, '{}', 101, '/company/1')`,
      );
    const kinds = ['unknown-field', 'unknown-value', 'unexpected-type', 'unstorable', 'missing-field'];
    for (const kind of kinds) await drift(kind);
    expect((await database.query('select kind from ingest.schema_drift')).rows).toHaveLength(kinds.length);
    await expect(drift('unheard-of')).rejects.toThrow('schema_drift_kind_check');
  });

  it('keeps migrations/schema.sql equal to what the migrations make', async () => {
    await migrateUp(test.url);
    const dumped = await createTestDatabase();
    const other = openDatabase(dumped.url, 1);
    try {
      await other.query(
        await readFile(new URL('../../../../migrations/schema.sql', import.meta.url), 'utf8'),
      );
      expect(await readCatalog(other)).toEqual(await readCatalog(database));
    } finally {
      await other.close();
      await dumped.drop();
    }
  });

  it('keeps docs/schema.md equal to the comments in the database, and comments everything', async () => {
    await migrateUp(test.url);
    const documented = await readFile(new URL('../../../../docs/schema.md', import.meta.url), 'utf8');
    expect(await describeSchema(test.url)).toBe(documented);
    const uncommented = await database.query(
      `select attrelid::regclass || '.' || attname as name from pg_attribute
       join pg_class on pg_class.oid = attrelid and relkind = 'r'
       where relnamespace = any('{register,ingest}'::regnamespace[]) and attnum > 0 and not attisdropped
         and relname not in ('migrations', 'migrations_lock')
         and (col_description(attrelid, attnum) is null or obj_description(attrelid, 'pg_class') is null)`,
    );
    expect(uncommented.rows).toEqual([]);
  });

  it('says which command brings a database up to date', async () => {
    expect((await readMigrations(test.url)).applied).toEqual([]);
    await expect(checkMigrated(test.url)).rejects.toThrow(
      new RegExp(`lacks ${NAMES.length} migration.*Run: timepoint migrate up`),
    );
    await migrateUp(test.url);
    await expect(checkMigrated(test.url)).resolves.toBeUndefined();
  });

  it('applies each migration once when several start at the same time', async () => {
    const applied = await Promise.all([migrateUp(test.url), migrateUp(test.url), migrateUp(test.url)]);
    expect(applied.flat()).toEqual(NAMES);
  });

  it('goes on where a killed migration left the lock behind', async () => {
    await migrateUp(test.url);
    await migrateDown(test.url);
    await database.query('update ingest.migrations_lock set is_locked = 1');
    expect(await migrateUp(test.url)).toEqual(NAMES.slice(-1));
  });
});

describe('Timepoint, reading dates,', () => {
  it('takes days that exist, and null for all else', async () => {
    await migrateUp(test.url);
    const days = ['2024-02-29', '2000-02-29', '2021-12-31'];
    const moments = ['2021-11-02T08:47:45', '2023-11-20T08:47:45.378Z'];
    const others = [
      '2023-02-29',
      '1900-02-29',
      '2021-04-31',
      '2021-13-01',
      '0000-01-01',
      '01/02/2021',
      'null',
      '',
    ];
    const { rows } = await database.query<{ date: string | null }>(
      'select register.parse_date(text)::text as date from unnest($1::text[]) with ordinality as given(text, place) order by place',
      [[...days, ...moments, ...others]],
    );
    expect(rows.map((row) => row.date)).toEqual([
      ...days,
      '2021-11-02',
      '2023-11-20',
      ...others.map(() => null),
    ]);
  });

  it('knows every day of the calendar and no other', async () => {
    await migrateUp(test.url);
    const two = (value: number) => String(value).padStart(2, '0');
    const texts = [1900, 2000, 2023, 2024].flatMap((year) =>
      Array.from(
        { length: 14 * 33 },
        (_, place) => `${year}-${two(Math.floor(place / 33))}-${two(place % 33)}`,
      ),
    );
    const exists = (text: string) => new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
    const { rows } = await database.query<{ date: string | null }>(
      'select register.parse_date(text)::text as date from unnest($1::text[]) with ordinality as given(text, place) order by place',
      [texts],
    );
    expect(rows.map((row) => row.date)).toEqual(texts.map((text) => (exists(text) ? text : null)));
  });
});
