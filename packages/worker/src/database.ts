import { TimepointError } from '@timepoint/shared/errors';
import pg from 'pg';

/** What a statement runs on: a pool, or one connection inside a transaction. */
export interface Sql {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[] }>;
}

/** A pool of connections to Postgres. */
export interface Database extends Sql {
  /** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
  transaction<Result>(work: (tx: Sql) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** A statement that takes longer has failed: a hung server must not hold a worker for ever. */
const STATEMENT_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
const INT8 = 20;

export interface DatabaseOptions {
  /** How long a statement may take, in ms; 0 for as long as it needs. */
  readonly statementTimeoutMs?: number;
}

/** Opens a pool. `int8` columns come back as numbers, which timepoints and counts fit in. */
export function openDatabase(
  url: string,
  maxConnections: number,
  { statementTimeoutMs = STATEMENT_TIMEOUT_MS }: DatabaseOptions = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'timepoint',
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs === 0 ? 0 : statementTimeoutMs + CONNECT_TIMEOUT_MS,
    // A worker that was cut off must not keep its locks.
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // A connection that drops while idle is replaced by the pool when it is needed.
  pool.on('error', () => undefined);
  return {
    query: (text, values) => pool.query(text, values as unknown[]),
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  };
}

async function inTransaction<Result>(pool: pg.Pool, work: (tx: Sql) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  const tx: Sql = { query: (text, values) => client.query(text, values as unknown[]) };
  try {
    await tx.query('begin');
    const result = await work(tx);
    await tx.query('commit');
    client.release();
    return result;
  } catch (error) {
    // A connection whose rollback fails is of no more use.
    const isBroken = await tx.query('rollback').then(
      () => false,
      () => true,
    );
    client.release(isBroken);
    throw error;
  }
}

/**
 * Whether the database refused the data itself (SQLSTATE classes 22 data exception, 23 constraint, 54 limit
 * exceeded): the same rows will be refused again. Every other error is of the store, and passes.
 */
export function isDataError(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(22|23|54)/.test(error.code ?? '');
}

/** @throws TimepointError `database-unreachable` that names the server, never its password. */
export async function checkReachable(database: Sql, url: string): Promise<void> {
  try {
    await database.query('select 1');
  } catch (error) {
    const { host, pathname } = new URL(url);
    const message = `Postgres at ${host}${pathname} can't be reached: ${String(error)}. Check DATABASE_URL.`;
    throw new TimepointError('database-unreachable', message, { retryable: true, cause: error });
  }
}
