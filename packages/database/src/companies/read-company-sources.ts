import { STREAMS } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';

/** A resource of a company with both of its sources. */
export interface SourcedResource {
  readonly stream: string;
  readonly resource_uri: string;
  readonly deleted: boolean;
  readonly timepoint: number | null;
  readonly published_at: Date | null;
  readonly snapshot_date: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly stream_data: Readonly<Record<string, unknown>> | null;
  readonly snapshot_data: Readonly<Record<string, unknown>> | null;
}

/** Reads the resources of a company that files have too: its profile first, then its controllers. */
export async function readCompanySources(sql: Sql, companyNumber: string): Promise<SourcedResource[]> {
  return (await sql.query<SourcedResource>(STATEMENT, [companyNumber])).rows;
}

const STATEMENT = `${STREAMS.filter(({ snapshot }) => snapshot !== null)
  .map(
    ({ name, table }, place) => `
select
  ${place} as place, '${name}' as stream, resource_uri, deleted, timepoint, published_at, snapshot_date::text,
  data, stream_data, snapshot_data
from register.${table}
where company_number = $1`,
  )
  .join('\nunion all')}
order by place, resource_uri
`;
