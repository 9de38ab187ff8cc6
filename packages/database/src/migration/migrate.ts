import { TimepointError } from '@timepoint/shared/platform/errors';
import { settingsFor } from '@timepoint/shared/platform/postgres-session';
import knex, { type Knex } from 'knex';
import { MIGRATIONS_FOLDER } from '../migrations-folder.ts';
import { openDatabase, type Sql } from '../pool.ts';
import { checkKnown, type MigrationState, readHistory } from './history.ts';
import { SqlMigrations } from './migrations.ts';
import { checkFit, LEDGER, prepareDatabase } from './prepare-database.ts';

const SOURCE = new SqlMigrations(MIGRATIONS_FOLDER);
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Applies every pending migration in one transaction, and returns their names.
 * @throws TimepointError `database-unfit`, `newer-schema` or `former-schema` that names the remedy.
 */
export function migrateUp(url: string): Promise<string[]> {
  return withLock(url, async (connection) => {
    const [, names] = (await connection.migrate.latest()) as [number, string[]];
    return names;
  });
}

/** Takes back the newest migration with its data, and returns its name if there was one. */
export function migrateDown(url: string): Promise<string[]> {
  return withLock(url, async (connection) => {
    const [, names] = (await connection.migrate.down()) as [number, string[]];
    return names;
  });
}

/**
 * Reads which migrations are applied, and changes nothing.
 * @throws TimepointError `former-schema` for a database of a version before the first release.
 */
export async function readMigrations(url: string): Promise<MigrationState> {
  const database = openDatabase(url, 1);
  return readState(database).finally(() => database.close());
}

/** Names the migrations that a database lacks. It reads only the ledger, so it may be called often. */
export async function findPending(database: Sql): Promise<readonly string[]> {
  return (await readState(database)).pending;
}

/** @throws TimepointError `not-migrated` that says which command to run, or `former-schema` that says what else helps. */
export async function checkMigrated(url: string): Promise<void> {
  const { pending } = await readMigrations(url);
  if (pending.length > 0) throw lacksMigrations(pending);
}

/**
 * Does the same as {@link checkMigrated} through an open pool, with the deadlines of that pool.
 * @throws TimepointError `not-migrated` that says which command to run, or `former-schema` that says what else helps.
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
    `The database lacks ${pending.length} migration(s), from ${pending[0]}. Run: timepoint migrate up`,
  );
}

async function readState(sql: Sql): Promise<MigrationState> {
  return readHistory(sql, await SOURCE.getMigrations());
}

/** A number that no other program is likely to use as its advisory lock: "timepoint" in base 36, cut to 31 bits. */
const ADVISORY_LOCK = Number.parseInt('timepoint', 36) % 2 ** 31;

/**
 * Lets one process migrate at a time, the others wait. Knex's own lock is a row that a killed process leaves behind, and
 * the advisory lock, which ends with its transaction, allows to free it. All is one transaction on one connection: what
 * is set for it and locked by it holds behind a pooler too, even one that has no second session to give.
 */
async function withLock<Result>(url: string, work: (connection: Knex) => Promise<Result>): Promise<Result> {
  return withKnex(url, (connection) =>
    connection.transaction(
      async (transaction) => {
        const sql: Sql = await transaction.client.acquireConnection();
        await sql.query(settingsFor('transaction', { statementTimeoutMs: 0, idleInTransactionMs: 0 }));
        await sql.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
        await checkFit(sql);
        await checkKnown(sql, await SOURCE.getMigrations());
        await prepareDatabase(sql);
        await transaction.migrate.forceFreeMigrationsLock();
        return work(transaction);
      },
      { isolationLevel: 'read committed' },
    ),
  );
}

const SILENT = { warn: () => undefined, error: () => undefined, debug: () => undefined };

async function withKnex<Result>(url: string, work: (connection: Knex) => Promise<Result>): Promise<Result> {
  const connection = knex({
    client: 'pg',
    // Knex parses URLs by other rules than the driver, whose rules all other connections follow.
    connection: {
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: 'timepoint migrate',
    },
    pool: { min: 0, max: 1 },
    migrations: { ...LEDGER, migrationSource: SOURCE },
    // Knex also throws what it logs.
    log: SILENT,
  });
  try {
    return await work(connection);
  } finally {
    await connection.destroy();
  }
}
