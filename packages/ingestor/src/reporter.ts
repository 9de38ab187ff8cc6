import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import {
  type ConnectionReport,
  connectionReportSchema,
  moveMoments,
  REPORT_INTERVAL_MS,
} from '@timepoint/shared/contract/connection-report';
import { epochOf } from '@timepoint/shared/contract/epoch';
import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Job } from '@timepoint/shared/queues/queues';
import type { Decision } from './decide.ts';
import { cleaned, type Ending } from './ending.ts';

/** Tells through the queue how the connection of a stream is: at every change, and every few seconds between. */
export interface Reporter {
  readonly current: ConnectionReport;
  /** A connection was opened and brought nothing, and none has since: that another is opened means nothing. */
  readonly isUnproductive: boolean;
  /** Begins to write to the job of the stream, and takes over what the holder before has reported and knew. */
  use(streamJob: Job<StreamJob>, wasUnproductive?: boolean): void;
  /** A connection is opened; returns the name that it goes by in logs and jobs. */
  connecting(): string;
  /** It was answered with 200, which alone is no sign of life. */
  open(): void;
  /** How long the last connection has been open, in ms; 0 when it was not answered with 200. */
  openMs(): number;
  sawBytes(): void;
  sawHeartbeat(): void;
  /** An event came that is not far below the position: the publisher does not count anew. */
  sawInPlace(): void;
  /** An event came that had not come before. */
  sawEvent(): void;
  ended(ending: Ending, decision: Decision): void;
  /** Tells no more: the stream is another's now, who tells of his own connection. */
  abandon(): void;
  /** The stream is given back until its next try, in ms from now: `waiting` is the last that is reported. */
  rest(delayMs: number): void;
  /** Reports that the stream is given back, unless it rests or was lost, and no more. */
  close(): Promise<void>;
}

/** How a connection ends that the publisher opens, and closes again or forgets. */
const CAN_BE_UNPRODUCTIVE: readonly Ending['kind'][] = [
  'clean',
  'idle',
  'network',
  'error-line',
  'not-a-stream',
  'hole',
];

const HOLDER = `${hostname()}:${process.pid}`;

export interface Clocks {
  /** In ms since the epoch; jumps when somebody sets it. */
  readonly wall: () => number;
  /** In ms since some moment; only goes on. */
  readonly steady: () => number;
}

/** The wall clock has jumped when it differs by more than this from what the steady one expects, in ms. */
const JUMP_MS = 1_000;

/**
 * Starts reports of a stream. A report that can't be written is left out: whoever reads them sees their age. All durations
 * are measured by the steady clock: when the wall clock jumps, the moments of the reports move along with it.
 */
export function startReporter(
  silenceLimitMs: number,
  { wall, steady: now }: Clocks = { wall: () => Date.now(), steady: () => performance.now() },
): Reporter {
  let epoch = wall() - now();
  /** When the steady clock began, by the wall clock as it goes now. */
  const epochNow = () => {
    const seen = wall() - now();
    if (Math.abs(seen - epoch) > JUMP_MS) epoch = seen;
    return epoch;
  };
  let job: Job<StreamJob> | null = null;
  let writing: Promise<unknown> | null = null;
  let isStale = false;
  /** When the connection was answered with 200. */
  let answeredAt: number | null = null;
  let isUnproductive = false;
  let isResting = false;
  /** Its moments are those of the steady clock. */
  let current: ConnectionReport = {
    state: 'connecting',
    since: now(),
    downSince: now(),
    nextTryAt: null,
    ending: null,
    detail: null,
    countedAnew: null,
    openedAt: null,
    lastByteAt: null,
    lastEventAt: null,
    silenceLimitMs,
    connection: null,
    holder: HOLDER,
    at: now(),
  };
  // One at a time, so that an older report can't land after a newer one.
  const write = () => {
    isStale = true;
    writing ??= writeAll().finally(() => {
      writing = null;
    });
    return writing;
  };
  const writeAll = async () => {
    while (isStale && job !== null) {
      isStale = false;
      current = { ...current, at: now() };
      await job.updateProgress(moveMoments(current, epochNow())).catch(() => undefined);
    }
  };
  const tell = (change: Partial<ConnectionReport>) => {
    current = { ...current, since: now(), nextTryAt: null, ...change };
    void write();
  };
  const live = () => {
    isUnproductive = false;
    if (current.downSince === null) return;
    current = { ...current, downSince: null };
    if (current.state === 'open') void write();
    else tell({ state: 'open' });
  };
  const takeOver = (before: ConnectionReport) => {
    // The clock of the holder before may have been ahead: what it wrote was written by now.
    const aheadMs = Math.max(0, before.at - wall());
    const moved = moveMoments(before, -aheadMs - epochNow());
    const { downSince, lastEventAt, ending, detail, countedAnew, at } = moved;
    // A holder that was killed has not told that it lost the connection.
    current = { ...current, downSince: downSince ?? at, lastEventAt, ending, detail, countedAnew };
  };
  const ticks = setInterval(write, REPORT_INTERVAL_MS);
  return {
    get current() {
      return moveMoments(current, epochNow());
    },
    get isUnproductive() {
      return isUnproductive;
    },
    use(streamJob, wasUnproductive = false) {
      if (job === null) isUnproductive = wasUnproductive;
      const before = job === null ? connectionReportSchema.safeParse(streamJob.progress) : null;
      job = streamJob;
      if (before?.success) takeOver(before.data);
      const { timepoint } = streamJob.data;
      // A new epoch was begun, which is what helps.
      if (timepoint !== undefined && epochOf(timepoint) > epochOf(current.countedAnew?.asked ?? timepoint))
        current = { ...current, countedAnew: null };
    },
    connecting() {
      const connection = randomBytes(4).toString('hex');
      answeredAt = null;
      tell({ state: 'connecting', connection, openedAt: null });
      return connection;
    },
    open() {
      answeredAt = now();
      current = { ...current, openedAt: answeredAt };
      if (isUnproductive) void write();
      else tell({ state: 'open', lastEventAt: current.lastEventAt ?? now() });
    },
    // Open is more than not open, however short it was.
    openMs: () => (answeredAt === null ? 0 : Math.max(1, now() - answeredAt)),
    sawBytes() {
      current = { ...current, lastByteAt: now() };
    },
    sawHeartbeat: live,
    sawInPlace() {
      if (!current.countedAnew) return;
      current = { ...current, countedAnew: null };
      void write();
    },
    sawEvent() {
      const wasSilent = now() - (current.lastEventAt ?? now()) > silenceLimitMs;
      current = { ...current, lastEventAt: now() };
      live();
      if (wasSilent) void write();
    },
    ended(ending, decision) {
      if (answeredAt !== null && current.downSince !== null && CAN_BE_UNPRODUCTIVE.includes(ending.kind))
        isUnproductive = true;
      tell({
        state: decision.kind === 'wait-for-drain' ? 'draining' : 'waiting',
        openedAt: null,
        downSince: current.downSince ?? now(),
        nextTryAt: 'delayMs' in decision ? now() + decision.delayMs : null,
        ending: ending.kind,
        detail: describe(ending),
        ...(ending.kind === 'counted-anew' && {
          countedAnew: {
            asked: ending.asked,
            seen: [...ending.seen],
            since: current.countedAnew?.since ?? now(),
          },
        }),
      });
    },
    abandon() {
      job = null;
    },
    rest(delayMs) {
      isResting = true;
      current = { ...current, nextTryAt: now() + delayMs };
    },
    close: async () => {
      clearInterval(ticks);
      if (isResting) void write();
      else tell({ state: 'released', openedAt: null, downSince: current.downSince ?? now() });
      await writing;
    },
  };
}

const MAX_DETAIL_LENGTH = 200;

/** What came with an ending, and what helps if that is known; null when nothing did. */
export function describe(ending: Ending): string | null {
  switch (ending.kind) {
    case 'http':
      return describeAnswer(ending);
    case 'network':
    case 'error-line':
    case 'queue-lost':
      return ending.message.slice(0, MAX_DETAIL_LENGTH);
    case 'not-a-stream':
      return cleaned(ending.text);
    case 'counted-anew':
      return `${ending.seen.join(', ')} after ${ending.asked}`;
    case 'hole':
      return `(${ending.after}, ${ending.upTo}]`;
    default:
      return null;
  }
}

function describeAnswer({ status, location }: Extract<Ending, { kind: 'http' }>): string {
  if (location === undefined) return `status ${status}`;
  return `status ${status}, a redirect to ${location}, which is not followed; set CH_STREAM_URL to where the streams are`;
}
