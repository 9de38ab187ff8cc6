/** The status of the copy of one stream: a row of the view `ingest.status`. */
export interface StreamStatus {
  readonly stream: string;
  readonly newest_timepoint: number | null;
  readonly watermark: number;
  readonly is_contiguous: boolean;
  readonly accepted_holes: number;
  /** Accepted holes that were found in the last 24 hours. */
  readonly recent_holes: number;
  readonly open_holes: number;
  readonly open_dead_letters: number;
  readonly newest_published_at: Date | null;
  readonly newest_received_at: Date | null;
  readonly committed_at: Date;
  /** From the publication of the newest event to its commit. */
  readonly lag_seconds: number | null;
  readonly approximate_rows: number;
}
