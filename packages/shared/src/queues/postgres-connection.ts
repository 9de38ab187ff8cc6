// How BullMQ connects to a Postgres, and whether that takes writes.
import { EventEmitter } from 'node:events';
import type { Queue } from 'bullmq';
import { openSession } from '../platform/postgres-session.ts';
import { askPostgres } from './bullmq-workarounds.ts';

/** A Postgres that does not answer for this long is lost, in ms. Migrations of queues wait for each other. */
const POSTGRES_TIMEOUTS = {
  keepAlive: true,
  connectionTimeoutMillis: 5_000,
  query_timeout: 30_000,
};

/** A session that waits for a notification has no limit for a statement. */
const SESSION = { statementTimeoutMs: 0, idleInTransactionMs: 60_000 };

const POOLED =
  'a pooler stands before it, behind which the queues get no notifications. ' +
  'Set REDIS_URL, or name Postgres itself in DATABASE_URL';

/**
 * The connection of BullMQ to a Postgres with any settings. BullMQ sends the search path to its tables as a start-up
 * option, and the driver would send the options of the URL in its place. This sends both together.
 */
export function postgresConnectionOf(databaseUrl: string) {
  const url = new URL(databaseUrl);
  const options = url.searchParams.get('options');
  if (options !== null) url.searchParams.delete('options');
  return {
    ...POSTGRES_TIMEOUTS,
    connectionString: options === null ? databaseUrl : url.href,
    ...(options === null ? {} : { options }),
    onConnect: async (client: object) => {
      outliveLoss(client);
      if ((await openSession(client, SESSION)) === 'pooled') throw new Error(POOLED);
    },
  };
}

/**
 * Keeps the loss of a connection from ending the process. The pool listens only to idle connections, and BullMQ does
 * not listen to those that it uses for a transaction. The statement that is cut, or the next one, still fails.
 */
function outliveLoss(client: object): void {
  if (client instanceof EventEmitter) client.on('error', () => undefined);
}

/** Why the queues can't be used, in words that help. PgBouncer refuses start-up options before a session begins. */
export function explainPostgresFailure(message: string): string {
  return /unsupported startup parameter/.test(message) ? `${message}: ${POOLED}` : message;
}

/**
 * Nothing of it stays: no row matches the update, and no program reads the logical message. Postgres refuses both when
 * it is read-only or a standby, and the message when its log can't grow.
 */
const TRY_TO_WRITE = `
do $$
begin
  set local lock_timeout = '3s';
  update job set id = id where false;
  perform pg_logical_emit_message(true, 'timepoint', '');
end
$$
`;

/**
 * Rejects when the Postgres of a queue can't be reached, or takes no writes: one that is read-only still answers reads.
 */
export async function tryToWriteOnPostgres(queue: Queue): Promise<void> {
  await askPostgres(queue, TRY_TO_WRITE);
}
