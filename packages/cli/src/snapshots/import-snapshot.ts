// A file is read once, from its beginning to its end, and its lines are staged in chunks. Workers merge the chunks only
// after the end was read without a fault: a wrong checksum of an archive, a second file in it and a cut are all found
// at the end, and a bad file must not change the register. The state of each chunk is stored. An import that was
// interrupted anywhere skips chunks that are staged or merged when it runs again. Chunks that the queue lost are queued
// again.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@timepoint/database/pool';
import { abandonSnapshot, beginSnapshot } from '@timepoint/database/snapshots/begin-snapshot';
import { finishSnapshot } from '@timepoint/database/snapshots/finish-snapshot';
import { type HeldChunk, readChunks } from '@timepoint/database/snapshots/read-chunks';
import { readProgress } from '@timepoint/database/snapshots/read-progress';
import { readSnapshots, type SnapshotSummary } from '@timepoint/database/snapshots/read-snapshots';
import { type ReadCounts, saveRead } from '@timepoint/database/snapshots/save-read';
import type { SnapshotName } from '@timepoint/database/snapshots/snapshot-name';
import type { SnapshotPiece } from '@timepoint/database/snapshots/snapshot-piece';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import type { Queues } from '@timepoint/shared/queues/queues';
import { checkRows, isBadFile } from './bad-file.ts';
import { type Chunk, cutChunks, digestOf, toCopyText } from './cut-chunks.ts';
import { type KnownSchemaDrift, rememberSchemaDrift, stageLines } from './stage-lines.ts';

export interface ImportProgress {
  readonly stage: 'reading' | 'merging';
  readonly stagedRows: number;
  readonly mergedRows: number;
  readonly rejects: number;
  /** Nothing was merged for some time, so perhaps no worker runs. */
  readonly isStuck: boolean;
}

export interface ImportOptions {
  readonly database: Database;
  readonly queues: Pick<Queues, 'snapshots'>;
  readonly name: SnapshotName;
  /** The location of the file, for the list of imports. */
  readonly location: string;
  readonly pieces: AsyncIterable<SnapshotPiece>;
  /** Bad rows above this number end the import. */
  readonly maxRejects: number;
  /** Starts again instead of continuing an unfinished import. */
  readonly restart: boolean;
  readonly onProgress: (progress: ImportProgress) => void;
  readonly signal: AbortSignal;
}

const PROGRESS_MS = 250;
const QUEUE_AGAIN_MS = 10_000;
const STUCK_MS = 10_000;

/**
 * Imports a file, or continues the import that an earlier run began. Importing it again changes nothing.
 * @throws TimepointError when another process imports the file, it has too many bad rows, or it differs from the file
 * of the earlier run; `lock-lost` when it stopped because another process may import it now; and errors of the reader and
 * of the stores. After each of them the same command continues the import.
 */
export async function importSnapshot(options: ImportOptions): Promise<SnapshotSummary> {
  const { database, name, signal } = options;
  const lock = `snapshot ${name.product} ${name.date} ${name.part}/${name.parts}`;
  const summary = await database.exclusively(lock, (held) =>
    importAlone({ ...options, signal: AbortSignal.any([signal, held]) }),
  );
  if (summary === null)
    throw new TimepointError(
      'snapshot-busy',
      'Another process is importing this file. Wait for it, or stop it.',
    );
  return summary;
}

async function importAlone(options: ImportOptions): Promise<SnapshotSummary> {
  const { database, name, location, restart } = options;
  const id = await database.transaction(async (tx) => {
    if (restart) await abandonSnapshot(tx, name);
    return beginSnapshot(tx, name, location);
  });
  const counts = await stageWhole(options, id);
  if (!(await saveRead(database, id, counts))) throw lostStaging();
  await awaitMerges(options, id);
  const [summary] = await readSnapshots(database, id);
  if (summary === undefined) throw new TimepointError('no-snapshot', `The import ${id} is gone.`);
  return summary;
}

/** Stages a file. The staged rows of a bad file are removed, and the next run starts again. */
async function stageWhole(options: ImportOptions, id: number): Promise<ReadCounts> {
  const { database, name } = options;
  try {
    const counts = await stageAll(options, id);
    checkRows(name, counts);
    return counts;
  } catch (error) {
    if (!isBadFile(error)) throw error;
    const { merged_rows: mergedRows } = await readProgress(database, id);
    await database.transaction((tx) => abandonSnapshot(tx, name));
    const stays = mergedRows === 0 ? 'Nothing of it' : `Only ${mergedRows} rows of an earlier run`;
    const message = `${error.message} ${stays} ${mergedRows === 0 ? 'was' : 'were'} imported.`;
    throw new TimepointError(error.code, message, { retryable: error.retryable, cause: error });
  }
}

async function stageAll(options: ImportOptions, id: number): Promise<ReadCounts> {
  const { database, pieces, maxRejects, signal } = options;
  const held = new Map((await readChunks(database, id)).map((chunk) => [chunk.chunk, chunk]));
  const counts: ReadCounts = { chunks: 0, rows: {}, rejects: 0, totals: null };
  let stagedRows = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  // One chunk is written to Postgres while the next one is read.
  let writing = Promise.resolve();
  const known: KnownSchemaDrift = new Map();
  try {
    for await (const chunk of cutChunks(pieces)) {
      signal.throwIfAborted();
      await writing;
      writing = stage(options, id, chunk, { held: held.get(chunk.chunk), known });
      writing.catch(() => undefined);
      counts.chunks += 1;
      for (const { stream } of chunk.rows) counts.rows[stream] = (counts.rows[stream] ?? 0) + 1;
      counts.rejects += chunk.rejects.length;
      counts.totals = chunk.totals ?? counts.totals;
      stagedRows += chunk.rows.length;
      if (counts.rejects > maxRejects) {
        await writing;
        throw tooManyRejects(counts.rejects, maxRejects, id);
      }
      if (performance.now() - shownAt < PROGRESS_MS) continue;
      shownAt = performance.now();
      const { rejects } = counts;
      options.onProgress({ stage: 'reading', stagedRows, mergedRows: 0, rejects, isStuck: false });
    }
    await writing;
  } finally {
    // No write may continue after the lock of this import is released.
    await Promise.allSettled([writing]);
  }
  return counts;
}

/** Stages a chunk unless it is staged already. Its schema drift is remembered. */
async function stage(
  { database }: ImportOptions,
  snapshotId: number,
  chunk: Chunk,
  { held, known }: { held: HeldChunk | undefined; known: KnownSchemaDrift },
): Promise<void> {
  const text = toCopyText(chunk.chunk, chunk.rows);
  const digest = digestOf(text);
  if (held !== undefined && held.digest !== digest) throw otherFile(chunk);
  if (!held?.is_held) await stageLines(database, { snapshotId, chunk, digest, text, known });
  rememberSchemaDrift(known, chunk);
}

async function enqueue(
  queues: ImportOptions['queues'],
  snapshotId: number,
  chunks: readonly number[],
): Promise<void> {
  await queues.snapshots.addBulk(
    chunks.map((chunk) => ({
      name: 'merge',
      data: { snapshotId, chunk },
      opts: { jobId: catalogue.snapshots.jobId({ snapshotId, chunk }) },
    })),
  );
}

/** Queues the chunks, and waits until workers have merged them. Jobs that the queue lost are queued again. */
async function awaitMerges(
  { database, queues, onProgress, signal }: ImportOptions,
  id: number,
): Promise<void> {
  let best = -1;
  let movedAt = performance.now();
  await enqueue(queues, id, (await readProgress(database, id)).waiting);
  let queuedAt = performance.now();
  for (;;) {
    if (await finishSnapshot(database, id)) return;
    const {
      merged_rows: mergedRows,
      waiting,
      staged_rows: stagedRows,
      rejects,
      is_done,
    } = await readProgress(database, id);
    if (is_done) return;
    if (mergedRows > best) movedAt = performance.now();
    best = Math.max(best, mergedRows);
    const isStuck = performance.now() - movedAt > STUCK_MS;
    onProgress({ stage: 'merging', stagedRows, mergedRows, rejects, isStuck });
    if (performance.now() - queuedAt > QUEUE_AGAIN_MS) {
      // This counts all staged rows, so it runs rarely.
      if (isStuck && (await readChunks(database, id)).some((chunk) => !chunk.is_held)) throw lostStaging();
      await enqueue(queues, id, waiting);
      queuedAt = performance.now();
    }
    await sleep(PROGRESS_MS, undefined, { signal });
  }
}

function tooManyRejects(rejects: number, maxRejects: number, id: number): TimepointError {
  return new TimepointError(
    'too-many-rejects',
    `${rejects} lines are bad, more than --max-rejects ${maxRejects}. Look at them with ` +
      `\`timepoint snapshot show ${id}\`; the same command with a larger --max-rejects continues the import.`,
  );
}

function lostStaging(): TimepointError {
  return new TimepointError(
    'staging-lost',
    'Postgres restarted after a crash and lost staged rows. The same command stages them again and continues the import.',
  );
}

function otherFile({ chunk, rows }: Chunk): TimepointError {
  return new TimepointError(
    'snapshot-differs',
    `This file is not the one that the import began with: it differs between the lines ${rows[0]?.line} and ` +
      `${rows.at(-1)?.line} (chunk ${chunk}). Use that file, or add --restart to import this one from its beginning.`,
  );
}
