import { downtimeOf } from '@timepoint/shared/monitoring/assess-stream';
import type { QueuesReading } from '@timepoint/shared/queues/read-queues';
import { Gauge, type Registry } from 'prom-client';
import type { Ledger, Observation, Observe } from './observe.ts';

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

interface ObservedGauge {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly of: (seen: Observation) => readonly Sample[];
}

const fromQueues = (of: (queues: QueuesReading, at: number) => readonly Sample[]) => (seen: Observation) =>
  seen.queues === null ? [] : of(seen.queues, seen.at);
const fromLedger = (of: (ledger: Ledger) => readonly Sample[]) => (seen: Observation) =>
  seen.ledger === null ? [] : of(seen.ledger);
const fromStatus = (of: (status: Ledger['statuses'][number]) => number | null) =>
  fromLedger(({ statuses }) =>
    statuses.flatMap((status): Sample[] => {
      const value = of(status);
      return value === null ? [] : [[{ stream: status.stream }, value]];
    }),
  );
/** Samples of the registered streams; null leaves a stream out. */
const fromHolds = (
  of: (hold: QueuesReading['streams'][number], queues: QueuesReading, at: number) => number | null,
) =>
  fromQueues((queues, at) =>
    queues.streams.flatMap((hold): Sample[] => {
      const value = hold.hold === 'unregistered' ? null : of(hold, queues, at);
      return value === null ? [] : [[{ stream: hold.stream }, value]];
    }),
  );

const QUEUE_GAUGES: readonly ObservedGauge[] = [
  {
    name: 'timepoint_queue_up',
    help: '1 when this worker can read the queues, 0 when they give no answer',
    labelNames: [],
    of: ({ queues }) => [[{}, Number(queues !== null)]],
  },
  {
    name: 'timepoint_queue_jobs',
    help: 'Jobs in each queue, by state: waiting, active, delayed, failed',
    labelNames: ['queue', 'state'],
    of: fromQueues(({ depths }) =>
      depths.flatMap(({ name, ...states }) =>
        Object.entries(states).map(([state, jobs]): Sample => [{ queue: name, state }, jobs]),
      ),
    ),
  },
  {
    name: 'timepoint_queue_oldest_age_seconds',
    help: 'Age of the oldest job of live events that is not finished; 0 when there is none',
    labelNames: [],
    of: fromQueues(({ oldestEventsAt }, at) => [
      [{}, oldestEventsAt === null ? 0 : secondsFrom(oldestEventsAt, at)],
    ]),
  },
  {
    name: 'timepoint_streams_registered',
    help: 'Streams that are followed',
    labelNames: [],
    of: fromQueues(({ streams }) => [[{}, streams.filter(({ hold }) => hold !== 'unregistered').length]]),
  },
  {
    name: 'timepoint_streams_down_seconds',
    help: 'Time without the connection that a stream should have; 0 while it is open, waits for its turn, or waits for the queue to drain',
    labelNames: ['stream'],
    of: fromHolds((hold, { isBudgetUsed }, at) => {
      const downtime = downtimeOf(hold, isBudgetUsed, at);
      return downtime === null ? 0 : downtime.faultMs / 1000;
    }),
  },
  {
    name: 'timepoint_streams_position_age_seconds',
    help: 'Time since a stream was last connected, and so last known to be complete; 0 while it is open. The publisher keeps events for about 72 h',
    labelNames: ['stream'],
    of: fromHolds((hold, { isBudgetUsed }, at) => (downtimeOf(hold, isBudgetUsed, at)?.ms ?? 0) / 1000),
  },
  {
    name: 'timepoint_streams_event_age_seconds',
    help: 'Time since the last event of a stream was read',
    labelNames: ['stream'],
    of: fromHolds(({ report }, _queues, at) =>
      report === null || report.lastEventAt === null ? null : secondsFrom(report.lastEventAt, at),
    ),
  },
  {
    name: 'timepoint_streams_silence_limit_seconds',
    help: 'A stream that is connected and has sent no event for longer than this is silent',
    labelNames: ['stream'],
    of: fromHolds(({ report }) => (report === null ? null : report.silenceLimitMs / 1000)),
  },
];

const LEDGER_GAUGES: readonly ObservedGauge[] = [
  {
    name: 'timepoint_database_up',
    help: '1 when this worker can read the ledger, 0 when Postgres gives no answer',
    labelNames: [],
    of: ({ ledger }) => [[{}, Number(ledger !== null)]],
  },
  {
    name: 'timepoint_coverage_watermark_timepoint',
    help: 'Everything up to this timepoint of a stream has ended in the database',
    labelNames: ['stream'],
    of: fromStatus(({ watermark }) => watermark),
  },
  {
    name: 'timepoint_coverage_newest_timepoint',
    help: 'The newest timepoint of a stream that has ended in the database',
    labelNames: ['stream'],
    of: fromStatus(({ newest_timepoint }) => newest_timepoint),
  },
  {
    name: 'timepoint_coverage_contiguous',
    help: '1 when the watermark of a stream is its newest timepoint, 0 while something between is missing or on its way',
    labelNames: ['stream'],
    of: fromStatus(({ is_contiguous }) => Number(is_contiguous)),
  },
  {
    name: 'timepoint_coverage_holes',
    help: 'Holes that were found, by state: open, accepted, repaired',
    labelNames: ['stream', 'state'],
    of: fromLedger(({ holes }) =>
      holes.map(({ stream, state, holes }): Sample => [{ stream, state }, holes]),
    ),
  },
  {
    name: 'timepoint_coverage_recent_holes',
    help: 'Accepted holes that were found in the last 24 hours',
    labelNames: ['stream'],
    of: fromStatus(({ recent_holes }) => recent_holes),
  },
  {
    name: 'timepoint_dead_letters_open',
    help: 'Open dead letters, by reason: unreadable, envelope, rejected, conflict, derivation',
    labelNames: ['stream', 'reason'],
    of: fromLedger(({ letters }) =>
      letters.map(({ stream, reason, letters }): Sample => [{ stream, reason }, letters]),
    ),
  },
  {
    name: 'timepoint_snapshot_running_imports',
    help: 'Imports of snapshot files that are under way; several when a file comes in parts',
    labelNames: ['product'],
    of: fromLedger(({ imports }) => imports.map(({ product, imports }): Sample => [{ product }, imports])),
  },
  {
    name: 'timepoint_snapshot_running_rows',
    help: 'Rows of the imports that are under way, by stage: staged (all that were read), merged, rejected',
    labelNames: ['product', 'stage'],
    of: fromLedger(({ imports }) =>
      imports.flatMap(({ product, imports: _, ...stages }) =>
        Object.entries(stages).map(([stage, rows]): Sample => [{ product, stage }, rows]),
      ),
    ),
  },
];

/** Adds the gauges that a scrape reads from an observation. Without `observe` they have no values. */
export function addObservedGauges(registry: Registry, observe: Observe | undefined): void {
  for (const { name, help, labelNames, of } of [...QUEUE_GAUGES, ...LEDGER_GAUGES]) {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const samples = observe === undefined ? [] : of(await observe());
        // A value that can't be read now is left out: an old value would look current.
        this.reset();
        if (labelNames.length === 0) this.remove();
        for (const [labels, value] of samples) this.set(labels, value);
      },
    });
  }
}

function secondsFrom(moment: number, at: number): number {
  return Math.max(0, at - moment) / 1000;
}
