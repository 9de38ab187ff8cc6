import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asError, TimepointError } from '@timepoint/shared/platform/errors';
import { settingsFor } from '@timepoint/shared/platform/postgres-session';
import type { Knex } from 'knex';
import { remedyFor } from '../explain-store-error.ts';

const UP = '.up.sql';

/**
 * Settings that roles, databases and URLs may change are set before each migration, for its transaction: behind a
 * pooler the next one has another session. The only names without a schema in migrations are operators of pg_trgm.
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
    const run = async (connection: Knex, sql: string, done: string) => {
      await connection.raw(SESSION);
      // A question mark in SQL is an operator here, never a placeholder.
      await connection
        .raw(sql.replaceAll('?', '\\?'))
        .catch((error) => refuse({ migration, sql, done }, error));
    };
    return {
      up: (connection) => run(connection, up, 'applied'),
      down: (connection) => run(connection, down, 'taken back'),
    };
  }
}

interface Step {
  readonly migration: string;
  readonly sql: string;
  /** What the step does to it: `applied` or `taken back`. */
  readonly done: string;
}

/** Knex puts the whole migration before what Postgres said of it. */
function refuse({ migration, sql, done }: Step, error: unknown): never {
  const needing = findNeeding(error);
  if (needing.length > 0) {
    const [verb, them] = needing.length === 1 ? ['needs', 'it'] : ['need', 'them'];
    throw new TimepointError(
      'migration-refused',
      `The migration ${migration} was not ${done}: ${needing.join(', ')} ${verb} what it drops. ` +
        `Drop ${them} first, then run this again and create ${them} anew where that is possible.`,
      { cause: error },
    );
  }
  const { message } = asError(error);
  const said = message.startsWith(sql) ? message.slice(sql.length).replace(/^ - /, '') : message;
  throw new TimepointError(
    'migration-refused',
    `Postgres refused the migration ${migration}, of which nothing was kept: ${said}. ${remedyFor(error)}.`,
    { cause: error },
  );
}

/** "Cannot drop …, because other objects depend on it", and the same of a column whose type changes. */
const IS_NEEDED = ['2BP01', '0A000'];
/** A line of its detail for each: `view users.mine depends on view register.live_companies`. */
const NEEDING = /^(?:rule \S+ on )?(.+?) depends on /gm;

/**
 * The objects of others that need what a migration drops, each once, such as `view users.mine`. Views of users are theirs:
 * no migration takes them along.
 */
function findNeeding(error: unknown): string[] {
  const { code, detail } = error as { code?: unknown; detail?: unknown };
  if (typeof detail !== 'string' || !IS_NEEDED.includes(String(code))) return [];
  return [...new Set(Array.from(detail.matchAll(NEEDING), ([, object = '']) => object))];
}
