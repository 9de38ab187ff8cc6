import type { Sql } from '../pool.ts';

/** A company whose status changed. */
export interface StatusChange {
  readonly company_number: string;
  readonly company_name: string | null;
  readonly timepoint: number;
  readonly published_at: Date | null;
  readonly from_status: string | null;
  readonly from_status_detail: string | null;
  readonly to_status: string;
  readonly to_status_detail: string | null;
}

/** The latest changes of status, the newest first, without the first known status of a company. */
export async function readStatusChanges(sql: Sql, limit: number): Promise<StatusChange[]> {
  return (await sql.query<StatusChange>(STATEMENT, [limit])).rows;
}

// The changes have no index by timepoint. The log has one, and reading its newest events is enough.
const STATEMENT = `
select
  changes.company_number, companies.company_name, changes.timepoint, changes.published_at,
  changes.from_status, changes.from_status_detail, changes.to_status, changes.to_status_detail
from (
  select company_number, timepoint
  from ingest.events
  where stream = 'companies'
  order by timepoint desc
  limit 2000
) as events
join register.company_status_changes as changes using (company_number, timepoint)
left join register.companies on companies.resource_uri = '/company/' || changes.company_number
where changes.from_status is not null
order by changes.timepoint desc
limit $1
`;
