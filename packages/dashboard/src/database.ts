import pg from 'pg';

/** What a statement runs on. */
export interface Sql {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[] }>;
}

/** A pool of connections to Postgres that can only read. */
export interface Database extends Sql {
  close(): Promise<void>;
}

/** Somebody waits for the page: a statement that takes longer, in ms, has failed. */
const STATEMENT_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** The sampler reads five things at once, a page two. */
const MAX_CONNECTIONS = 6;
const INT8 = 20;

/**
 * Opens a pool whose sessions are read-only: what the dashboard changes, it changes through the queues. `int8` columns
 * come back as numbers, which timepoints and counts fit in.
 */
export function openDatabase(url: string): Database {
  return openPool(url, { max: MAX_CONNECTIONS, options: '-c default_transaction_read_only=on' });
}

/** Opens one connection that may write, only to learn whether Postgres writes. */
export function openWriteProbe(url: string): Database {
  return openPool(url, { max: 1 });
}

function openPool(url: string, config: pg.PoolConfig): Database {
  const pool = new pg.Pool({
    ...config,
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'timepoint dashboard',
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // A connection that drops while idle is replaced by the pool when it is needed.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    query: (text, values) => pool.query(text, values as unknown[]),
    close: () => pool.end(),
  };
}
