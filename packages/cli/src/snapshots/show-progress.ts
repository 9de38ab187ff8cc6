import { Presets, SingleBar } from 'cli-progress';
import type { SnapshotSource } from './files/open-source.ts';
import type { ImportProgress } from './import-snapshot.ts';

type Size = Pick<SnapshotSource, 'totalBytes' | 'readBytes'>;

/** Shows the progress of an import. Close it at the end. */
export interface ProgressView {
  show(progress: ImportProgress): void;
  close(): void;
}

const LINE_EVERY_MS = 5_000;
const NO_WORKER =
  'Nothing is being merged: either live events have priority, or no worker runs on this database and its queues ' +
  '(node packages/worker/dist/main.js)';

/**
 * Shows the progress of an import: a bar with rate and remaining time on a terminal, else a line every five seconds.
 */
export function showProgress(output: NodeJS.WriteStream, size: Size): ProgressView {
  return output.isTTY ? showBar(output, size) : showLines(output, size);
}

function showBar(stream: NodeJS.WriteStream, size: Size): ProgressView {
  const format = '{stage} |{bar}| {percentage}% · {rows} rows · {rate} rows/s · {eta_formatted} left{hint}';
  const bar = new SingleBar({ stream, format, hideCursor: true, clearOnComplete: true }, Presets.shades_grey);
  const rate = createRate();
  let stage: ImportProgress['stage'] | undefined;
  return {
    show: (progress) => {
      const { done, total } = reach(progress, size);
      const rows = rowsOf(progress);
      const shown = {
        stage: progress.stage,
        rows,
        rate: rate(progress),
        hint: progress.isStuck ? ` · ${NO_WORKER}` : '',
      };
      if (stage !== progress.stage) bar.start(total ?? done, done, shown);
      else bar.update(done, shown);
      stage = progress.stage;
    },
    close: () => bar.stop(),
  };
}

function showLines(output: NodeJS.WriteStream, size: Size): ProgressView {
  const rate = createRate();
  let shownAt = performance.now();
  return {
    show: (progress) => {
      if (performance.now() - shownAt < LINE_EVERY_MS) return;
      shownAt = performance.now();
      const { done, total } = reach(progress, size);
      const share = total === null ? '' : ` ${Math.floor((100 * done) / Math.max(total, 1))} %,`;
      const rejects = progress.rejects > 0 ? `, ${progress.rejects} rejects` : '';
      output.write(
        `${progress.stage}:${share} ${rowsOf(progress)} rows, ${rate(progress)} rows/s${rejects}` +
          `${progress.isStuck ? `. ${NO_WORKER}` : ''}\n`,
      );
    },
    close: () => undefined,
  };
}

/** The number of rows that the stage has processed. */
function rowsOf({ stage, stagedRows, mergedRows }: ImportProgress): number {
  return stage === 'reading' ? stagedRows : mergedRows;
}

/** The progress of the stage: in bytes of the file, then in rows. The size of piped input is unknown. */
function reach(
  progress: ImportProgress,
  { totalBytes, readBytes }: Size,
): { done: number; total: number | null } {
  return progress.stage === 'reading'
    ? { done: readBytes(), total: totalBytes }
    : { done: progress.mergedRows, total: progress.stagedRows };
}

/** Computes the rows per second since the beginning of the stage. */
function createRate(): (progress: ImportProgress) => number {
  let first: { stage: string; rows: number; at: number } | undefined;
  return (progress) => {
    const rows = rowsOf(progress);
    if (first?.stage !== progress.stage) first = { stage: progress.stage, rows, at: performance.now() };
    return Math.round((1000 * (rows - first.rows)) / Math.max(performance.now() - first.at, 1));
  };
}
