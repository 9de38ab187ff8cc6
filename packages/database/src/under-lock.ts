import { TimepointError } from '@timepoint/shared/platform/errors';
import {
  askForSession,
  beginOf,
  type Route,
  type SessionOptions,
} from '@timepoint/shared/platform/postgres-session';

/** What of a `pg` connection is needed here. */
interface Client {
  query(text: string, values?: unknown[]): Promise<{ rows: { is_held?: boolean }[] }>;
  once(event: 'end', listener: () => void): unknown;
  off(event: 'end', listener: () => void): unknown;
  release(isBroken?: boolean): void;
}

/** A pool, and how each of its connections reaches Postgres. */
interface Pool {
  readonly pool: { connect(): Promise<Client> };
  readonly routes: WeakMap<object, Route>;
  readonly session: SessionOptions;
}

/**
 * Runs `work` while a lock of that name is held; null, and it is not run, without the lock. The lock belongs to a
 * transaction that stays open, and the signal aborts when its connection is lost.
 * @throws TimepointError `no-session` when a pooler gives no other session, `lock-lost` when `work` obeyed the signal.
 */
export async function underLock<Result>(
  open: Pool,
  name: string,
  work: (held: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  const { pool, routes, session } = open;
  const client = await pool.connect();
  // Before the lock is taken: a connection that is lost right after it would go unnoticed.
  const connection = watchConnection(client);
  const route = routes.get(client) ?? 'pooled';
  let isReusable = false;
  try {
    await client.query(beginOf(route, { ...session, idleInTransactionMs: 0 }));
    // Where the session has its settings, its limit for idle transactions holds for the others.
    await client.query('set local idle_in_transaction_session_timeout = 0');
    const { rows } = await client.query(
      'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as is_held',
      [name],
    );
    if (!rows[0]?.is_held) return null;
    if (route === 'pooled') await checkRoom(open);
    return await whileConnected(connection.lost, work);
  } finally {
    connection.close();
    // A lock that can't be given back goes with its connection; what was done under it is done.
    isReusable = await client.query('rollback').then(
      () => true,
      () => false,
    );
    client.release(!isReusable);
  }
}

/** The work under a lock waits for ever where the pooler has no session but the one with the lock. */
async function checkRoom({ pool }: Pool): Promise<void> {
  const client = await pool.connect();
  await askForSession(client, 'select 1').catch((error: unknown) => {
    client.release(true);
    throw error;
  });
  client.release();
}

/** Watches a connection; `lost` aborts when it ends. */
function watchConnection(client: Client): { readonly lost: AbortSignal; close(): void } {
  const lost = new AbortController();
  const lose = () =>
    lost.abort(
      new TimepointError(
        'lock-lost',
        'the connection to Postgres that held the lock was lost, and another process may have the lock now',
        { retryable: true },
      ),
    );
  client.once('end', lose);
  return { lost: lost.signal, close: () => void client.off('end', lose) };
}

async function whileConnected<Result>(
  lost: AbortSignal,
  work: (connected: AbortSignal) => Promise<Result>,
): Promise<Result> {
  lost.throwIfAborted();
  try {
    return await work(lost);
  } catch (error) {
    // Timers that are aborted have the reason as the cause of their own error.
    if (lost.aborted && error instanceof Error && error.cause === lost.reason) throw lost.reason;
    throw error;
  }
}
