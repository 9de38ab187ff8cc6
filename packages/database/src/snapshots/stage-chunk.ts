import { storableText } from '@timepoint/shared/contract/storable-json';
import type { Transaction } from '../pool.ts';
import { stagingTable } from './begin-snapshot.ts';
import type { SnapshotReject } from './snapshot-piece.ts';

export interface StagedChunk {
  readonly snapshotId: number;
  readonly chunk: number;
  /** The number of rows in the text. */
  readonly rows: number;
  /** The rows in the format of `copy`. */
  readonly text: string;
  readonly rejects: readonly SnapshotReject[];
  readonly digest: string;
}

/** Stages a chunk: its rows for the workers, its rejects for the user. Staging it again replaces it. */
export async function stageChunk(
  tx: Transaction,
  { snapshotId, chunk, rows, text, rejects, digest }: StagedChunk,
): Promise<void> {
  const staging = stagingTable(snapshotId);
  // A crash of Postgres loses the rows of an unlogged table anyway. A saved merge implies that this was committed.
  await tx.query('set local synchronous_commit = off');
  await tx.query(SAVE_CHUNK, [snapshotId, chunk, rows, rejects.length, digest]);
  await tx.query(`delete from ${staging} where chunk = $1`, [chunk]);
  await tx.copy(`copy ${staging} from stdin`, text);
  if (rejects.length > 0) await saveRejects(tx, snapshotId, rejects);
}

const SAVE_CHUNK = `
insert into ingest.snapshot_chunks (snapshot_id, chunk, rows, rejects, digest, state)
values ($1, $2, $3, $4, $5, 'staged')
on conflict (snapshot_id, chunk) do update set
  rows = excluded.rows, rejects = excluded.rejects, digest = excluded.digest, staged_at = now()
`;

/** Saves rejected lines of a file. */
export async function saveRejects(
  tx: Transaction,
  snapshotId: number,
  rejects: readonly SnapshotReject[],
): Promise<void> {
  await tx.query(SAVE_REJECTS, [
    snapshotId,
    rejects.map(({ line }) => line),
    rejects.map(({ reason }) => storableText(reason)),
    rejects.map(({ raw }) => storableText(raw)),
  ]);
}

const SAVE_REJECTS = `
insert into ingest.snapshot_rejects (snapshot_id, line, reason, raw)
select $1, line, reason, raw from unnest($2::bigint[], $3::text[], $4::text[]) as reject(line, reason, raw)
on conflict (snapshot_id, line) do update set reason = excluded.reason, raw = excluded.raw
`;
