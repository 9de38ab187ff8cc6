// This runs under the lock of the coverage, and a stream that is read again passes many holes. So timepoints are
// counted only when a hole can be complete. Example: in (100, 700000] none is counted before both 101 and 700000 have
// arrived.
import type { Sql } from '../pool.ts';

/**
 * Marks accepted holes as repaired when their last missing timepoint is in `arrived`. Call it with the coverage locked,
 * after the events and letters were written.
 */
export async function repairHoles(sql: Sql, stream: string, arrived: readonly number[]): Promise<void> {
  const { rows } = await sql.query<{ after: number; up_to: number }>(NEAR, [
    stream,
    Math.min(...arrived),
    Math.max(...arrived),
  ]);
  const touched = rows.filter(({ after, up_to }) =>
    arrived.some((timepoint) => timepoint > after && timepoint <= up_to),
  );
  // One by one: for all holes at once, Postgres overestimates the cost so much that it compiles the statement.
  for (const { after, up_to } of touched) await sql.query(REPAIRED, [stream, after, up_to]);
}

const NEAR = `
select after, up_to
from ingest.holes
where stream = $1 and state = 'accepted' and up_to >= $2 and after < $3
order by after, up_to
`;

// The first and the last timepoint must have arrived, as an event or as a letter, before all of them are counted.
const REPAIRED = `
update ingest.holes
set state = 'repaired', updated_at = now()
where stream = $1 and after = $2 and up_to = $3
  and case
    when (
      exists (select from ingest.events where events.stream = $1 and events.timepoint = after + 1)
      or exists (select from ingest.dead_letters where dead_letters.stream = $1 and dead_letters.timepoint = after + 1)
    ) and (
      exists (select from ingest.events where events.stream = $1 and events.timepoint = up_to)
      or exists (select from ingest.dead_letters where dead_letters.stream = $1 and dead_letters.timepoint = up_to)
    )
    then up_to - after = (
      select count(*) from (
        select timepoint from ingest.events where events.stream = $1 and timepoint > $2 and timepoint <= $3
        union
        select timepoint from ingest.dead_letters where dead_letters.stream = $1 and timepoint > $2 and timepoint <= $3
      ) as came
    )
    else false
  end
`;
