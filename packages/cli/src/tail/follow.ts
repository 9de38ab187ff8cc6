// Workers commit out of order, so the newest event says nothing about those before it. What is followed is the
// watermark: everything up to it is committed, so reading (last, watermark] by timepoint misses nothing and repeats
// nothing. Example: of 101 to 104 the batch (102, 104] is committed first and nothing is told; once (100, 102] is
// there too the watermark is 104, and 101, 102, 103, 104 are told. An event that is applied only after the watermark
// has passed it, such as a replayed dead letter, is not told.
import { setTimeout as sleep } from 'node:timers/promises';
import { readWatermarks, type Watermark } from '@timepoint/database/coverage/read-coverage';
import type { ReadNewOptions } from '@timepoint/database/events/read-new-events';
import type { Sql } from '@timepoint/database/pool';

const POLL_MS = 500;
/** Documents are read to tell of an event; so many at once are a few MB. */
const PAGE_ROWS = 1_000;

export interface FollowOptions<Row> {
  readonly streams: readonly string[];
  /** Null for all companies. */
  readonly companyNumber: string | null;
  /** Where to begin; a stream that is not among these is told from its first event. */
  readonly from: readonly Watermark[];
  /** Reads the first `limit` rows in `(after, upTo]` by timepoint. */
  readonly read: (sql: Sql, options: ReadNewOptions) => Promise<readonly Row[]>;
  readonly signal: AbortSignal;
}

/**
 * Yields what is new in the streams until the signal aborts: of each stream every row once, in timepoint order, some
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
