import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Ends the connections to the database and removes it. */
  drop(): Promise<void>;
}

/** The Postgres of the test run. All test files share it, so use an own database or queue prefix. */
export function testDatabaseUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('TEST_DATABASE_URL is not set: run tests through jest and its global setup');
  return url;
}

/** Creates an empty database with a name of its own on the Postgres of the test run. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase('');
}

async function createDatabase(options: string): Promise<TestDatabase> {
  const server = testDatabaseUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await runOn(server, `create database ${name} ${options}`);
  const url = new URL(server);
  url.pathname = name;
  return { url: url.href, drop: () => runOn(server, `drop database if exists ${name} with (force)`) };
}

/** Applies every migration to the database of that URL. */
type Migrate = (url: string) => Promise<unknown>;

/**
 * Creates a database with every migration applied. The first call of a test run on a server runs `migrate` on a
 * template; each call copies it, which costs a fifth of migrating.
 */
export async function createMigratedDatabase(migrate: Migrate): Promise<TestDatabase> {
  const template = await findTemplate(migrate);
  // Copying the files is faster than writing them to the log, and a checkpoint is cheap without fsync.
  return createDatabase(`template ${template} strategy file_copy`);
}

/** Removes the template from a server that outlives the test run. */
export async function dropTemplate(): Promise<void> {
  await runOn(testDatabaseUrl(), `drop database if exists ${templateName()}`);
}

/** Test files run in several processes: one of them migrates, the others wait. */
async function findTemplate(migrate: Migrate): Promise<string> {
  const name = templateName();
  const client = new Client({ connectionString: testDatabaseUrl() });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 1) return name;
    // It gets its name when it is complete: a test that is killed leaves no half of a template.
    const unfinished = await createTestDatabase();
    try {
      await migrate(unfinished.url);
      await client.query(`alter database ${new URL(unfinished.url).pathname.slice(1)} rename to ${name}`);
    } catch (error) {
      await unfinished.drop();
      throw error;
    }
    return name;
  } finally {
    // Ends the lock, too.
    await client.end();
  }
}

function templateName(): string {
  const name = process.env.TEST_TEMPLATE;
  if (!name) throw new Error('TEST_TEMPLATE is not set: run tests through jest and its global setup');
  return name;
}

/** Runs one statement on a connection of its own. */
export async function runOn(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
