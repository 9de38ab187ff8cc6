import type { Sql } from '../pool.ts';
import { stagingTable } from './begin-snapshot.ts';

export interface RejectOptions {
  readonly snapshotId: number;
  readonly chunk: number;
  readonly rejects: readonly { readonly resourceUri: string; readonly reason: string }[];
}

/** Moves staged rows of some resources to the rejects. */
export async function rejectStaged(sql: Sql, { snapshotId, chunk, rejects }: RejectOptions): Promise<void> {
  await sql.query(statement(stagingTable(snapshotId)), [
    snapshotId,
    chunk,
    rejects.map(({ resourceUri }) => resourceUri),
    rejects.map(({ reason }) => reason),
  ]);
}

const statement = (staging: string) => `
with removed as (
  delete from ${staging}
  using unnest($3::text[], $4::text[]) as reject(resource_uri, reason)
  where chunk = $2 and ${staging}.resource_uri = reject.resource_uri
  returning line, reason, data
),
saved as (
  insert into ingest.snapshot_rejects (snapshot_id, line, reason, raw)
  select $1, line, reason, left(data::text, 1000) from removed
  on conflict (snapshot_id, line) do nothing
)
update ingest.snapshot_chunks
set rows = rows - (select count(*) from removed), rejects = rejects + (select count(*) from removed)
where snapshot_id = $1 and chunk = $2
`;

/** The reason of the reject for a row that the database refuses. */
export function refusal(error: Error): string {
  return `the database refuses it: ${error.message}`;
}
