import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Check } from '@timepoint/cli/doctor/check';
import { importSnapshot } from '@timepoint/cli/snapshots/import-snapshot';
import { startCommand } from '@timepoint/cli/test-command-line';
import { migrateUp, readMigrations } from '@timepoint/database/migration/migrate';
import { type Database, openDatabase } from '@timepoint/database/pool';
import type { SnapshotName } from '@timepoint/database/snapshots/snapshot-name';
import type { SnapshotPiece } from '@timepoint/database/snapshots/snapshot-piece';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues } from '@timepoint/shared/queues/queues';
import {
  createTestDatabase,
  runOn,
  type TestDatabase,
  testDatabaseUrl,
} from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import {
  findPgBouncer,
  type PgBouncer,
  type PgBouncerOptions,
  startPgBouncer,
} from '@timepoint/testkit/stores/pgbouncer';
import { until } from '@timepoint/testkit/until';
import { makeWholeCopy, readRows } from '@timepoint/testkit/whole-copy';

/** A statement that finds the pool full waits ten seconds for a session, in some tests several times. */
jest.setTimeout(300_000);

const describeWithPooler = findPgBouncer() === undefined || !hasTestRedis() ? describe.skip : describe;
const MODES = ['session', 'transaction'] as const;

const databases: TestDatabase[] = [];
const opened: PgBouncer[] = [];
const create = async () => {
  const test = await createTestDatabase();
  databases.push(test);
  return test.url;
};
const start = async (options: Partial<PgBouncerOptions>) => {
  const pooler = await startPgBouncer({
    url: testDatabaseUrl(),
    mode: 'transaction',
    poolSize: 12,
    ...options,
  });
  opened.push(pooler);
  return pooler;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((pooler) => pooler.close()));
  await Promise.all(databases.splice(0).map((test) => test.drop()));
});

const redis = () => ({ REDIS_URL: testRedisUrl(), QUEUE_PREFIX: uniquePrefix() });
const run = (args: string, url: string, env: Record<string, string> = redis()) =>
  startCommand(args, url, { env }).ended;
const examine = async (url: string, env: Record<string, string> = redis()) => {
  const { checks } = JSON.parse((await run('doctor --json', url, env)).printed) as { checks: Check[] };
  return checks.find(({ name }) => name === 'pooler');
};

const FILE: SnapshotName = { product: 'basic-company-data', date: '2026-07-01', part: 1, parts: 1 };

/** The beginning of a file, a thousand companies at a time. */
async function* pieces(count: number): AsyncGenerator<SnapshotPiece> {
  for (let piece = 0; piece < count; piece++) {
    const lines = Array.from({ length: 1_000 }, (_, place) => 2 + piece * 1_000 + place);
    const rows = lines.map((line) => ({
      line,
      stream: 'companies' as const,
      resourceUri: `/company/${10_000_000 + line}`,
      resourceKind: 'company-profile',
      companyNumber: String(10_000_000 + line),
      json: JSON.stringify({ company_name: `COMPANY ${line} LIMITED` }),
    }));
    yield { rows, rejects: [] };
  }
}

/** Imports without a worker, so that no chunk is merged. */
const importOf = (
  database: Database,
  file: AsyncIterable<SnapshotPiece>,
  signal = new AbortController().signal,
) =>
  importSnapshot({
    database,
    queues: { snapshots: { addBulk: async () => [] } } as never,
    name: FILE,
    location: '-',
    pieces: file,
    maxRejects: 0,
    restart: false,
    onProgress: () => undefined,
    signal,
  });

describeWithPooler('Timepoint, behind PgBouncer,', () => {
  const poolers = {} as Record<(typeof MODES)[number], PgBouncer>;
  beforeAll(async () => {
    for (const mode of MODES)
      poolers[mode] = await startPgBouncer({ url: testDatabaseUrl(), mode, poolSize: 12 });
  });
  afterAll(() => Promise.all(Object.values(poolers).map((pooler) => pooler.close())));

  it.each(MODES)('makes the same copy of events and files in %s mode', async (mode) => {
    const plain = await makeWholeCopy(await create(), testRedisUrl());
    const url = poolers[mode].through(await create());
    const pooled = await makeWholeCopy(url, testRedisUrl());
    expect(pooled).toEqual(plain);
    // A rebuild from the log uses tables that live as long as a transaction.
    await run('rebuild --stream companies', url);
    expect(await readRows(url)).toEqual(plain.rows);
    expect(pooled.verified).not.toMatch(/NOT EXACT|nothing has been read/);
  });

  it.each(MODES)('lets one of two migrations wait for the other in %s mode', async (mode) => {
    const url = poolers[mode].through(await create());
    const { pending } = await readMigrations(url);
    const applied = await Promise.all([migrateUp(url), migrateUp(url)]);
    expect(applied.map((names) => names.length).toSorted((a, b) => a - b)).toEqual([0, pending.length]);
    expect((await readMigrations(url)).pending).toEqual([]);
  });

  it.each(MODES)('refuses a file that is being imported, in %s mode', async (mode) => {
    const url = poolers[mode].through(await create());
    await migrateUp(url);
    const [first, second] = [openDatabase(url, 3), openDatabase(url, 3)];
    const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const stop = new AbortController();
    const untilEnd = async function* () {
      begun.resolve();
      await end.promise;
      yield* pieces(1);
    };
    try {
      const one = importOf(first, untilEnd(), stop.signal);
      one.catch(begun.reject);
      await begun.promise;
      await expect(importOf(second, pieces(1))).rejects.toThrow(/^Another process is importing this file/);
      stop.abort();
      end.resolve();
      await expect(one).rejects.toThrow();
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });

  it('ends an import whose lock is lost, before another one can go on with it', async () => {
    const pooler = await start({});
    const url = pooler.through(await create());
    await migrateUp(url);
    const [database, other] = [openDatabase(url, 3), openDatabase(url, 1)];
    try {
      const importing = importOf(database, pieces(Number.POSITIVE_INFINITY));
      const lost = expect(importing).rejects.toThrow(
        /^the connection to Postgres that held the lock was lost/,
      );
      const end = `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
        and database = (select oid from pg_database where datname = current_database())`;
      await until(async () => (await other.query(end)).rows.length > 0);
      await lost;
    } finally {
      await Promise.all([database.close(), other.close()]);
    }
  });

  it('leaves no setting and no lock in a session that others get', async () => {
    const { through } = await start({ poolSize: 1 });
    const direct = await create();
    const name = new URL(direct).pathname.slice(1);
    await runOn(direct, `alter database ${name} set statement_timeout = '77s'`);
    await runOn(direct, `alter database ${name} set default_transaction_isolation = 'serializable'`);
    await runOn(direct, `alter database ${name} set bytea_output = 'escape'`);
    const url = through(direct);
    await migrateUp(url);
    const database = openDatabase(url, 3);
    await database.query('select 1');
    await database.transaction((tx) => tx.query('select 1'));
    await database.close();
    await runOn(
      url,
      `do $$ begin
        if current_setting('statement_timeout') <> '77s' or current_setting('bytea_output') <> 'escape'
          or current_setting('default_transaction_isolation') <> 'serializable'
          or exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())
        then raise exception 'something was left in the session'; end if;
      end $$`,
    );
  });

  it.each(MODES)('says what to do where a lock leaves no session for its work, in %s mode', async (mode) => {
    const pooler = await start({ mode, poolSize: 1 });
    const database = openDatabase(pooler.through(await create()), 3);
    try {
      const work = database.exclusively('a lock', () => database.query('select 1'));
      await expect(work).rejects.toThrow(
        /^Postgres gave no session within 10 s.*raise its default_pool_size/,
      );
    } finally {
      await database.close();
    }
  });

  it('migrates, shows and verifies through a pool of one session', async () => {
    const { through } = await start({ poolSize: 1 });
    const url = through(await create());
    expect((await run('migrate up', url)).printed).toMatch(/^applied/);
    expect((await run('migrate down', url)).printed).toMatch(/^undone/);
    expect((await run('migrate up', url)).printed).toMatch(/^applied/);
    expect((await run('migrate status', url)).printed).not.toMatch(/pending/);
    expect((await run('verify', url)).printed).not.toMatch(/NOT EXACT/);
  });

  it('names what PgBouncer refuses, and the remedy', async () => {
    const url = new URL(poolers.transaction.through(await create()));
    url.searchParams.set('options', '-c statement_timeout=1000');
    await expect(run('migrate up', url.href)).rejects.toThrow(
      /unsupported startup parameter: options.*Leave the parameter out of DATABASE_URL, or add it to ignore_st/,
    );
    const { through } = await start({ mode: 'statement' });
    await expect(run('migrate up', through(await create()))).rejects.toThrow(
      /statement pooling mode.*Set pool_mode of PgBouncer to transaction/,
    );
  });

  it.each(MODES)('refuses to have its queues there, in %s mode', async (mode) => {
    const databaseUrl = poolers[mode].through(await create());
    const settings = { redisUrl: undefined, databaseUrl, prefix: uniquePrefix() };
    await expect(openQueues(settings, createLogger({ name: 'test', level: 'silent' }))).rejects.toThrow(
      /a pooler stands before it, behind which the queues get no notifications. Set REDIS_URL/,
    );
  });

  it('is found by the doctor, which says its mode and what helps', async () => {
    const direct = await create();
    await migrateUp(direct);
    expect(await examine(direct)).toMatchObject({ state: 'good', text: expect.stringMatching(/^none/) });
    expect(await examine(poolers.transaction.through(direct))).toMatchObject({
      state: 'good',
      text: 'a pooler in transaction mode stands before Postgres',
    });
    expect(await examine(poolers.transaction.through(direct), {})).toMatchObject({
      state: 'problem',
      remedy: expect.stringMatching(/set REDIS_URL/),
    });
    expect(await examine(poolers.session.through(direct))).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/^a pooler in session mode .* a worker up to 12$/),
      remedy: 'set its pool_mode to transaction, or default_pool_size to 23 or more',
    });
    const { through } = await start({ poolSize: 1 });
    expect(await examine(through(direct))).toMatchObject({
      state: 'problem',
      text: expect.stringMatching(/^a pooler in transaction mode .* no session to give/),
      remedy: 'raise its default_pool_size to 23 or more',
    });
  });
});
