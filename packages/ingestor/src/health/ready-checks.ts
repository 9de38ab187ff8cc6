import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import type { StreamName } from '@timepoint/shared/contract/streams';
import type { Check, Checks } from '@timepoint/shared/platform/health';
import { span } from '@timepoint/shared/platform/time-span';
import type { Queues } from '@timepoint/shared/queues/queues';
import { readQueues } from '@timepoint/shared/queues/read-queues';
import type { Reporter } from '../reporter.ts';
import { findUntaken } from './find-stuck.ts';
import { PROGRESS_GRACE_MS } from './watch-progress.ts';

export interface ReadyOptions {
  readonly queues: Queues;
  /** The reporters of the streams that are held now. */
  readonly reporters: ReadonlyMap<StreamName, Reporter>;
  /** Streams that this ingestor may hold. */
  readonly streams: readonly StreamName[];
  /** Without a connection for longer than this, a stream is down, in ms. */
  readonly downMs: number;
}

/** The checks of whether an ingestor can follow its streams. */
export function readyChecks({ queues, reporters, streams, downMs }: ReadyOptions): Checks {
  return {
    queue: async () => {
      await queues.ping();
      return { ok: true, detail: queues.backend };
    },
    lease: async () => {
      const untaken = findUntaken(await readQueues(queues), streams, PROGRESS_GRACE_MS, Date.now());
      if (untaken.length > 0) return { ok: false, detail: `no ingestor takes ${untaken.join(', ')}` };
      const held = [...reporters.keys()].join(', ');
      return { ok: true, detail: held === '' ? 'stand-by: it holds no stream' : `holds ${held}` };
    },
    streams: () => checkStreams([...reporters], downMs, Date.now()),
  };
}

function checkStreams(
  held: readonly (readonly [StreamName, Reporter])[],
  downMs: number,
  now: number,
): Check {
  const described = held.map(([stream, { current }]) => `${stream} ${describe(current, now)}`);
  const ok = held.every(([, { current }]) => isWell(current, downMs, now));
  return { ok, detail: described.join('; ') || 'none is held' };
}

/** A stream is well when it is open, or waits in order: for the queue to drain, or not for long yet. */
function isWell({ state, downSince, countedAnew }: ConnectionReport, downMs: number, now: number): boolean {
  if (countedAnew) return false;
  return state === 'open' || state === 'draining' || downSince === null || now - downSince <= downMs;
}

function describe(report: ConnectionReport, now: number): string {
  const { countedAnew } = report;
  if (!countedAnew) return describeState(report, now);
  return `counts anew for ${span(now - countedAnew.since)}, ${describeState(report, now)}`;
}

function describeState({ state, since, ending, detail, nextTryAt }: ConnectionReport, now: number): string {
  const why = [ending, detail].filter(Boolean).join(', ');
  switch (state) {
    case 'waiting':
      return `waits after ${why}${nextTryAt === null ? '' : `, next try in ${span(nextTryAt - now)}`}`;
    case 'draining':
      return `waits for the queue to drain, for ${span(now - since)}`;
    default:
      return `${state} for ${span(now - since)}`;
  }
}
