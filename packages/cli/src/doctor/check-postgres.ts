import type { MigrationState } from '@timepoint/database/migration/history';
import { findUnfit, type Unfit } from '@timepoint/database/migration/prepare-database';
import type { ServerReading } from '@timepoint/database/status/read-server';
import { bad, type Check, good } from './check.ts';

/** A reading of the database, or why it could not be read. */
export type Answer<Reading> = Reading | { readonly failure: string } | null;

const SET_URL = 'set DATABASE_URL=postgres://user:password@host:5432/timepoint';

/** Whether there is a reading. */
export function isKnown<Reading extends object>(answer: Answer<Reading>): answer is Reading {
  return answer !== null && !('failure' in answer);
}

/** Whether Postgres answers, and the database is suitable. */
export function checkPostgres(server: Answer<ServerReading>): Check {
  if (server === null) return bad('problem', 'postgres', 'DATABASE_URL is not set', SET_URL);
  if (!isKnown(server))
    return bad('problem', 'postgres', server.failure, 'check that it runs, and that DATABASE_URL is right');
  const unfit = findUnfit(server);
  if (unfit !== null) return bad('problem', 'postgres', unfit.text, unfit.remedy);
  return good('postgres', server.version);
}

/**
 * Whether the role has the permissions of migrations and workers. `obstacle` is why it can't apply pending migrations.
 */
export function checkPermissions(server: Answer<ServerReading>, obstacle: Unfit | null): Check {
  const name = 'permissions';
  if (!isKnown(server)) return unknown(name);
  const { forbidden, has_trigrams, trigrams_available } = server;
  if (forbidden.length > 0) {
    const text = `the role may not write ${forbidden[0]} and ${forbidden.length - 1} other table(s)`;
    return bad(
      'problem',
      name,
      text,
      'grant it select, insert, update, delete on all tables of register, ingest',
    );
  }
  if (!has_trigrams && !trigrams_available)
    return bad(
      'problem',
      name,
      'the extension pg_trgm is not available',
      'install the contrib package of Postgres',
    );
  if (obstacle !== null) return bad('problem', name, obstacle.text, obstacle.remedy);
  return good(name, 'the role may read and write register and ingest');
}

/** Whether the database has the schema of this version. */
export function checkMigrations(migrations: Answer<MigrationState>): Check {
  const name = 'migrations';
  if (migrations === null) return unknown(name);
  if (!isKnown(migrations)) return bad('unknown', name, migrations.failure, 'repair what it names first');
  const { applied, pending } = migrations;
  return pending.length === 0
    ? good(name, `${applied.length} applied`)
    : bad('problem', name, `${pending.length} pending, from ${pending[0]}`, 'run `timepoint migrate up`');
}

/** A check that needs the database. */
export const unknown = (name: string): Check =>
  bad('unknown', name, 'not checked without Postgres', 'repair postgres first');
