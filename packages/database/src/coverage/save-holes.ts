import type { Sql } from '../pool.ts';

/** Timepoints in `(after, upTo]` that did not arrive. */
export interface MissingRange {
  readonly after: number;
  readonly upTo: number;
  readonly cause: 'jump' | 'late-start' | 'expired' | 'epoch' | 'unexplained';
  readonly attempts: number;
}

/**
 * Saves holes as accepted, without the timepoints that the coverage already has: an event that was missing on one
 * connection may have arrived on another. Call it with the coverage locked and not yet extended.
 */
export async function saveHoles(sql: Sql, stream: string, holes: readonly MissingRange[]): Promise<void> {
  if (holes.length === 0) return;
  await sql.query(STATEMENT, [
    stream,
    holes.map((hole) => hole.after),
    holes.map((hole) => hole.upTo),
    holes.map((hole) => hole.cause),
    holes.map((hole) => hole.attempts),
  ]);
}

const STATEMENT = `
insert into ingest.holes (stream, after, up_to, cause, state, attempts)
select $1, lower(missing) - 1, upper(missing) - 1, hole.cause, 'accepted', hole.attempts
from unnest($2::bigint[], $3::bigint[], $4::text[], $5::integer[]) as hole(after, up_to, cause, attempts)
join ingest.coverage on coverage.stream = $1
cross join lateral unnest(
  int8multirange(int8range(hole.after, hole.up_to, '(]')) - coverage.covered
) as missing
on conflict (stream, after, up_to) do update set state = 'accepted', updated_at = now()
`;
