import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startCommand } from '@timepoint/cli/test-command-line';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { type Database, openDatabase } from '../pool.ts';
import { migrateUp, readMigrations } from './migrate.ts';

let test: TestDatabase;
let owner: Database;
let role: string;
/** The URL of the database for a role that owns nothing and has no permission yet. */
let url: string;
let name: string;

beforeEach(async () => {
  test = await createTestDatabase();
  owner = openDatabase(test.url, 1);
  name = new URL(test.url).pathname.slice(1);
  role = `role_of_${name}`;
  await owner.query(`create role ${role} login`);
  url = Object.assign(new URL(test.url), { username: role }).href;
});
afterEach(async () => {
  await owner.query(`drop owned by ${role} cascade`);
  await owner.query(`drop role ${role}`);
  await owner.close();
  await test.drop();
});

const permissions = async () => {
  const { printed } = await startCommand('doctor --json', url).ended;
  const { checks } = JSON.parse(printed) as { checks: { name: string; state: string; remedy: string }[] };
  return checks.find((check) => check.name === 'permissions');
};
const failureOf = (command: string, of: string) =>
  startCommand(command, of).ended.then(
    () => null,
    (error: unknown) => error,
  );

describe('Timepoint, migrating by a role that is no owner,', () => {
  it('says in doctor what migrate would fail for, and fails in one message', async () => {
    expect(await permissions()).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('permission denied'),
      remedy: expect.stringContaining('grant create on database'),
    });
    const failure = (await failureOf('migrate up', url)) as Error;
    expect(failure).toBeInstanceOf(TimepointError);
    expect(failure.message).toMatch(/refused: permission denied for database .*Run `timepoint doctor`/);
  });

  it('needs no more than to create schemas in the database', async () => {
    await owner.query(`grant create on database ${name} to ${role}`);
    expect(await permissions()).toMatchObject({ state: 'good' });
    expect((await readMigrations(url)).applied).toEqual([]);
    await migrateUp(url);
    expect((await readMigrations(url)).pending).toEqual([]);
    const { rows } = await owner.query(`select from pg_class where relnamespace = 'public'::regnamespace`);
    expect(rows).toEqual([]);
  });

  it('needs only schemas of its own where others created them and pg_trgm', async () => {
    await owner.query(`create schema ingest authorization ${role}`);
    await owner.query('create extension pg_trgm');
    expect(await permissions()).toMatchObject({ remedy: expect.stringContaining('create schema register') });
    await owner.query(`create schema register authorization ${role}`);
    expect(await permissions()).toMatchObject({ state: 'good' });
    await migrateUp(url);
    expect((await readMigrations(url)).pending).toEqual([]);
  });
});

const COMMANDS = [
  'migrate up',
  'migrate down',
  'migrate status',
  'verify',
  'history 09876543',
  'explain 09876543',
  'tail',
  'dead-letters list',
  'dead-letters show 1',
  'dead-letters replay 1',
  'dead-letters discard 1 --because x',
  'rewind companies 100',
  'rebuild --stream companies',
  'snapshot list',
  'snapshot show 1',
  'snapshot import - --date 2026-07-01',
];

describe('Timepoint, its Postgres away,', () => {
  it('ends every command in one message that helps', async () => {
    const silent: Server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const at = (changes: object) => Object.assign(new URL(test.url), changes).href;
    const places: [url: string, message: RegExp][] = [
      [at({ username: 'not_there' }), /role "not_there" does not exist\. Check the user/],
      [at({ pathname: 'not_there' }), /database "not_there" does not exist\. Create the database/],
      [at({ port: '9' }), /can't be reached: .*ECONNREFUSED.*Check DATABASE_URL/],
      [at({ hostname: 'nowhere.invalid' }), /can't be reached: .*nowhere\.invalid.*Check DATABASE_URL/],
      [at({ port: String(port) }), /can't be reached: .*timeout.*Check DATABASE_URL/i],
    ];
    for (const [place, message] of places) {
      const failures = await Promise.all(COMMANDS.map((command) => failureOf(command, place)));
      for (const [index, failure] of failures.entries()) {
        const said = failure instanceof TimepointError ? failure.message : `a stack: ${String(failure)}`;
        expect([COMMANDS[index], said]).toEqual([COMMANDS[index], expect.stringMatching(message)]);
        expect(said.split('\n')).toHaveLength(1);
      }
    }
    silent.close();
  });

  it('ends a command whose role may not read in one message', async () => {
    await migrateUp(test.url);
    for (const command of ['verify', 'history 09876543', 'snapshot list', 'migrate status']) {
      const failure = (await failureOf(command, url)) as Error;
      expect(failure).toBeInstanceOf(TimepointError);
      expect(failure.message).toMatch(
        /refused: permission denied for schema ingest\. Run `timepoint doctor`/,
      );
    }
  });
});
