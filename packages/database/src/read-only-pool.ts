import { beginOf, openSession, type Route } from '@timepoint/shared/platform/postgres-session';
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

const SESSION = {
  statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  idleInTransactionMs: STATEMENT_TIMEOUT_MS,
};

/**
 * Opens a pool that only reads, whatever the URL says: what the dashboard changes, it changes through the queues. `int8`
 * columns come back as numbers, which timepoints and counts fit in.
 */
export function openDatabase(url: string): Database {
  return openPool(url, { max: MAX_CONNECTIONS, isReadOnly: true });
}

/** Opens one connection that may write, only to learn whether Postgres writes. */
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
  // A connection that drops while idle is replaced by the pool when it is needed.
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
