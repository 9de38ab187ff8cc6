import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { findPgBouncer, startPgBouncer } from '@timepoint/testkit/stores/pgbouncer';
import pg from 'pg';
import { type Database, openDatabase } from './read-only-pool.ts';

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

  it('can not write either when the URL or the database turns read-only sessions off', async () => {
    const url = new URL(test.url);
    url.searchParams.set('options', '-c default_transaction_read_only=off -c search_path=ingest');
    const open = openDatabase(url.href);
    try {
      await expect(open.query('create table public.x (id int)')).rejects.toThrow('read-only transaction');
      // Every statement is refused, on every connection.
      await expect(
        Promise.all([1, 2, 3].map(() => open.query('create table public.x (id int)'))),
      ).rejects.toThrow('read-only transaction');
    } finally {
      await open.close();
    }
  });

  it('reads moments and numbers as they are, and within its own limits, whatever the database sets', async () => {
    const name = new URL(test.url).pathname.slice(1);
    const writer = new pg.Client({ connectionString: test.url });
    await writer.connect();
    for (const setting of [
      "DateStyle = 'German, DMY'",
      "TimeZone = 'Pacific/Auckland'",
      'statement_timeout = 0',
      'default_transaction_isolation = serializable',
    ])
      await writer.query(`alter database ${name} set ${setting}`);
    await writer.end();
    const open = openDatabase(test.url);
    try {
      const { rows } = await open.query(
        `select '2026-03-02T10:15:30Z'::timestamptz as at, '2026-03-02'::date::text as day,
           current_setting('statement_timeout') as most, current_setting('transaction_isolation') as isolation`,
      );
      expect(rows).toEqual([
        { at: new Date('2026-03-02T10:15:30Z'), day: '2026-03-02', most: '5s', isolation: 'read committed' },
      ]);
    } finally {
      await open.close();
    }
  });

  it('gives whole numbers as numbers', async () => {
    expect((await database.query('select 9007199254740991::bigint as value')).rows).toEqual([
      { value: 9007199254740991 },
    ]);
  });

  const itWithPooler = findPgBouncer() === undefined ? it.skip : it;
  itWithPooler.each([
    ['session', 6],
    ['transaction', 1],
  ] as const)(
    'reads through PgBouncer in %s mode with %i session(s), and only reads',
    async (mode, poolSize) => {
      const pooler = await startPgBouncer({ url: test.url, mode, poolSize });
      const open = openDatabase(pooler.url);
      try {
        const question = `select current_setting('statement_timeout') as most, current_setting('timezone') as zone,
        2::bigint as number`;
        const answers = await Promise.all(Array.from({ length: 8 }, () => open.query(question)));
        for (const { rows } of answers) expect(rows).toEqual([{ most: '5s', zone: 'UTC', number: 2 }]);
        await expect(open.query('create table x (id int)')).rejects.toThrow('read-only transaction');
        expect((await open.query(question)).rows).toHaveLength(1);
      } finally {
        await open.close();
        await pooler.close();
      }
    },
  );
});
