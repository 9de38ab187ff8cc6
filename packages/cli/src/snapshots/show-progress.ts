import { span } from '@timepoint/shared/platform/time-span';
import { createLogUpdate } from 'log-update';
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
  const update = createLogUpdate(stream);
  const rate = createRate();
  const remaining = createRemaining();
  return {
    show: (progress) => {
      const { done, total } = reach(progress, size);
      const share = total === null ? null : Math.min(done / Math.max(total, 1), 1);
      const left = total === null ? null : remaining(progress.stage, done, total);
      update(
        `${progress.stage} |${drawBar(share)}| ${share === null ? '' : `${Math.floor(100 * share)}% · `}` +
          `${rowsOf(progress)} rows · ${rate(progress)} rows/s` +
          `${left === null ? '' : ` · ${span(left)} left`}${progress.isStuck ? ` · ${NO_WORKER}` : ''}`,
      );
    },
    close: () => {
      update.clear();
      update.done();
    },
  };
}

const BAR_WIDTH = 40;

/** Draws a share between 0 and 1; the bar is empty when the share is not known. */
function drawBar(share: number | null): string {
  const filled = Math.round(BAR_WIDTH * (share ?? 0));
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}

/** Computes how long the rest of a stage takes, in ms, from its pace so far; null before anything was done. */
function createRemaining(): (stage: string, done: number, total: number) => number | null {
  let first: { stage: string; done: number; at: number } | undefined;
  return (stage, done, total) => {
    if (first?.stage !== stage) first = { stage, done, at: performance.now() };
    if (done <= first.done) return null;
    return ((performance.now() - first.at) * Math.max(total - done, 0)) / (done - first.done);
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
