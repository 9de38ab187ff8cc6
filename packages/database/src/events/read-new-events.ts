import type { Sql } from '../pool.ts';

/** An event for a list of the latest events. */
export interface NewEvent {
  readonly stream: string;
  readonly timepoint: number;
  readonly type: 'changed' | 'deleted';
  /** Null for a resource that belongs to no company. */
  readonly company_number: string | null;
  readonly resource_uri: string;
  readonly published_at: Date | null;
  readonly received_at: Date;
  /** Null for every other kind than company profiles, and for a profile without it. */
  readonly company_name: string | null;
  readonly company_status: string | null;
}

/** The timepoints `(after, upTo]` of a stream. */
export interface ReadNewOptions {
  readonly stream: string;
  readonly after: number;
  readonly upTo: number;
  /** Null for all companies. */
  readonly companyNumber: string | null;
  readonly limit: number;
}

/** The first events in `(after, upTo]` by timepoint. */
export async function readNewEvents(
  sql: Sql,
  { stream, after, upTo, companyNumber, limit }: ReadNewOptions,
): Promise<NewEvent[]> {
  return (await sql.query<NewEvent>(STATEMENT, [stream, after, upTo, companyNumber, limit])).rows;
}

const STATEMENT = `
select
  stream, timepoint, type, company_number, resource_uri, published_at, received_at,
  case when stream = 'companies' then payload #>> '{data,company_name}' end as company_name,
  case when stream = 'companies' then payload #>> '{data,company_status}' end as company_status
from ingest.event_log
where stream = $1 and timepoint > $2 and timepoint <= $3
  and ($4::text is null or company_number = register.normalize_company_number($4))
order by timepoint
limit $5
`;
