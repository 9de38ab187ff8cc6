import type { Sql } from '../pool.ts';

export interface NewEpoch {
  readonly stream: string;
  readonly epoch: number;
  readonly after: number;
  readonly first: number;
  readonly who: string;
  readonly because: string;
}

/**
 * Saves an epoch. The timepoints between the end of the last epoch and its first timepoint become an accepted hole,
 * which the coverage contains. Call it with the coverage locked.
 */
export async function saveEpoch(sql: Sql, epoch: NewEpoch): Promise<void> {
  const { stream, after, first } = epoch;
  await sql.query(STATEMENT, [stream, epoch.epoch, after, first, epoch.who, epoch.because]);
}

const STATEMENT = `
with saved as (
  insert into ingest.epochs (stream, epoch, after, first, who, because) values ($1, $2, $3, $4, $5, $6)
),
hole as (
  insert into ingest.holes (stream, after, up_to, cause, state) values ($1, $3, $4::bigint - 1, 'epoch', 'accepted')
)
update ingest.coverage
set covered = covered + int8multirange(int8range($3, $4::bigint - 1, '(]'))
where stream = $1
`;
