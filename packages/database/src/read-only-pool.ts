import { beginOf, openSession, type Route } from '@timepoint/shared/platform/postgres-session';
import pg from 'pg';
import type { Sql } from './pool.ts';

/** A pool of connections to Postgres that can only read. */
export interface Database extends Sql {
  close(): Promise<void>;
}

/** A statement that takes longer than this has failed, in ms: a person waits for the page. */
const STATEMENT_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** The sampler runs five statements at once, a page two. */
const MAX_CONNECTIONS = 6;
const INT8 = 20;

const SESSION = {
  statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  idleInTransactionMs: STATEMENT_TIMEOUT_MS,
};

/**
 * Opens a pool that only reads, whatever the URL says: the dashboard makes its changes through the queues. `int8`
 * columns are returned as numbers, which are large enough for timepoints and counts.
 */
export function openDatabase(url: string): Database {
  return openPool(url, { max: MAX_CONNECTIONS, isReadOnly: true });
}

/** Opens one connection that may write, only to find out whether Postgres writes. */
export function openWriteProbe(url: string): Database {
  return openPool(url, { max: 1, isReadOnly: false });
}

function openPool(url: string, { max, isReadOnly }: { max: number; isReadOnly: boolean }): Database {
  const routes = new WeakMap<object, Route>();
  const session = { ...SESSION, isReadOnly };
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'timepoint dashboard',
    query_timeout: STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
    onConnect: async (client) => {
      client.on('error', () => undefined);
      routes.set(client, await openSession(client, session));
    },
  });
  // The pool replaces a connection that drops while it is idle when one is needed.
  pool.on('error', () => undefined);
  return {
    query: async <Row extends object>(text: string, values?: readonly unknown[]) => {
      const client = await pool.connect();
      const isDirect = routes.get(client) === 'direct';
      try {
        if (!isDirect) await client.query(beginOf('pooled', session));
        const answer = await client.query<Row>(text, values as unknown[]);
        if (!isDirect) await client.query('commit');
        client.release();
        return answer;
      } catch (error) {
        client.release(true);
        throw error;
      }
    },
    close: () => pool.end(),
  };
}
