// A chunk is merged in one transaction, which also records the merge in ingest.snapshot_chunks. A worker that is killed in the
// middle leaves nothing of it, and merging it again changes nothing.

import { settleDrift } from '@timepoint/database/drift/settle-drift';
import { isolate, type Poisoned } from '@timepoint/database/isolate';
import { type Database, isDataError, type Transaction } from '@timepoint/database/pool';
import { countFileDrift, type FileDrift } from '@timepoint/database/schema-drift/count-file-drift';
import { stagingTable } from '@timepoint/database/snapshots/begin-snapshot';
import { type LockedChunk, lockChunk } from '@timepoint/database/snapshots/lock-chunk';
import { type Merged, mergeRows } from '@timepoint/database/snapshots/merge-rows';
import { refusal, rejectStaged } from '@timepoint/database/snapshots/reject-staged';
import { saveMerged } from '@timepoint/database/snapshots/save-merged';
import type { MergeJob } from '@timepoint/shared/contract/job';
import { STREAMS, type Stream } from '@timepoint/shared/contract/streams';

// The staging table is new and the register grows, so the table statistics of Postgres are out of date. The commit need not
// wait for the disk: a crash that loses the commit loses the rows and their record together, and the commit at the end of the
// import does wait.
const SETTINGS = `
set local enable_seqscan = off;
set local work_mem = '32MB';
set local synchronous_commit = off
`;

/** The result of merging a chunk. */
export interface MergedChunk {
  readonly rows: number;
  /** The schema drift that appears first in its lines. */
  readonly drift: readonly FileDrift[];
}

type Totals = Omit<Merged, 'shared'> & { readonly drifted: number };

/**
 * Merges a staged chunk into the register. A row that the database refuses becomes a reject. Returns null when there was
 * nothing to merge.
 * @throws only errors of the store, after which the chunk can be merged again.
 */
export async function mergeChunk(
  database: Database,
  { snapshotId, chunk }: MergeJob,
): Promise<MergedChunk | null> {
  const merge = (tx: Transaction, locked: LockedChunk, only: readonly string[] | null = null) =>
    mergeStreams(tx, { staging: stagingTable(snapshotId), chunk, locked, only });
  const attempt = (prepare: (tx: Transaction) => Promise<void>) =>
    database.transaction(async (tx) => {
      const startedAt = performance.now();
      const locked = await lockChunk(tx, snapshotId, chunk);
      if (locked === null) return null;
      const drift = await countFileDrift(tx, snapshotId, chunk);
      await prepare(tx);
      await tx.query(SETTINGS);
      const totals = await merge(tx, locked);
      await saveMerged(tx, { snapshotId, chunk, ...totals, seconds: (performance.now() - startedAt) / 1000 });
      return { rows: locked.rows, drift };
    });
  try {
    return await attempt(async () => undefined);
  } catch (error) {
    if (!isDataError(error)) throw error;
    const poisoned = await findPoisoned(database, { snapshotId, chunk }, merge);
    return attempt((tx) => rejectStaged(tx, { snapshotId, chunk, rejects: poisoned.map(toReject) }));
  }
}

async function mergeStreams(
  tx: Transaction,
  options: { staging: string; chunk: number; locked: LockedChunk; only: readonly string[] | null },
): Promise<Totals> {
  const { staging, chunk, locked, only } = options;
  let totals: Totals = { inserted: 0, updated: 0, yielded: 0, drifted: 0 };
  for (const stream of streamsOf(locked)) {
    const merged = await mergeRows(tx, { stream, staging, chunk, snapshotDate: locked.snapshot_date, only });
    const drifted = merged.shared.length > 0 ? await settleDrift(tx, stream, merged.shared) : 0;
    totals = {
      inserted: totals.inserted + merged.inserted,
      updated: totals.updated + merged.updated,
      yielded: totals.yielded + merged.yielded,
      drifted: totals.drifted + drifted,
    };
  }
  return totals;
}

/** The streams whose resources a product contains, in the same order for all workers. */
function streamsOf({ product }: LockedChunk): Stream[] {
  const kind = product === 'basic-company-data' ? 'fields' : 'whole';
  return STREAMS.filter(({ snapshot }) => snapshot === kind);
}

async function findPoisoned(
  database: Database,
  { snapshotId, chunk }: MergeJob,
  merge: (tx: Transaction, locked: LockedChunk, only: readonly string[]) => Promise<unknown>,
): Promise<readonly Poisoned<string>[]> {
  const { rows } = await database.query<{ resource_uri: string }>(
    `select distinct resource_uri from ${stagingTable(snapshotId)} where chunk = $1 order by 1`,
    [chunk],
  );
  const tryMerge = (only: readonly string[]) =>
    database.tryAndRollBack(async (tx) => {
      const locked = await lockChunk(tx, snapshotId, chunk);
      if (locked !== null) await merge(tx, locked, only);
    });
  return (
    await isolate(
      rows.map((row) => row.resource_uri),
      tryMerge,
    )
  ).poisoned;
}

function toReject({ item, error }: Poisoned<string>) {
  return { resourceUri: item, reason: refusal(error) };
}
