// Workers commit out of order, so events before the newest one may be missing. The watermark is the position up to
// which every event is committed. Reading (last, watermark] by timepoint misses nothing and repeats nothing. Example:
// of the events 101 to 104 the batch (102, 104] is committed first, and nothing is yielded. After the commit of (100,
// 102] the watermark is 104, and 101, 102, 103 and 104 are yielded. An event that is applied after the watermark has
// passed it, such as a replayed dead letter, is not yielded.
import { setTimeout as sleep } from 'node:timers/promises';
import { readWatermarks, type Watermark } from '@timepoint/database/coverage/read-coverage';
import type { ReadNewOptions } from '@timepoint/database/events/read-new-events';
import type { Sql } from '@timepoint/database/pool';

const POLL_MS = 500;
/** Each row includes a document. This many rows are a few MB. */
const PAGE_ROWS = 1_000;

export interface FollowOptions<Row> {
  readonly streams: readonly string[];
  /** Null for all companies. */
  readonly companyNumber: string | null;
  /** The positions to begin after. A stream without one is read from its first event. */
  readonly from: readonly Watermark[];
  /** Reads the first `limit` rows in `(after, upTo]` by timepoint. */
  readonly read: (sql: Sql, options: ReadNewOptions) => Promise<readonly Row[]>;
  readonly signal: AbortSignal;
}

/**
 * Yields the new rows of the streams until the signal aborts: every row of a stream once, in order of timepoints, some
 * rows at a time.
 */
export async function* follow<Row extends { readonly timepoint: number }>(
  sql: Sql,
  { streams, companyNumber, from, read, signal }: FollowOptions<Row>,
): AsyncGenerator<readonly Row[]> {
  const last = new Map(from.map(({ stream, watermark }) => [stream, watermark]));
  while (!signal.aborted) {
    for (const { stream, origin, watermark: upTo } of await readWatermarks(sql)) {
      if (!streams.includes(stream)) continue;
      let after = last.get(stream) ?? origin;
      while (after < upTo && !signal.aborted) {
        const rows = await read(sql, { stream, after, upTo, companyNumber, limit: PAGE_ROWS });
        if (rows.length > 0) yield rows;
        after = rows.length < PAGE_ROWS ? upTo : (rows.at(-1)?.timepoint ?? upTo);
      }
      last.set(stream, upTo);
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
