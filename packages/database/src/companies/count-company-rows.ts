import { STREAMS } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';

/** The rows of a company in one table. */
export interface HeldRows {
  readonly stream: string;
  readonly rows: number;
  /** The number of these rows that are deleted. */
  readonly deleted: number;
  /** Null when all of them come from files. */
  readonly newest_timepoint: number | null;
  readonly newest_published_at: Date | null;
}

/** Counts the rows of a company, for every table that has any. */
export async function countCompanyRows(sql: Sql, companyNumber: string): Promise<HeldRows[]> {
  return (await sql.query<HeldRows>(STATEMENT, [companyNumber])).rows;
}

const STATEMENT = `
select stream, rows, deleted, newest_timepoint, newest_published_at
from (${STREAMS.map(
  ({ name, table }, place) => `
  select
    ${place} as place, '${name}' as stream, count(*) as rows, count(*) filter (where deleted) as deleted,
    max(timepoint) as newest_timepoint, max(published_at) as newest_published_at
  from register.${table}
  where company_number = $1`,
).join('\n  union all')}
) as held
where rows > 0
order by place
`;
