import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '@timepoint/database/pool';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startCommand } from '../test-command-line.ts';
import type { Check } from './check.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const run = (args: string, env: Record<string, string> = {}, url = test.url) =>
  startCommand(args, url, { env }).ended;
const examine = async (env: Record<string, string> = {}, url = test.url) => {
  const { printed, exitCode } = await run('doctor --json', env, url);
  const { isGood, checks } = JSON.parse(printed) as { isGood: boolean; checks: Check[] };
  const stateOf = (name: string) => checks.find((check) => check.name === name);
  return { isGood, exitCode, checks, stateOf };
};
const tables = async () => {
  const database = openDatabase(test.url, 1);
  const { rows } = await database.query("select from pg_tables where schemaname = 'public'");
  await database.close();
  return rows.length;
};

describe('Timepoint, examined by its doctor,', () => {
  it('names the command for a database that is not migrated, and leaves it as it is', async () => {
    const { isGood, exitCode, stateOf } = await examine();
    expect(stateOf('migrations')).toMatchObject({ state: 'problem', remedy: 'run `timepoint migrate up`' });
    expect(stateOf('postgres')).toMatchObject({ state: 'good', text: expect.stringMatching(/^\d+\.\d+/) });
    expect(stateOf('queues')).toMatchObject({ state: 'warning' });
    expect([isGood, exitCode]).toEqual([false, 1]);
    expect(await tables()).toBe(0);
  });

  it('finds no problem where there is none', async () => {
    await run('migrate up');
    const env = { QUEUE_PREFIX: uniquePrefix(), ...(hasTestRedis() ? { REDIS_URL: testRedisUrl() } : {}) };
    const { isGood, exitCode, checks, stateOf } = await examine(env);
    expect(checks.filter(({ state }) => state === 'problem' || state === 'unknown')).toEqual([]);
    expect([isGood, exitCode]).toEqual([true, undefined]);
    expect(stateOf('permissions')?.state).toBe('good');
    expect(stateOf('clock')).toMatchObject({
      state: 'good',
      text: expect.stringMatching(/^within \d+ ms of Postgres/),
    });
    expect(stateOf('connections to Postgres')?.text).toMatch(
      /^\d+ of \d+ used, a worker takes up to (12|46)$/,
    );
  });

  it('prints a line for each check, and the remedies', async () => {
    const { printed } = await run('doctor', { CH_STREAM_KEYS: 'x' });
    expect(printed).toMatch(
      /\nwarning {2}settings {2,}CH_STREAM_KEYS is set, but no process reads it\n +→ did you mean CH_STREAM_KEY\?\n/,
    );
    expect(printed).toMatch(/\ngood {5}migrations {2,}\d+ applied\n/);
    expect(printed).toMatch(/\n\n[34] warnings, 1 thing not checked\.\n$/);
  });

  it('finds the tables that a role may not write', async () => {
    const database = openDatabase(test.url, 1);
    const role = `reader_${Date.now()}`;
    await database.query(`create role ${role} login password 'reader'`);
    await database.query(`grant select on all tables in schema ingest, register to ${role}`);
    const url = Object.assign(new URL(test.url), { username: role, password: 'reader' });
    const { stateOf } = await examine({}, url.href);
    expect(stateOf('permissions')).toMatchObject({
      state: 'problem',
      text: expect.stringMatching(/^the role may not write ingest\.\w+ and \d+ other table/),
    });
    await database.query(`drop owned by ${role}`);
    await database.query(`drop role ${role}`);
    await database.close();
  });

  it('names what to set when nothing is set', async () => {
    const { exitCode, checks } = await examine({}, '');
    expect(exitCode).toBe(1);
    expect(checks.filter(({ state }) => state !== 'good').every(({ remedy }) => remedy !== null)).toBe(true);
    expect(checks).toContainEqual({
      name: 'postgres',
      state: 'problem',
      text: 'DATABASE_URL is not set',
      remedy: expect.stringContaining('set DATABASE_URL=postgres://'),
    });
  });

  it('continues when a store can not be reached, and never shows its password', async () => {
    const { printed, exitCode } = await run(
      'doctor',
      { REDIS_URL: 'redis://me:secret@127.0.0.1:9' },
      'postgres://me:secret@127.0.0.1:9/timepoint',
    );
    expect(exitCode).toBe(1);
    expect(printed).toMatch(/problem {2}postgres .*127\.0\.0\.1:9\/timepoint can't be reached/);
    expect(printed).toMatch(/problem {2}queues .*Redis at 127\.0\.0\.1:9 can't be reached/);
    expect(printed).not.toContain('secret');
  });
});
