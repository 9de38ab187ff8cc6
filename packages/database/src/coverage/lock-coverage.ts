import type { Sql } from '../pool.ts';

/** How far the copy of a stream goes. */
export interface LockedCoverage {
  readonly watermark: number;
  /** The log no longer has the events up to here; null when none have expired. */
  readonly expired_up_to: number | null;
  /** Status changes are derived up to here. */
  readonly derived_up_to: number;
}

/**
 * Locks the coverage of a stream to the end of the transaction, so that transactions of a stream commit one after the
 * other. The first batch of a stream decides the origin.
 */
export async function lockCoverage(sql: Sql, stream: string, origin: number): Promise<LockedCoverage> {
  const held = await sql.query<LockedCoverage>(LOCK, [stream]);
  if (held.rows[0] !== undefined) return held.rows[0];
  await sql.query('insert into ingest.coverage (stream, origin) values ($1, $2) on conflict do nothing', [
    stream,
    origin,
  ]);
  return lockCoverage(sql, stream, origin);
}

const LOCK = `
select ingest.watermark(origin, covered) as watermark, expired_up_to, coalesce(derived_up_to, origin) as derived_up_to
from ingest.coverage
where stream = $1
for update
`;

/**
 * Locks the coverage of a stream to the end of the transaction. Returns its newest timepoint; null when it has none.
 */
export async function lockExtent(sql: Sql, stream: string): Promise<number | null> {
  const { rows } = await sql.query<{ newest: number | null }>(LOCK_EXTENT, [stream]);
  return rows[0]?.newest ?? null;
}

const LOCK_EXTENT = 'select upper(covered) - 1 as newest from ingest.coverage where stream = $1 for update';
