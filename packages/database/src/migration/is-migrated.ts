import type { Sql } from '../pool.ts';

/** Whether the schema is new enough for the dashboard. */
export async function isMigrated(sql: Sql): Promise<boolean> {
  const statement = `select to_regclass('ingest.activity') is not null as is_migrated`;
  return (await sql.query<{ is_migrated: boolean }>(statement)).rows[0]?.is_migrated ?? false;
}
