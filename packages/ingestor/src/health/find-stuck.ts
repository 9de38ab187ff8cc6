// The loop of a stream makes progress while it reads, or waits for something that will come. Example: the next try was
// due at 12:00:00, it is 12:00:31 and nothing was tried: no back-off takes that long, so the loop hangs.

import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { restsUntil } from '@timepoint/shared/monitoring/assess-stream';
import type { QueuesReading } from '@timepoint/shared/queues/read-queues';

export interface ProgressLimits {
  /** A connection without a byte for this long is closed, in ms, and so is one that is never answered. */
  readonly idleTimeoutMs: number;
  /** How much later than it should a step may come, in ms. */
  readonly graceMs: number;
}

/** Where the loop of a held stream hangs, by its own report; null when it makes progress. Pure. */
export function findStuck(
  { state, since, lastByteAt, nextTryAt }: ConnectionReport,
  { idleTimeoutMs, graceMs }: ProgressLimits,
  now: number,
): string | null {
  const lastSignAt = Math.max(since, lastByteAt ?? 0);
  switch (state) {
    case 'connecting':
      return overdue('has been connecting', lastSignAt, idleTimeoutMs + graceMs, now);
    case 'open':
      return overdue('is open without a byte', lastSignAt, idleTimeoutMs + graceMs, now);
    case 'waiting':
      return overdue('has not made the try that was due', nextTryAt ?? since, graceMs, now);
    case 'draining':
    case 'released':
      return null;
  }
}

/**
 * The streams that no ingestor takes although one that may hold them has connections left: those of `mine` that no ingestor
 * has held for `graceMs`. Pure.
 */
export function findUntaken(
  { streams, isBudgetUsed }: Pick<QueuesReading, 'streams' | 'isBudgetUsed'>,
  mine: readonly StreamName[],
  graceMs: number,
  now: number,
): StreamName[] {
  if (isBudgetUsed) return [];
  return findOverdue({ streams }, graceMs, now).filter((stream) => mine.includes(stream));
}

/** The streams that could have been taken for more than `graceMs`, had a place been free. Pure. */
export function findOverdue(
  { streams }: Pick<QueuesReading, 'streams'>,
  graceMs: number,
  now: number,
): StreamName[] {
  return streams.flatMap((held) => {
    const { stream, hold, report, registeredAt } = held;
    // A stream that was given back until its next try is due then.
    const since = Math.max(report?.at ?? 0, registeredAt ?? 0, restsUntil(held) ?? 0);
    return hold === 'unheld' && now - since > graceMs ? [stream] : [];
  });
}

function overdue(what: string, since: number, limitMs: number, now: number): string | null {
  const lastedMs = now - since;
  return lastedMs > limitMs ? `${what} for ${Math.round(lastedMs / 1000)} s` : null;
}
