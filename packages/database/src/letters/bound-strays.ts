import type { Sql } from '../pool.ts';

/**
 * How many lines without a timepoint, and bytes of them, are kept open for a stream. Beyond that only their number is.
 */
export interface StrayBounds {
  readonly letters: number;
  readonly bytes: number;
}

export const STRAY_BOUNDS: StrayBounds = { letters: 10_000, bytes: 256 * 1024 * 1024 };

/**
 * Selects the letters of a stream for which there is room. Letters with a timepoint are always kept, because each is an
 * event. A proxy can send any number of lines without a timepoint: those for which there is no room are counted by one
 * letter, in its attempts.
 */
export async function boundStrays<Letter extends { readonly timepoint: number | null; readonly raw: string }>(
  sql: Sql,
  stream: string,
  letters: readonly Letter[],
  bounds: StrayBounds = STRAY_BOUNDS,
): Promise<readonly Letter[]> {
  if (letters.every(({ timepoint }) => timepoint !== null)) return letters;
  const { rows } = await sql.query<{ letters: number; bytes: number }>(HELD, [stream]);
  let { letters: held, bytes } = rows[0] ?? { letters: 0, bytes: 0 };
  const kept = letters.filter(({ timepoint, raw }) => {
    if (timepoint !== null) return true;
    held += 1;
    bytes += Buffer.byteLength(raw);
    return held <= bounds.letters && bytes <= bounds.bytes;
  });
  if (kept.length < letters.length) await sql.query(COUNT, [stream, letters.length - kept.length]);
  return kept;
}

const HELD = `
select count(*) as letters, coalesce(sum(octet_length(raw) + coalesce(octet_length(raw_bytes), 0)), 0)::bigint as bytes
from ingest.dead_letters
where stream = $1 and timepoint is null and state = 'open'
`;

const COUNT = `
insert into ingest.dead_letters (stream, reason, detail, raw, attempts)
values ($1, 'unreadable', 'lines without a place for which there was no room: the attempts are their number', '', $2)
on conflict (stream, raw_digest) where timepoint is null do update set
  attempts = least(dead_letters.attempts::bigint + excluded.attempts, 2147483647), last_seen_at = now(), state = 'open'
`;
