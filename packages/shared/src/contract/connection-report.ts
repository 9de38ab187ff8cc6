// How the connection of a stream is, told by whoever holds the stream as the progress of its job in the queue
// `streams`. So everybody who can reach the queues can know, and an ingestor needs nothing else.
import { z } from 'zod';

/** Written at every change of state, and so often while nothing changes, in ms. */
export const REPORT_INTERVAL_MS = 5_000;
/** A report of a held stream that is older than this comes from an ingestor that hangs or was killed, in ms. */
export const REPORT_EXPIRES_MS = 30_000;

const moment = z.number();

export const connectionReportSchema = z.object({
  /**
   * `connecting`: asked for, not answered yet; `open`: answered with 200, which after a connection that was opened in vain
   * counts from its first heartbeat or new event; `waiting`: after an ending, until the next try, also when the stream was
   * given back for that time; `draining`: closed until
   * the queue has drained; `released`: given back, another may take the stream.
   */
  state: z.enum(['connecting', 'open', 'waiting', 'draining', 'released']),
  /** When this state began, in ms since the epoch, as all moments here. */
  since: moment,
  /** When the connection was lost; null since the first heartbeat or new event of the one that is open. */
  downSince: moment.nullable(),
  /** When the next try is due, of `waiting`. */
  nextTryAt: moment.nullable(),
  /** Why the last connection ended, such as `network` or `http`; null when none has. */
  ending: z.string().nullable(),
  /** What came with the ending: a status, an error. */
  detail: z.string().nullable(),
  /** The publisher counts the stream anew; null or absent when it does not. */
  countedAnew: z
    .object({
      /** What was asked for, as stored. */
      asked: z.number(),
      /** What came instead, as stored: far below it. */
      seen: z.array(z.number()),
      /** When it was first seen. */
      since: moment,
    })
    .nullish(),
  lastByteAt: moment.nullable(),
  /** When the last event was read, by whichever connection; null when none ever was. */
  lastEventAt: moment.nullable(),
  /** Without an event for longer than this, in ms, the stream is silent. */
  silenceLimitMs: z.number(),
  /** When the connection that is open was answered with 200, whatever it has brought; null or absent when none is open. */
  openedAt: moment.nullish(),
  /** Names the connection in the logs; null before the first. */
  connection: z.string().nullable(),
  /** The ingestor, as `host:pid`. */
  holder: z.string(),
  /** When this report was written. */
  at: moment,
});

export type ConnectionReport = z.output<typeof connectionReportSchema>;

/** The same report with all its moments later by so much, in ms: its durations stay as its holder measured them. Pure. */
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
 * For how long the stream had sent no event when this was written, in ms, if that is longer than it ever should; else
 * null. Both moments are the holder's, whatever the clock of whoever reads it says.
 */
export function silenceIn({ at, lastEventAt, silenceLimitMs }: ConnectionReport): number | null {
  const quietMs = at - (lastEventAt ?? at);
  return quietMs > silenceLimitMs ? quietMs : null;
}
