import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asError, TimepointError } from '@timepoint/shared/errors';
import { settingsFor } from '@timepoint/shared/postgres-session';
import type { Knex } from 'knex';
import { remedyFor } from './explain-store-error.ts';

const UP = '.up.sql';

/**
 * What roles, databases and URLs may set otherwise is set before each migration, for its transaction: behind a pooler the
 * next one has another session. Of what a migration names without a schema, it means the operators of pg_trgm alone.
 */
const SESSION = `
${settingsFor('transaction', { statementTimeoutMs: 0, idleInTransactionMs: 0 })},
  set_config('search_path', 'pg_catalog, ' || quote_ident(nspname), true)
from pg_extension
join pg_namespace on pg_namespace.oid = extnamespace
where extname = 'pg_trgm';
`;

/** Gives Knex the SQL pairs of a folder, `NNNN_name.up.sql` and `.down.sql`, in the order of their names. */
export class SqlMigrations implements Knex.MigrationSource<string> {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async getMigrations(): Promise<string[]> {
    const files = await readdir(this.#folder);
    return files.flatMap((file) => (file.endsWith(UP) ? [file.slice(0, -UP.length)] : [])).toSorted();
  }

  getMigrationName(migration: string): string {
    return migration;
  }

  async getMigration(migration: string): Promise<Knex.Migration> {
    const read = (direction: 'up' | 'down') =>
      readFile(join(this.#folder, `${migration}.${direction}.sql`), 'utf8');
    const [up, down] = await Promise.all([read('up'), read('down')]);
    // A text is read whole before its first statement runs: what changes how it is read goes before it.
    const run = async (connection: Knex, sql: string) => {
      await connection.raw(SESSION);
      // A question mark in SQL is an operator here, never a placeholder.
      await connection.raw(sql.replaceAll('?', '\\?')).catch((error) => refuse(migration, sql, error));
    };
    return {
      up: (connection) => run(connection, up),
      down: (connection) => run(connection, down),
    };
  }
}

/** Knex puts the whole migration before what Postgres said of it. */
function refuse(migration: string, sql: string, error: unknown): never {
  const { message } = asError(error);
  const said = message.startsWith(sql) ? message.slice(sql.length).replace(/^ - /, '') : message;
  throw new TimepointError(
    'migration-refused',
    `Postgres refused the migration ${migration}, of which nothing was kept: ${said}. ${remedyFor(error)}.`,
    { cause: error },
  );
}
