import { pipeline } from 'node:stream/promises';
import { TimepointError } from '@timepoint/shared/errors';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** What a statement runs on: a pool, or one connection inside a transaction. */
export interface Sql {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[] }>;
}

/** One connection inside a transaction. */
export interface Transaction extends Sql {
  /** Runs a `copy … from stdin` statement with its lines. */
  copy(statement: string, text: string): Promise<void>;
}

/** A pool of connections to Postgres. */
export interface Database extends Sql {
  /** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Runs `work` in a transaction that is rolled back: to learn whether the database would take it. */
  rehearse(work: (tx: Transaction) => Promise<unknown>): Promise<void>;
  /** Runs `work` while an advisory lock of that name is held; without the lock it is not run and the answer is null. */
  exclusively<Result>(name: string, work: () => Promise<Result>): Promise<Result | null>;
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
  // A connection that drops while idle is replaced by the pool when it is needed, and one that drops between the
  // statements of a transaction fails the next of them.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    query: (text, values) => pool.query(text, values as unknown[]),
    transaction: (work) => inTransaction(pool, work),
    rehearse: (work) => rolledBack(pool, work),
    exclusively: (name, work) => underLock(pool, name, work),
    close: () => pool.end(),
  };
}

async function inTransaction<Result>(
  pool: pg.Pool,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  const tx: Transaction = {
    query: (text, values) => client.query(text, values as unknown[]),
    copy: (statement, text) => pipeline([text], client.query(copyFrom(statement))),
  };
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

async function rolledBack(pool: pg.Pool, work: (tx: Transaction) => Promise<unknown>): Promise<void> {
  const done = new Error('rehearsed');
  await inTransaction(pool, async (tx) => {
    await work(tx);
    throw done;
  }).catch((error) => {
    if (error !== done) throw error;
  });
}

async function underLock<Result>(
  pool: pg.Pool,
  name: string,
  work: () => Promise<Result>,
): Promise<Result | null> {
  const client = await pool.connect();
  const call = async (lock: string) =>
    (await client.query(`select ${lock}(hashtextextended($1, 0)) as is_done`, [name])).rows[0].is_done;
  let isReusable = false;
  try {
    const isHeld = await call('pg_try_advisory_lock');
    if (!isHeld) {
      isReusable = true;
      return null;
    }
    return await work().finally(async () => {
      isReusable = await call('pg_advisory_unlock').catch(() => false);
    });
  } finally {
    // A lock that can't be given back goes with its connection.
    client.release(!isReusable);
  }
}

/**
 * Whether the database refused the data itself (SQLSTATE classes 22 data exception, 23 constraint, 54 limit
 * exceeded, P0 what a trigger raises): the same rows will be refused again. Every other error is of the store, and passes.
 */
export function isDataError(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(22|23|54|P0)/.test(error.code ?? '');
}

/** Whether Postgres itself says that something failed, in contrast to a connection that was lost. */
export function isDatabaseError(error: unknown): boolean {
  return error instanceof pg.DatabaseError;
}

/** What of a row the database refused: the constraint or column that its error names; null when it names none. */
export function refusedPart(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.constraint ?? error.column ?? null) : null;
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
