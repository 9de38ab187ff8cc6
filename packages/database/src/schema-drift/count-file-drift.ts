import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Sql } from '../pool.ts';
import { stagingTable } from '../snapshots/begin-snapshot.ts';

/** Schema drift of one kind that lines of a file were the first to have. */
export interface FileDrift {
  readonly stream: StreamName;
  readonly kind: string;
  readonly fingerprints: number;
}

/** Counts the schema drift that the staged lines of a chunk were the first to have. To be called before lines are rejected. */
export async function countFileDrift(sql: Sql, snapshotId: number, chunk: number): Promise<FileDrift[]> {
  const { rows } = await sql.query<FileDrift>(
    `select stream, kind, count(*) as fingerprints
     from ingest.schema_drift
     where snapshot_id = $1 and line in (select line from ${stagingTable(snapshotId)} where chunk = $2)
     group by stream, kind
     order by stream, kind`,
    [snapshotId, chunk],
  );
  return rows;
}
