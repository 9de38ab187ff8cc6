import { FITNESS, type Fitness } from '../migration/prepare-database.ts';
import type { Sql } from '../pool.ts';

/** The state of a Postgres server, and the permissions that this role has. */
export interface ServerReading extends Fitness {
  readonly now_ms: number;
  /** The most connections that ordinary roles may have together, and the number that is open now. */
  readonly max_connections: number;
  readonly connections: number;
  readonly has_trigrams: boolean;
  readonly trigrams_available: boolean;
  /** Our tables that the role may not write. */
  readonly forbidden: readonly string[];
}

/** Reads the state of the server. */
export async function readServer(sql: Sql): Promise<ServerReading> {
  const { rows } = await sql.query<ServerReading>(STATEMENT);
  const [reading] = rows;
  if (reading === undefined) throw new Error('the server did not answer');
  return reading;
}

const STATEMENT = `
select
  ${FITNESS},
  (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms,
  current_setting('max_connections')::integer
    - current_setting('superuser_reserved_connections')::integer
    - coalesce(current_setting('reserved_connections', true)::integer, 0) as max_connections,
  (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
  exists (select from pg_extension where extname = 'pg_trgm') as has_trigrams,
  exists (select from pg_available_extensions where name = 'pg_trgm') as trigrams_available,
  array(
    select format('%s.%s', nspname, relname)
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in ('register', 'ingest') and relkind = 'r'
      and relname not in ('migrations', 'migrations_lock')
      and not (
        has_schema_privilege(relnamespace, 'usage')
        and has_table_privilege(pg_class.oid, 'select')
        and has_table_privilege(pg_class.oid, 'insert')
        and has_table_privilege(pg_class.oid, 'update')
        and has_table_privilege(pg_class.oid, 'delete')
      )
    order by 1
  ) as forbidden
`;
