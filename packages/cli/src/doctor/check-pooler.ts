import { bad, type Check, good } from './check.ts';
import { type Answer, isKnown, unknown } from './check-postgres.ts';
import type { Pooler } from './find-pooler.ts';

/** What depends on a pooler. */
export interface PooledUse {
  readonly areQueuesInPostgres: boolean;
  /** Connections that a worker takes. */
  readonly workerConnections: number;
}

/** A dashboard, and an import with the question whether Postgres answers. */
const OTHER_CONNECTIONS = 7 + 4;

/** Whether connections go through a pooler, such as PgBouncer, and whether it gives what Timepoint needs. */
export function checkPooler(
  pooler: Answer<Pooler>,
  { areQueuesInPostgres, workerConnections }: PooledUse,
): Check {
  const name = 'pooler';
  if (pooler === null) return unknown(name);
  if (!isKnown<Pooler>(pooler))
    return bad('unknown', name, pooler.failure, 'see docs/postgres.md#pgbouncer, then ask again');
  if (pooler.mode === 'none') return good(name, 'none, DATABASE_URL names Postgres itself');
  const text = `a pooler in ${pooler.mode} mode stands before Postgres`;
  const enough = workerConnections + OTHER_CONNECTIONS;
  if (areQueuesInPostgres)
    return bad(
      'problem',
      name,
      `${text}, behind which queues in Postgres get no notifications`,
      'set REDIS_URL, or name Postgres itself in DATABASE_URL',
    );
  if (!pooler.hasRoom)
    return bad(
      'problem',
      name,
      `${text} and has no session to give while one is kept for a lock`,
      `raise its default_pool_size to ${enough} or more`,
    );
  if (pooler.mode === 'transaction') return good(name, text);
  return bad(
    'warning',
    name,
    `${text}: each connection keeps a session, a worker up to ${workerConnections}`,
    `set its pool_mode to transaction, or default_pool_size to ${enough} or more`,
  );
}
