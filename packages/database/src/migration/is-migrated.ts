import type { Sql } from '../pool.ts';

/** Whether the schema is as new as the dashboard needs it. */
export async function isMigrated(sql: Sql): Promise<boolean> {
  const statement = `select to_regclass('ingest.activity') is not null as is_migrated`;
  return (await sql.query<{ is_migrated: boolean }>(statement)).rows[0]?.is_migrated ?? false;
}
