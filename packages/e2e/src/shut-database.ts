import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { Client } from 'pg';
import type { System } from './system.ts';

/** Refuses the database connections of the processes, and of no other client. Returns how to allow them again. */
export async function shutDatabase({ sql }: System): Promise<() => Promise<void>> {
  const { rows } = await sql.query('select current_database() as name');
  const server = new Client({ connectionString: testDatabaseUrl() });
  await server.connect();
  await server.query(`alter database ${rows[0].name} with allow_connections false`);
  await server.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name like 'timepoint%'`,
    [rows[0].name],
  );
  return async () => {
    await server.query(`alter database ${rows[0].name} with allow_connections true`);
    await server.end();
  };
}
