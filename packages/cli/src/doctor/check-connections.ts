import type { ServerReading } from '@timepoint/database/status/read-server';
import { bad, type Check, good } from './check.ts';
import { type Answer, isKnown, unknown } from './check-postgres.ts';

/** Whether one more worker, which needs `needed` connections to Postgres, would get them. */
export function checkDatabaseConnections(server: Answer<ServerReading>, needed: number): Check {
  const name = 'connections to Postgres';
  if (!isKnown(server)) return unknown(name);
  const { connections, max_connections } = server;
  const text = `${connections} of ${max_connections} used, a worker takes up to ${needed}`;
  return connections + needed <= max_connections
    ? good(name, text)
    : bad(
        'warning',
        name,
        text,
        'before you start another, raise max_connections or lower WORKER_CONCURRENCY',
      );
}

/** Whether every stream can have a connection to Companies House. */
export function checkStreamConnections(streams: number, maxConnections: number): Check {
  const name = 'connections to streams';
  const text = `${maxConnections} for ${streams} stream(s)`;
  if (maxConnections >= streams) return good(name, text);
  const remedy = `with CH_MAX_CONNECTIONS=${streams} each is always live, if your account allows as many`;
  return bad('warning', name, `${text}: they take turns`, remedy);
}
