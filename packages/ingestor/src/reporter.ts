import { randomBytes } from 'node:crypto';
import { type ConnectionReport, connectionReportSchema } from '@timepoint/shared/contract/connection-report';
import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { Job } from '@timepoint/shared/queues/queues';
import { initialState, type Observation, observe, openMsOf } from './connection-state.ts';
import type { Decision } from './decide.ts';
import type { Ending } from './ending.ts';
import { type Clocks, createReportClock } from './report-clock.ts';
import { startReportWriter } from './report-writer.ts';

/** Reports the connection of a stream through the queue: at every change, and every few seconds between changes. */
export interface Reporter {
  /** In ms since the epoch. */
  readonly current: ConnectionReport;
  /** A connection was opened and brought nothing, and none has since: an answer of 200 means nothing. */
  readonly isUnproductive: boolean;
  /** Writes to the job of the stream from now on, and takes over the report and the knowledge of the holder before. */
  use(streamJob: Job<StreamJob>, wasUnproductive?: boolean): void;
  /** A connection is being opened. Returns its name in logs and jobs. */
  connecting(): string;
  /** The connection was answered with 200, which alone is no sign of life. */
  open(): void;
  /** How long the latest connection has been open, in ms; 0 when it was not answered with 200. */
  openMs(): number;
  sawBytes(): void;
  sawHeartbeat(): void;
  /** An event came that is not far below the position: the publisher does not count anew. */
  sawInPlace(): void;
  /** An event came that had not come before. */
  sawEvent(): void;
  ended(ending: Ending, decision: Decision): void;
  /** Reports no more, because the stream belongs to another ingestor, which reports its own connection. */
  abandon(): void;
  /** The stream is given back until its next try, in ms from now: `waiting` is the last state that is reported. */
  rest(delayMs: number): void;
  /** Reports that the stream is given back, unless it rests or was lost, and then no more. */
  close(): Promise<void>;
}

const SYSTEM_CLOCKS: Clocks = { wall: () => Date.now(), steady: () => performance.now() };

export interface ReporterOptions {
  /** The steady one measures all durations. */
  readonly clocks?: Clocks;
  /** Has a line when reports begin to fail, and when they are stored again. */
  readonly logger?: Logger;
}

/** Starts reports of a stream, whose longest time without an event is `silenceLimitMs`, in ms. */
export function startReporter(
  silenceLimitMs: number,
  { clocks = SYSTEM_CLOCKS, logger }: ReporterOptions = {},
): Reporter {
  const clock = createReportClock(clocks);
  let state = initialState(silenceLimitMs, clock.now());
  const writer = startReportWriter(() => {
    state = observe(state, { kind: 'reported' }, clock.now());
    return clock.toWall(state.report);
  }, logger);
  const note = (observation: Observation) => {
    const { revision } = state;
    state = observe(state, observation, clock.now());
    if (state.revision !== revision) writer.write();
  };
  return {
    get current() {
      return clock.toWall(state.report);
    },
    get isUnproductive() {
      return state.isUnproductive;
    },
    use(streamJob, wasUnproductive = false) {
      const isFirst = writer.job === null;
      const before = isFirst ? connectionReportSchema.safeParse(streamJob.progress).data : undefined;
      writer.use(streamJob);
      note({
        kind: 'taken',
        before: before ? clock.toSteady(before) : null,
        timepoint: streamJob.data.timepoint,
        isUnproductive: isFirst ? wasUnproductive : state.isUnproductive,
      });
    },
    connecting() {
      const connection = randomBytes(4).toString('hex');
      note({ kind: 'connecting', connection });
      return connection;
    },
    open: () => note({ kind: 'opened' }),
    openMs: () => openMsOf(state, clock.now()),
    sawBytes: () => note({ kind: 'bytes' }),
    sawHeartbeat: () => note({ kind: 'heartbeat' }),
    sawInPlace: () => note({ kind: 'in-place' }),
    sawEvent: () => note({ kind: 'event' }),
    ended: (ending, decision) => note({ kind: 'ended', ending, decision }),
    abandon: () => writer.abandon(),
    rest: (delayMs) => note({ kind: 'resting', delayMs }),
    close: async () => {
      note({ kind: 'closed' });
      await writer.close();
    },
  };
}
