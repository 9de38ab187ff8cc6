// A file is read once from its beginning to its end, and its lines are staged by chunks. Only when its end was seen, and
// nothing is wrong with it, do workers merge the chunks: the checksum of an archive, a second file in it and a cut are all
// found at the end, and a bad file must not touch the register. What is staged and merged is written down by chunk, so
// that an import that was interrupted anywhere skips, when it is begun again, what it knows to be there. Chunks lost by
// the queue are queued again.
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
import type { Queues } from '@timepoint/shared/queues/queues';
import { checkRows, isBadFile } from './bad-file.ts';
import { type Chunk, cutChunks, digestOf, toCopyText } from './cut-chunks.ts';
import { type KnownDrift, rememberDrift, stageLines } from './stage-lines.ts';

export interface ImportProgress {
  readonly stage: 'reading' | 'merging';
  readonly stagedRows: number;
  readonly mergedRows: number;
  readonly rejects: number;
  /** Nothing was merged for a while: no worker may be running. */
  readonly isStuck: boolean;
}

export interface ImportOptions {
  readonly database: Database;
  readonly queues: Pick<Queues, 'snapshots'>;
  readonly name: SnapshotName;
  /** Where the file came from, for the list of imports. */
  readonly location: string;
  readonly pieces: AsyncIterable<SnapshotPiece>;
  /** Bad rows above this number end the import. */
  readonly maxRejects: number;
  /** Gives up what an earlier run left unfinished. */
  readonly restart: boolean;
  readonly onProgress: (progress: ImportProgress) => void;
  readonly signal: AbortSignal;
}

const TELL_MS = 250;
const QUEUE_AGAIN_MS = 10_000;
const STUCK_MS = 10_000;

/**
 * Imports a file, or goes on with the import that an earlier run began. Importing it again changes nothing.
 * @throws TimepointError when it is being imported already, has too many bad rows or is another file than the one that
 * was begun, and `lock-lost` when it stopped because another process may import it now; errors of the reader and of the stores. After each the same command goes on.
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

/** Stages a file. One that turns out to be bad is given up: what was staged of it goes, and the next run begins anew. */
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
    const stays =
      mergedRows === 0 ? 'Nothing of it' : `Of an earlier run ${mergedRows} rows, and nothing else,`;
    const message = `${error.message} ${stays} was brought into the register.`;
    throw new TimepointError(error.code, message, { retryable: error.retryable, cause: error });
  }
}

async function stageAll(options: ImportOptions, id: number): Promise<ReadCounts> {
  const { database, pieces, maxRejects, signal } = options;
  const held = new Map((await readChunks(database, id)).map((chunk) => [chunk.chunk, chunk]));
  const counts: ReadCounts = { chunks: 0, rows: {}, rejects: 0, totals: null };
  let stagedRows = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  // One chunk is on its way to Postgres while the next one is read.
  let writing = Promise.resolve();
  const known: KnownDrift = new Map();
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
      if (performance.now() - toldAt < TELL_MS) continue;
      toldAt = performance.now();
      const { rejects } = counts;
      options.onProgress({ stage: 'reading', stagedRows, mergedRows: 0, rejects, isStuck: false });
    }
    await writing;
  } finally {
    // Nothing may be written any more once the lock of this import is given back.
    await Promise.allSettled([writing]);
  }
  return counts;
}

/** Stages a chunk unless it is there already. What it has drift of is remembered. */
async function stage(
  { database }: ImportOptions,
  snapshotId: number,
  chunk: Chunk,
  { held, known }: { held: HeldChunk | undefined; known: KnownDrift },
): Promise<void> {
  const text = toCopyText(chunk.chunk, chunk.rows);
  const digest = digestOf(text);
  if (held !== undefined && held.digest !== digest) throw otherFile(chunk);
  if (!held?.is_held) await stageLines(database, { snapshotId, chunk, digest, text, known });
  rememberDrift(known, chunk);
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
      opts: { jobId: `${snapshotId}-${chunk}` },
    })),
  );
}

/** Queues all that is to be merged, and waits until workers have merged it. A queue that lost its jobs gets them again. */
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
      // Counts all that is staged, so it is asked rarely.
      if (isStuck && (await readChunks(database, id)).some((chunk) => !chunk.is_held)) throw lostStaging();
      await enqueue(queues, id, waiting);
      queuedAt = performance.now();
    }
    await sleep(TELL_MS, undefined, { signal });
  }
}

function tooManyRejects(rejects: number, maxRejects: number, id: number): TimepointError {
  return new TimepointError(
    'too-many-rejects',
    `${rejects} lines are bad, more than --max-rejects ${maxRejects}. Look at them with ` +
      `\`timepoint snapshot show ${id}\`; the same command with a larger --max-rejects goes on.`,
  );
}

function lostStaging(): TimepointError {
  return new TimepointError(
    'staging-lost',
    'Postgres restarted after a crash and lost staged rows. The same command stages them again and goes on.',
  );
}

function otherFile({ chunk, rows }: Chunk): TimepointError {
  return new TimepointError(
    'snapshot-differs',
    `This is not the file that the import was begun with: it differs between the lines ${rows[0]?.line} and ` +
      `${rows.at(-1)?.line} (chunk ${chunk}). Take that file again, or add --restart to import this one from its beginning.`,
  );
}
