import type { ReadNewOptions } from '../events/read-new-events.ts';
import type { Sql } from '../pool.ts';

/** A change of company status for a list of the latest changes. */
export interface NewStatusChange {
  readonly timepoint: number;
  readonly company_number: string;
  /** The name in the event of the change. */
  readonly company_name: string | null;
  readonly published_at: Date | null;
  readonly received_at: Date;
  /** Null for the first known status of the company. */
  readonly from_status: string | null;
  readonly from_status_detail: string | null;
  readonly to_status: string;
  readonly to_status_detail: string | null;
}

/** The first changes of status in `(after, upTo]` by timepoint. They are complete up to the watermark of the stream. */
export async function readNewStatusChanges(
  sql: Sql,
  { stream, after, upTo, companyNumber, limit }: ReadNewOptions,
): Promise<NewStatusChange[]> {
  return (await sql.query<NewStatusChange>(STATEMENT, [stream, after, upTo, companyNumber, limit])).rows;
}

const STATEMENT = `
select
  change.timepoint, change.company_number, payload #>> '{data,company_name}' as company_name, change.published_at,
  received_at, from_status, from_status_detail, to_status, to_status_detail
from register.company_status_changes as change
join ingest.event_log as event
  on event.timepoint = change.timepoint and event.company_number = change.company_number
where event.stream = $1 and event.timepoint > $2 and event.timepoint <= $3
  and ($4::text is null or change.company_number = register.normalize_company_number($4))
order by change.timepoint
limit $5
`;
