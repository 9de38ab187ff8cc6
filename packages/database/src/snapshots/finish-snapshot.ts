import type { Database } from '../pool.ts';
import { stagingTable } from './begin-snapshot.ts';

/**
 * Ends an import when every line is staged and every chunk is merged. Returns whether it did. Each worker calls it
 * after it has committed a merge, so that the last of them sees all chunks merged.
 */
export async function finishSnapshot(database: Database, snapshotId: number): Promise<boolean> {
  return database.transaction(async (tx) => {
    const { rows } = await tx.query(STATEMENT, [snapshotId]);
    if (rows.length > 0) await tx.query(`drop table if exists ${stagingTable(snapshotId)}`);
    return rows.length > 0;
  });
}

const STATEMENT = `
update ingest.snapshots
set state = 'done', done_at = clock_timestamp()
where id = $1 and state = 'merging'
  and not exists (select from ingest.snapshot_chunks where snapshot_id = $1 and state = 'staged')
returning id
`;
