import { fileURLToPath } from 'node:url';
import { TimepointError } from '@timepoint/shared/errors';
import knex, { type Knex } from 'knex';
import { openDatabase, type Sql } from './database.ts';
import { SqlMigrations } from './migrations.ts';

const FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));
const LEDGER = { tableName: 'timepoint_migrations', schemaName: 'public' };
const LEDGER_NAME = `${LEDGER.schemaName}.${LEDGER.tableName}`;
const SOURCE = new SqlMigrations(FOLDER);

export interface MigrationState {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}

/** Applies every pending migration, each in its own transaction, and returns their names. */
export function migrateUp(url: string): Promise<string[]> {
  return withLock(url, async (connection) => {
    const [, names] = (await connection.migrate.latest()) as [number, string[]];
    return names;
  });
}

/** Takes back the newest migration, with the data that it holds, and returns its name if there was one. */
export function migrateDown(url: string): Promise<string[]> {
  return withLock(url, async (connection) => {
    const [, names] = (await connection.migrate.down()) as [number, string[]];
    return names;
  });
}

/** Which migrations are applied and which are not. Changes nothing: Knex would make its ledger where there is none. */
export function readMigrations(url: string): Promise<MigrationState> {
  return withKnex(url, async (connection) => {
    const { rows } = await connection.raw('select to_regclass(?) is not null as is_there', [LEDGER_NAME]);
    if (!rows[0].is_there) return { applied: [], pending: await SOURCE.getMigrations() };
    const [applied, pending] = (await connection.migrate.list()) as [{ name: string }[], string[]];
    return { applied: applied.map((migration) => migration.name), pending };
  });
}

/** Names the migrations that a database lacks, by one look into its ledger: cheap enough to be asked again and again. */
export async function findPending(database: Sql): Promise<string[]> {
  const [known, { rows }] = await Promise.all([
    new SqlMigrations(FOLDER).getMigrations(),
    database.query<{ name: string }>(`select name from ${LEDGER.schemaName}.${LEDGER.tableName}`),
  ]);
  const applied = new Set(rows.map(({ name }) => name));
  return known.filter((name) => !applied.has(name));
}

/** @throws TimepointError `not-migrated` that says which command to run. */
export async function checkMigrated(url: string): Promise<void> {
  const { pending } = await readMigrations(url);
  if (pending.length > 0) throw lacksMigrations(pending);
}

/**
 * As {@link checkMigrated}, through a connection that is there, whose deadlines are kept.
 * @throws TimepointError `not-migrated` that says which command to run.
 */
export async function checkMigratedBy(database: Sql): Promise<void> {
  const pending = await findPending(database).catch((error: unknown) => {
    if (isUndefinedTable(error)) return SOURCE.getMigrations();
    throw error;
  });
  if (pending.length > 0) throw lacksMigrations(pending);
}

function isUndefinedTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}

function lacksMigrations(pending: readonly string[]): TimepointError {
  return new TimepointError(
    'not-migrated',
    `The database lacks ${pending.length} migration(s), from ${pending[0]}. Run: npm run timepoint -- migrate up`,
  );
}

/** Any number that no other program takes as its advisory lock: "timepoint" in base 36, cut to 32 bits. */
const ADVISORY_LOCK = Number.parseInt('timepoint', 36) % 2 ** 31;

/**
 * Lets one process migrate at a time, the others wait. Knex's own lock is a row that a killed process leaves
 * behind; whoever holds the advisory lock, which dies with its session, may free it.
 */
function withLock<Result>(url: string, work: (connection: Knex) => Promise<Result>): Promise<Result> {
  return withKnex(url, async (connection) => {
    const database = openDatabase(url, 1, { statementTimeoutMs: 0 });
    return database
      .transaction(async (tx) => {
        await tx.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
        await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
        await connection.migrate.forceFreeMigrationsLock();
        return work(connection);
      })
      .finally(() => database.close());
  });
}

async function withKnex<Result>(url: string, work: (connection: Knex) => Promise<Result>): Promise<Result> {
  const connection = knex({
    client: 'pg',
    connection: url,
    pool: { min: 0, max: 2 },
    migrations: { ...LEDGER, migrationSource: SOURCE },
  });
  try {
    return await work(connection);
  } finally {
    await connection.destroy();
  }
}
