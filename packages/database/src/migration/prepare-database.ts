import { TimepointError } from '@timepoint/shared/platform/errors';
import type { Sql } from '../pool.ts';

/** The table in which Knex saves the applied migrations. It is in a schema of ours, so that a dump has both. */
export const LEDGER = { schemaName: 'ingest', tableName: 'migrations' };

/** The oldest Postgres that has the features of the schema, as `server_version_num`. */
const LEAST_VERSION = 150_000;

export interface Fitness {
  /** Such as 15.4, and as a number 150004. */
  readonly version: string;
  readonly version_number: number;
  readonly encoding: string;
  readonly is_read_only: boolean;
}

export interface Unfit {
  readonly text: string;
  readonly remedy: string;
}

/** Why Timepoint can't use a database; null when it can. */
export function findUnfit({ version, version_number, encoding, is_read_only }: Fitness): Unfit | null {
  if (version_number < LEAST_VERSION)
    return { text: `Postgres ${version} is too old`, remedy: 'move to Postgres 15 or newer' };
  if (encoding !== 'UTF8')
    return {
      text: `the database has the encoding ${encoding}, which can't hold every name`,
      remedy:
        "create another one: create database timepoint encoding 'UTF8' locale 'C.UTF-8' template template0",
    };
  if (is_read_only)
    return {
      text: `Postgres ${version} takes no writes`,
      remedy: 'name the primary in DATABASE_URL; if it is the primary, reset default_transaction_read_only',
    };
  return null;
}

/** The columns of {@link Fitness}. */
export const FITNESS = `
  current_setting('server_version') as version,
  current_setting('server_version_num')::integer as version_number,
  current_setting('server_encoding') as encoding,
  pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean as is_read_only
`;

/** Checks that Timepoint can use a database. @throws TimepointError `database-unfit` that names the remedy. */
export async function checkFit(sql: Sql): Promise<void> {
  const { rows } = await sql.query<Fitness>(`select ${FITNESS}`);
  const unfit = rows[0] === undefined ? null : findUnfit(rows[0]);
  if (unfit !== null)
    throw new TimepointError('database-unfit', `${unfit.text}; ${unfit.remedy}.`.replace(/^t/, 'T'));
}

/** Creates what the first migration and Knex need, where it is missing. Run it in a transaction of its own. */
export async function prepareDatabase(tx: Sql): Promise<void> {
  // "if not exists" needs the right to create a schema even when the schema exists.
  await tx.query(ifMissing(`to_regnamespace('ingest')`, 'create schema ingest'));
  // A role that may not create in public gets the extension in the schema of the ledger.
  await tx.query(
    ifMissing(
      `(select oid from pg_extension where extname = 'pg_trgm')`,
      `execute format('create extension pg_trgm with schema %I',
         case when has_schema_privilege('public', 'create') then 'public' else 'ingest' end)`,
    ),
  );
}

const ifMissing = (object: string, statement: string) =>
  `do $$ begin if ${object} is null then ${statement}; end if; end $$`;
