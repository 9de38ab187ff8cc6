import { STREAMS } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';
import type { SnapshotSummary } from '../snapshots/read-snapshots.ts';

/** The number of resources that drifted in a field. */
export interface DriftedField {
  readonly stream: string;
  readonly field: string;
  readonly resources: number;
  /** The number of these that no newer event or file has settled. */
  readonly open: number;
}

/** The drift that the files of a day showed, by field, the most frequent first. */
export async function readDriftSummary(
  sql: Sql,
  { product, snapshot_date }: Pick<SnapshotSummary, 'product' | 'snapshot_date'>,
): Promise<DriftedField[]> {
  const kind = product === 'basic-company-data' ? 'fields' : 'whole';
  const streams = STREAMS.filter(({ snapshot }) => snapshot === kind).map(({ name }) => name);
  return (await sql.query<DriftedField>(STATEMENT, [streams, snapshot_date])).rows;
}

const STATEMENT = `
select stream, field, resources, open
from ingest.drift_summary
where stream = any($1) and snapshot_date = $2
order by resources desc, stream, field
`;
