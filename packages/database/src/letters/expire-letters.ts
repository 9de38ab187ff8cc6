import type { Sql } from '../pool.ts';

export interface LetterRetention {
  /** Letters that are not open, and raw lines, are kept from this moment on, in ms since the epoch. */
  readonly keepAfter: number;
  /** The audit is kept from this moment on, in ms since the epoch. */
  readonly keepAuditAfter: number;
}

/** At most this many bytes of letters that are not open are kept, the newest. */
export const MAX_SETTLED_BYTES = 1024 * 1024 * 1024;
/** A statement deletes at most this many rows, to keep it short. */
const AT_ONCE = 5_000;

/**
 * Deletes expired letters, raw lines and audit rows. Open letters are never deleted. Returns how many rows it deleted.
 */
export async function expireLetters(
  sql: Sql,
  { keepAfter, keepAuditAfter }: LetterRetention,
  maxSettledBytes: number = MAX_SETTLED_BYTES,
): Promise<number> {
  const before = new Date(keepAfter);
  return (
    (await repeat(sql, OLD_LETTERS, [before])) +
    (await repeat(sql, LARGE_LETTERS, [maxSettledBytes])) +
    (await repeat(sql, OLD_LINES, [before])) +
    (await repeat(sql, OLD_AUDIT, [new Date(keepAuditAfter)]))
  );
}

async function repeat(sql: Sql, statement: string, values: readonly unknown[]): Promise<number> {
  for (let removed = 0; ; ) {
    const { rows } = await sql.query<{ removed: number }>(statement, [...values, AT_ONCE]);
    removed += rows[0]?.removed ?? 0;
    if ((rows[0]?.removed ?? 0) < AT_ONCE) return removed;
  }
}

const OLD_LETTERS = `
with removed as (
  delete from ingest.dead_letters
  where id in (select id from ingest.dead_letters where state <> 'open' and last_seen_at < $1 limit $2)
  returning 1
)
select count(*) as removed from removed
`;

const LARGE_LETTERS = `
with sized as (
  select id, sum(octet_length(raw) + coalesce(octet_length(raw_bytes), 0)) over (order by last_seen_at desc, id desc) as bytes
  from ingest.dead_letters
  where state <> 'open'
),
removed as (
  delete from ingest.dead_letters
  where id in (select id from sized where bytes > $1 limit $2)
  returning 1
)
select count(*) as removed from removed
`;

const OLD_LINES = `
with removed as (
  delete from ingest.raw_lines
  where (stream, digest) in (select stream, digest from ingest.raw_lines where seen_at < $1 limit $2)
  returning 1
)
select count(*) as removed from removed
`;

const OLD_AUDIT = `
with removed as (
  delete from ingest.audit where id in (select id from ingest.audit where at < $1 limit $2)
  returning 1
)
select count(*) as removed from removed
`;
