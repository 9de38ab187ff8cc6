import { Presets, SingleBar } from 'cli-progress';
import type { SnapshotSource } from './files/open-source.ts';
import type { ImportProgress } from './import-snapshot.ts';

type Size = Pick<SnapshotSource, 'totalBytes' | 'readBytes'>;

/** Whoever shows progress is told of it, and closed at the end. */
export interface ProgressView {
  tell(progress: ImportProgress): void;
  close(): void;
}

const LINE_EVERY_MS = 5_000;
const NO_WORKER =
  'Nothing is being merged: either live events come first, or no worker runs on this database and its queues ' +
  '(node packages/worker/dist/main.js)';

/** Shows how far an import is: a bar with rate and time left on a terminal, a line every five seconds elsewhere. */
export function showProgress(output: NodeJS.WriteStream, size: Size): ProgressView {
  return output.isTTY ? showBar(output, size) : showLines(output, size);
}

function showBar(stream: NodeJS.WriteStream, size: Size): ProgressView {
  const format = '{stage} |{bar}| {percentage}% · {rows} rows · {rate} rows/s · {eta_formatted} left{hint}';
  const bar = new SingleBar({ stream, format, hideCursor: true, clearOnComplete: true }, Presets.shades_grey);
  const rate = createRate();
  let stage: ImportProgress['stage'] | undefined;
  return {
    tell: (progress) => {
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
  let toldAt = performance.now();
  return {
    tell: (progress) => {
      if (performance.now() - toldAt < LINE_EVERY_MS) return;
      toldAt = performance.now();
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

/** The rows that the stage has behind it. */
function rowsOf({ stage, stagedRows, mergedRows }: ImportProgress): number {
  return stage === 'reading' ? stagedRows : mergedRows;
}

/** How far the stage is: in bytes of the file, then in rows. The size of what is piped in is not known. */
function reach(
  progress: ImportProgress,
  { totalBytes, readBytes }: Size,
): { done: number; total: number | null } {
  return progress.stage === 'reading'
    ? { done: readBytes(), total: totalBytes }
    : { done: progress.mergedRows, total: progress.stagedRows };
}

/** Rows a second since the stage began. */
function createRate(): (progress: ImportProgress) => number {
  let first: { stage: string; rows: number; at: number } | undefined;
  return (progress) => {
    const rows = rowsOf(progress);
    if (first?.stage !== progress.stage) first = { stage: progress.stage, rows, at: performance.now() };
    return Math.round((1000 * (rows - first.rows)) / Math.max(performance.now() - first.at, 1));
  };
}
