// The state of the connection of a stream. The ingestor that holds the stream reports it as the progress of its job in
// the queue `streams`, so every process that reaches the queues can read it, and an ingestor needs no other store.
import { z } from 'zod';

/** A report is written at every change of state, and this often while nothing changes, in ms. */
export const REPORT_INTERVAL_MS = 5_000;
/** An older report of a held stream means that its ingestor hangs or was killed, in ms. */
export const REPORT_EXPIRES_MS = 30_000;

const moment = z.number();

export const connectionReportSchema = z.object({
  /**
   * `connecting`: requested, and not answered yet. `open`: answered with 200; after an unproductive connection, only from
   * the first heartbeat or new event. `waiting`: from an ending to the next try, also when the stream was given back for
   * that time. `draining`: closed until the queue has drained. `released`: given back, so that another ingestor may take
   * the stream.
   */
  state: z.enum(['connecting', 'open', 'waiting', 'draining', 'released']),
  /** When this state began, in ms since the epoch, like all moments here. */
  since: moment,
  /** When the connection was lost; null since the first heartbeat or new event of the one that is open. */
  downSince: moment.nullable(),
  /** When the next try is due, for `waiting`. */
  nextTryAt: moment.nullable(),
  /** Why the last connection ended, such as `network` or `http`; null when none has ended. */
  ending: z.string().nullable(),
  /** Details of the ending, such as a status or an error. */
  detail: z.string().nullable(),
  /** The publisher counts the stream anew; null or absent when it does not. */
  countedAnew: z
    .object({
      /** The timepoint that was asked for, as stored. */
      asked: z.number(),
      /** The timepoints that came instead, as stored: far below it. */
      seen: z.array(z.number()),
      /** When it was first seen. */
      since: moment,
    })
    .nullish(),
  lastByteAt: moment.nullable(),
  /** When the last event was read, by any connection; null when none was ever read. */
  lastEventAt: moment.nullable(),
  /** Without an event for longer than this, in ms, the stream is silent. */
  silenceLimitMs: z.number(),
  /** When the open connection was answered with 200, whatever it has brought; null or absent when none is open. */
  openedAt: moment.nullish(),
  /** The name of the connection in the logs; null before the first. */
  connection: z.string().nullable(),
  /** The ingestor, as `host:pid`. */
  holder: z.string(),
  /** When this report was written. */
  at: moment,
});

export type ConnectionReport = z.output<typeof connectionReportSchema>;

/** Moves all moments of a report by `byMs`. Its durations stay as its holder measured them. Pure. */
export function moveMoments(report: ConnectionReport, byMs: number): ConnectionReport {
  const move = (time: number | null) => (time === null ? null : Math.round(time + byMs));
  const { openedAt } = report;
  return {
    ...report,
    since: Math.round(report.since + byMs),
    downSince: move(report.downSince),
    nextTryAt: move(report.nextTryAt),
    ...(openedAt !== undefined && { openedAt: move(openedAt) }),
    lastByteAt: move(report.lastByteAt),
    lastEventAt: move(report.lastEventAt),
    countedAnew: report.countedAnew && {
      ...report.countedAnew,
      since: Math.round(report.countedAnew.since + byMs),
    },
    at: Math.round(report.at + byMs),
  };
}

/**
 * How long the stream had sent no event when the report was written, in ms; null when that is within its limit. Both
 * moments are of the holder's clock, so the clock of the reader does not matter.
 */
export function silenceIn({ at, lastEventAt, silenceLimitMs }: ConnectionReport): number | null {
  const quietMs = at - (lastEventAt ?? at);
  return quietMs > silenceLimitMs ? quietMs : null;
}
