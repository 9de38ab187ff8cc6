import { TimepointError } from '@timepoint/shared/platform/errors';
import type { Sql } from '../pool.ts';
import type { SnapshotName } from './snapshot-name.ts';

/** The staging table of an import. It is unlogged, because all of it can be read again. */
export const stagingTable = (snapshotId: number) => `ingest.snapshot_staging_${snapshotId}`;

/** Begins the import of a file, or continues that of an earlier run. Returns its `id`. */
export async function beginSnapshot(
  tx: Sql,
  { product, date, part, parts }: SnapshotName,
  location: string,
): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(BEGIN, [product, date, part, parts, location]);
  const [row] = rows;
  if (row === undefined) throw new TimepointError('no-snapshot', 'The import could not be begun.');
  await tx.query(`create unlogged table if not exists ${stagingTable(row.id)} (
    chunk integer, line bigint, stream text, resource_uri text, resource_kind text, company_number text, data jsonb
  )`);
  await tx.query(
    `create index if not exists snapshot_staging_${row.id}_chunk on ${stagingTable(row.id)} (chunk)`,
  );
  return row.id;
}

const BEGIN = `
insert into ingest.snapshots as current (product, snapshot_date, part, parts, location, state)
values ($1, $2, $3, $4, $5, 'reading')
on conflict (product, snapshot_date, part, parts) where state in ('reading', 'merging')
do update set state = 'reading', location = excluded.location
returning id
`;

/** Abandons the unfinished import of a file, so that a new one can begin. Its merged rows stay. */
export async function abandonSnapshot(tx: Sql, { product, date, part, parts }: SnapshotName): Promise<void> {
  const { rows } = await tx.query<{ id: number }>(ABANDON, [product, date, part, parts]);
  for (const { id } of rows) await tx.query(`drop table if exists ${stagingTable(id)}`);
}

const ABANDON = `
update ingest.snapshots
set state = 'abandoned'
where (product, snapshot_date, part, parts) = ($1, $2, $3, $4) and state in ('reading', 'merging')
returning id
`;
