import { type ConnectionReport, REPORT_INTERVAL_MS } from '@timepoint/shared/contract/connection-report';
import type { StreamJob } from '@timepoint/shared/contract/job';
import { asError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { Job } from '@timepoint/shared/queues/queues';
import { startFailureLog } from './failure-log.ts';

const REPORTS = {
  failing: 'reports of the stream are not stored: status and dashboard show an older one, with its age',
  over: 'reports of the stream are stored again',
};

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
 * time, so an older one can't land after a newer one. A report that can't be written is left out, and its readers see the
 * age of the one before. The logger has a line when such failures begin, change and end.
 */
export function startReportWriter(newestReport: () => ConnectionReport, logger?: Logger): ReportWriter {
  const log = logger && startFailureLog(logger, REPORTS);
  let job: Job<StreamJob> | null = null;
  let writing: Promise<void> | null = null;
  let isStale = false;
  const writeAll = async () => {
    while (isStale && job !== null) {
      isStale = false;
      await job.updateProgress(newestReport()).then(
        () => log?.succeeded(),
        (error: unknown) => log?.failed(asError(error)),
      );
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
