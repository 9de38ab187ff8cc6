import { TimepointError } from '@timepoint/shared/platform/errors';
import type { Sql } from '../pool.ts';
import { LEDGER } from './prepare-database.ts';

/** The ledger of early versions, and the log, which they had too: their ledger stays behind when their schemas are dropped. */
const FORMER_LEDGER = 'public.timepoint_migrations';
const FORMER_LOG = 'ingest.events';

export interface MigrationState {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}

/**
 * Reads which of the known migrations are applied. Changes nothing; Knex would create its ledger where there is none.
 * @throws TimepointError `former-schema` for a database of a version before the first release.
 */
export async function readHistory(sql: Sql, known: readonly string[]): Promise<MigrationState> {
  const { ledger, hasFormer } = await findLedgers(sql);
  if (ledger === null && !hasFormer) return { applied: [], pending: known };
  if (ledger === null) throw formerSchema();
  const { rows } = await sql.query<{ name: string }>(`select name from ${ledger} order by id`);
  const applied = rows.map(({ name }) => name);
  // The migrations were rewritten once, before the first release, and no name was used again.
  if (unknownOf(applied, known).length > 0 && !applied.includes(known[0] ?? '')) throw formerSchema();
  return { applied, pending: known.filter((name) => !applied.includes(name)) };
}

/**
 * Checks that no migration is applied that is not known. Knex calls a folder corrupt that lacks what was applied: it is
 * an older one.
 * @throws TimepointError `newer-schema`, and `former-schema` as {@link readHistory}.
 */
export async function checkKnown(sql: Sql, known: readonly string[]): Promise<void> {
  const { applied } = await readHistory(sql, known);
  const unknown = unknownOf(applied, known);
  if (unknown.length === 0) return;
  throw new TimepointError(
    'newer-schema',
    `A newer version of Timepoint applied ${unknown.join(', ')}. Migrate with that version or a newer one.`,
  );
}

function unknownOf(applied: readonly string[], known: readonly string[]): string[] {
  return applied.filter((name) => !known.includes(name));
}

/** The table with the names of the applied migrations, if there is one, and whether there is one of an early version. */
async function findLedgers(sql: Sql): Promise<{ ledger: string | null; hasFormer: boolean }> {
  const ledger = `${LEDGER.schemaName}.${LEDGER.tableName}`;
  const { rows } = await sql.query<{ has_ledger: boolean; has_former: boolean }>(
    `select to_regclass($1) is not null as has_ledger,
       to_regclass($2) is not null and to_regclass($3) is not null as has_former`,
    [ledger, FORMER_LEDGER, FORMER_LOG],
  );
  return { ledger: rows[0]?.has_ledger ? ledger : null, hasFormer: rows[0]?.has_former === true };
}

function formerSchema(): TimepointError {
  return new TimepointError(
    'former-schema',
    'A version of Timepoint before the first release created this database, and it can not be migrated. Start with an ' +
      'empty one. If `npm start` created it, stop that and delete the folder .timepoint/. Otherwise name an empty ' +
      'database in DATABASE_URL, or drop the schemas ingest and register, and run `timepoint migrate up`. ' +
      'To restore the register, run `timepoint snapshot import`.',
  );
}
