import { type ConnectionReport, REPORT_INTERVAL_MS } from '@timepoint/shared/contract/connection-report';
import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Job } from '@timepoint/shared/queues/queues';

/** Stores reports as the progress of the job of a stream. */
export interface ReportWriter {
  /** The job that reports are written to; null before the first and after `abandon`. */
  readonly job: Job<StreamJob> | null;
  use(job: Job<StreamJob>): void;
  /** Writes the newest report as soon as the one in flight is written. */
  write(): void;
  /** Writes no more, because the stream belongs to another ingestor. */
  abandon(): void;
  /** Writes no more at intervals, and resolves when what was to be written is. */
  close(): Promise<void>;
}

/**
 * Starts a writer that asks for the newest report at each write, every few seconds at the latest. It writes one report at a
 * time, so an older one can't land after a newer one. A report that can't be written is left out: its readers see the age
 * of the one before.
 */
export function startReportWriter(newestReport: () => ConnectionReport): ReportWriter {
  let job: Job<StreamJob> | null = null;
  let writing: Promise<void> | null = null;
  let isStale = false;
  const writeAll = async () => {
    while (isStale && job !== null) {
      isStale = false;
      await job.updateProgress(newestReport()).catch(() => undefined);
    }
  };
  const write = () => {
    isStale = true;
    writing ??= writeAll().finally(() => {
      writing = null;
    });
  };
  const ticks = setInterval(write, REPORT_INTERVAL_MS);
  return {
    get job() {
      return job;
    },
    use: (next) => {
      job = next;
    },
    write,
    abandon: () => {
      job = null;
    },
    close: async () => {
      clearInterval(ticks);
      await writing;
    },
  };
}
