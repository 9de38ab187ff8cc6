import type { Sql } from '../pool.ts';

/** An event of a company in the log. */
export interface CompanyEvent {
  readonly stream: string;
  readonly timepoint: number;
  readonly resource_uri: string;
  readonly type: 'changed' | 'deleted';
  /** When it was published, according to the publisher; null when that can't be read. */
  readonly published_at: Date | null;
  readonly received_at: Date;
  /** The document; null for a delete, which may have only a stub. */
  readonly data: Readonly<Record<string, unknown>> | null;
}

export interface ReadCompanyEventsOptions {
  readonly companyNumber: string;
  /** Null for all streams. */
  readonly stream: string | null;
  /** Null for all events. */
  readonly limit: number | null;
}

/** The oldest events of a company in the log, by stream and timepoint. */
export async function readCompanyEvents(
  sql: Sql,
  { companyNumber, stream, limit }: ReadCompanyEventsOptions,
): Promise<CompanyEvent[]> {
  return (await sql.query<CompanyEvent>(STATEMENT, [companyNumber, stream, limit])).rows;
}

const STATEMENT = `
select
  stream, timepoint, resource_uri, type, published_at, received_at,
  case when type = 'changed' then payload -> 'data' end as data
from ingest.event_log
where company_number = $1 and ($2::text is null or stream = $2)
order by stream, timepoint
limit $3
`;
