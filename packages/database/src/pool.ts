import { pipeline } from 'node:stream/promises';
import { TimepointError } from '@timepoint/shared/platform/errors';
import {
  beginOf,
  type Isolation,
  openSession,
  type Route,
  type SessionOptions,
} from '@timepoint/shared/platform/postgres-session';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { explainStoreError } from './explain-store-error.ts';
import { underLock } from './under-lock.ts';

/** Runs statements: a pool, or one connection inside a transaction. */
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
  transaction<Result>(work: (tx: Transaction) => Promise<Result>, isolation?: Isolation): Promise<Result>;
  /** Runs `work` in a transaction that is rolled back, to find out whether the database would take it. */
  tryAndRollBack(work: (tx: Transaction) => Promise<unknown>): Promise<void>;
  /**
   * Runs `work` while a lock of that name is held; without the lock it is not run and the answer is null. The lock belongs
   * to a transaction that stays open meanwhile: a pooler keeps that on one session, and no other lock. The signal aborts
   * when the connection with the lock is lost: another process may have the lock then.
   * @throws TimepointError `no-session` when a pooler gives no other session meanwhile, and `lock-lost` when `work` stopped
   * because of the signal.
   */
  exclusively<Result>(name: string, work: (held: AbortSignal) => Promise<Result>): Promise<Result | null>;
  /** Whether a pooler stands before Postgres. */
  route(): Promise<Route>;
  close(): Promise<void>;
}

/** A statement that takes longer than this has failed, in ms: a hung server must not hold a worker for ever. */
const STATEMENT_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
const INT8 = 20;

export interface DatabaseOptions {
  /** How long a statement may take, in ms; 0 for no limit. */
  readonly statementTimeoutMs?: number;
}

/** A pool, and how each of its connections reaches Postgres. */
interface Pool {
  readonly pool: pg.Pool;
  readonly routes: WeakMap<object, Route>;
  readonly session: SessionOptions;
}

/** Opens a pool. `int8` columns are returned as numbers, which are large enough for timepoints and counts. */
export function openDatabase(
  url: string,
  maxConnections: number,
  { statementTimeoutMs = STATEMENT_TIMEOUT_MS }: DatabaseOptions = {},
): Database {
  const routes = new WeakMap<object, Route>();
  // A worker that lost its connection must not keep its locks.
  const session = { statementTimeoutMs, idleInTransactionMs: STATEMENT_TIMEOUT_MS };
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'timepoint',
    query_timeout: statementTimeoutMs === 0 ? 0 : statementTimeoutMs + CONNECT_TIMEOUT_MS,
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
    onConnect: async (client) => {
      client.on('error', () => undefined);
      routes.set(client, await openSession(client, session));
    },
  });
  // The pool replaces a connection that drops while it is idle when one is needed. When a connection drops between two
  // statements of a transaction, the next statement fails.
  pool.on('error', () => undefined);
  const open: Pool = { pool, routes, session };
  return {
    query: (text, values) => ask(open, text, values),
    transaction: (work, isolation) => inTransaction(open, work, isolation),
    tryAndRollBack: (work) => rolledBack(open, work),
    exclusively: (name, work) => underLock(open, name, work),
    route: () => readRoute(open),
    close: () => pool.end(),
  };
}

async function readRoute({ pool, routes }: Pool): Promise<Route> {
  const client = await pool.connect();
  client.release();
  return routes.get(client) ?? 'pooled';
}

/** Runs one statement: by itself where its session is set up, else in a transaction that sets it up. */
async function ask<Row extends object>(
  open: Pool,
  text: string,
  values: readonly unknown[] | undefined,
): Promise<{ rows: Row[] }> {
  const client = await open.pool.connect();
  if (open.routes.get(client) !== 'direct')
    return withTransaction(open, client, (tx) => tx.query<Row>(text, values));
  try {
    const answer = await client.query<Row>(text, values as unknown[]);
    client.release();
    return answer;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function inTransaction<Result>(
  open: Pool,
  work: (tx: Transaction) => Promise<Result>,
  isolation?: Isolation,
): Promise<Result> {
  return withTransaction(open, await open.pool.connect(), work, isolation);
}

async function withTransaction<Result>(
  { routes, session }: Pool,
  client: pg.PoolClient,
  work: (tx: Transaction) => Promise<Result>,
  isolation?: Isolation,
): Promise<Result> {
  const tx: Transaction = {
    query: (text, values) => client.query(text, values as unknown[]),
    copy: (statement, text) => pipeline([text], client.query(copyFrom(statement))),
  };
  try {
    await tx.query(beginOf(routes.get(client) ?? 'pooled', session, isolation));
    const result = await work(tx);
    await tx.query('commit');
    client.release();
    return result;
  } catch (error) {
    // A connection whose rollback fails can't be used again.
    const isBroken = await tx.query('rollback').then(
      () => false,
      () => true,
    );
    client.release(isBroken);
    throw error;
  }
}

async function rolledBack(open: Pool, work: (tx: Transaction) => Promise<unknown>): Promise<void> {
  const done = new Error('tried and rolled back');
  await inTransaction(open, async (tx) => {
    await work(tx);
    // Deferred constraints are checked too.
    await tx.query('set constraints all immediate');
    throw done;
  }).catch((error) => {
    if (error !== done) throw error;
  });
}

/**
 * Runs a part of a transaction so that the transaction can go on when the part fails. Then the part is rolled back, and
 * its error is thrown.
 */
export async function attempt<Result>(tx: Sql, work: () => Promise<Result>): Promise<Result> {
  await tx.query('savepoint attempt');
  try {
    const result = await work();
    await tx.query('release savepoint attempt');
    return result;
  } catch (error) {
    await tx.query('rollback to savepoint attempt; release savepoint attempt');
    throw error;
  }
}

/**
 * Whether the database refused the data itself: SQLSTATE classes 22 (data exception), 23 (constraint), 54 (limit
 * exceeded) and P0 (raised by a trigger). The same rows would be refused again. Every other error is of the store, and
 * passes.
 */
export function isDataError(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(22|23|54|P0)/.test(error.code ?? '');
}

/** Whether an error was returned by Postgres, in contrast to a lost connection. */
export function isDatabaseError(error: unknown): boolean {
  return error instanceof pg.DatabaseError;
}

/** The constraint or column that an error of the database names; null when it names none. */
export function refusedPart(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.constraint ?? error.column ?? null) : null;
}

/** @throws TimepointError `database-unreachable` that names the server and the remedy, never the password. */
export async function checkReachable(database: Sql, url: string): Promise<void> {
  try {
    await database.query('select 1');
  } catch (error) {
    const message = explainStoreError(error, url);
    throw new TimepointError('database-unreachable', message, { retryable: true, cause: error });
  }
}
