import type { Sql } from '../database.ts';

/**
 * Locks the coverage of a stream to the end of the transaction, which makes commits of a stream come one
 * after the other, and returns its watermark. The first batch of a stream decides the origin.
 */
export async function lockCoverage(sql: Sql, stream: string, origin: number): Promise<number> {
  const held = await sql.query<{ watermark: number }>(LOCK, [stream]);
  if (held.rows[0] !== undefined) return held.rows[0].watermark;
  await sql.query('insert into ingest.coverage (stream, origin) values ($1, $2) on conflict do nothing', [
    stream,
    origin,
  ]);
  return lockCoverage(sql, stream, origin);
}

const LOCK = `
select ingest.watermark(origin, covered) as watermark
from ingest.coverage
where stream = $1
for update
`;
