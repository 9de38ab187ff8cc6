import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openPatientRedis } from '@timepoint/shared/queues/redis';
import { type Postgres, startPostgres, TEST_SETTINGS } from '@timepoint/testkit/stores/postgres';
import { type PrivateRedis, startRedis } from '@timepoint/testkit/stores/redis';
import { until } from '@timepoint/testkit/until';
import { Client } from 'pg';
import { freeze } from './frozen-server.ts';
import { runTimepoint, startTimepoint } from './service-process.ts';

/** It answers within 10 s by itself; the rest is for a machine that is busy with other tests, in ms. */
const AT_MOST_MS = 40_000;
const TEST_MS = 120_000;

let folder: string;
let postgres: Postgres;
let redis: PrivateRedis;
let env: Record<string, string>;
const thaw: (() => void)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timepoint-outage-'));
  postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings: TEST_SETTINGS });
  const opened = await startRedis({ dir: join(folder, 'redis'), persistence: 'none' });
  if (opened === undefined) throw new Error('this test needs redis-server or valkey-server on the PATH');
  redis = opened;
  env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
  expect((await runTimepoint(['migrate', 'up'], env)).code).toBe(0);
  await execute("insert into ingest.coverage (stream, origin, covered) values ('companies', 0, '{[1,11)}')");
});
afterEach(() => {
  for (const each of thaw.splice(0)) each();
});
afterAll(async () => {
  await redis.close();
  await postgres.close();
  await rm(folder, { recursive: true, force: true });
});

async function execute(statement: string): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

async function askRedis(...commands: string[][]): Promise<void> {
  const client = openPatientRedis(redis.url);
  for (const [command = '', ...args] of commands) await client.call(command, ...args);
  client.disconnect();
}

const STACK = /\n\s+at |node:internal/;

async function timed(...args: string[]) {
  const startedAt = performance.now();
  const run = await runTimepoint(args, env);
  return { ...run, tookMs: performance.now() - startedAt };
}

async function expectsAnswer(...reasons: RegExp[]) {
  const runs = await Promise.all([timed('status'), timed('status', '--json')]);
  for (const { code, output, tookMs } of runs) {
    expect(code).toBe(1);
    expect(tookMs).toBeLessThan(AT_MOST_MS);
    expect(output).not.toMatch(STACK);
    expect(output).not.toMatch(/\bEXACT\b/);
    for (const reason of reasons) expect(output).toMatch(reason);
  }
}

const freezePostgres = () => void thaw.push(freeze(postgres.daemon.pid));
const freezeRedis = () => void thaw.push(freeze(redis.daemon.pid));

jest.setTimeout(TEST_MS);

describe('Timepoint, asked how it stands while its stores fail,', () => {
  it('answers in time when Postgres hangs', async () => {
    freezePostgres();
    await expectsAnswer(/Postgres can not be reached: .* The reason: /);
  });

  it('answers in time when Redis hangs', async () => {
    freezeRedis();
    await expectsAnswer(/The queues can not be reached: .* The reason: no answer within/);
  });

  it('answers in time when both hang', async () => {
    freezePostgres();
    freezeRedis();
    await expectsAnswer(/Postgres can not be reached/, /The queues can not be reached/);
  });

  it('names what Postgres refuses', async () => {
    await execute('alter system set default_transaction_read_only = on');
    await execute('select pg_reload_conf()');
    await expectsAnswer(/Postgres refuses to write: .* read-only transaction/);
    await execute('alter system reset default_transaction_read_only');
    await execute('select pg_reload_conf()');
  });

  it('names what a full Redis, and one that became a replica, refuses', async () => {
    await askRedis(['config', 'set', 'maxmemory', '1']);
    await expectsAnswer(/The queues can not be reached: .* The reason: .*OOM/);
    await askRedis(['config', 'set', 'maxmemory', '0'], ['replicaof', '127.0.0.1', '1']);
    await expectsAnswer(/The queues can not be reached: .* The reason: .*READONLY/);
    await askRedis(['replicaof', 'no', 'one']);
  });

  it('goes on watching, and says so', async () => {
    const watching = startTimepoint(['status', '--watch'], env);
    await watching.printed(/^companies +10 +10/m);
    freezePostgres();
    await watching.printed(/Postgres can not be reached/);
    thaw.pop()?.();
    const seen = watching.output().length;
    await until(() => /^companies +10 +10/m.test(watching.output().slice(seen)));
    freezePostgres();
    const { code, tookMs } = await watching.terminate();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(AT_MOST_MS);
    expect(watching.output()).not.toMatch(STACK);
  });

  it('ends every command with a sentence when Postgres hangs', async () => {
    freezePostgres();
    const commands = [
      ['history', '09876543'],
      ['explain', '09876543'],
      ['dead-letters', 'list'],
      ['dead-letters', 'show', '1'],
      ['snapshot', 'list'],
      ['verify', '--stream', 'companies'],
      ['tail'],
      ['migrate', 'status'],
      ['doctor'],
    ];
    const runs = await Promise.all(commands.map((args) => timed(...args)));
    for (const [index, { code, output }] of runs.entries()) {
      const of = commands[index]?.join(' ');
      expect({ of, code, output }).toEqual({
        of,
        code: 1,
        output: expect.stringMatching(/Postgres.*(can't be reached|does not answer)/),
      });
      expect(output).not.toMatch(STACK);
    }
  });

  it('ends a command with a sentence when Postgres hangs under it', async () => {
    const tail = startTimepoint(['tail'], env);
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await until(async () => {
      const { rows } = await client.query(
        "select from pg_stat_activity where application_name = 'timepoint' and query ~ 'coverage'",
      );
      return rows.length > 0;
    });
    await client.end();
    freezePostgres();
    expect(await tail.ended).toBe(1);
    expect(tail.output()).toMatch(/does not answer: it hangs/);
    expect(tail.output()).not.toMatch(STACK);
  });

  it('ends a command with a sentence when Postgres fails under it', async () => {
    const keeper = new Client({ connectionString: postgres.url });
    await keeper.connect();
    await keeper.query('begin; lock table ingest.coverage in access exclusive mode');
    const tail = startTimepoint(['tail'], env);
    // What waits for the lock is in the middle of a statement. A transaction sees the activity of one moment only.
    const killer = new Client({ connectionString: postgres.url });
    await killer.connect();
    await until(async () => {
      const { rows } = await killer.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'timepoint' and wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    });
    await Promise.all([keeper.end(), killer.end()]);
    expect(await tail.ended).toBe(1);
    expect(tail.output()).toMatch(/Postgres .*terminating connection|connection to a store was lost/);
    expect(tail.output()).not.toMatch(STACK);
  });
});
