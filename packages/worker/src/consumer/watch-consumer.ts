import { setTimeout as sleep } from 'node:timers/promises';
import { TimepointError } from '@timepoint/shared/platform/errors';
import type { Check } from '@timepoint/shared/platform/health';
import { inTime } from '@timepoint/shared/platform/in-time';
import type { Logger } from '@timepoint/shared/platform/logger';
import { depthOf } from '@timepoint/shared/queues/depth';
import type { Queues } from '@timepoint/shared/queues/queues';
import type { Consumer } from './consumer.ts';
import { findStuck, STUCK_LIMITS, type StuckLimits } from './find-stuck.ts';

export interface ConsumerWatchOptions {
  readonly consumer: Consumer;
  readonly queue: Queues['all'][number];
  /** False while the consumer takes no jobs on purpose: a restart would not help. Without this option it always takes jobs. */
  readonly isTaking?: () => boolean;
  /** Called when the consumer hangs again after a restart. */
  readonly onHopeless: (error: TimepointError) => void;
  readonly logger: Logger;
  readonly limits?: StuckLimits;
  /** The time between two looks, in ms. */
  readonly lookMs?: number;
}

export interface ConsumerWatch {
  readonly queue: string;
  /** Whether the consumer makes progress. */
  check(): Check;
  close(): Promise<void>;
}

const LOOK_MS = 5_000;
/** A queue that does not answer for this long, in ms, can't be reached. The watch must not hang together with the consumer. */
const QUEUE_DEADLINE_MS = 10_000;

/** Watches that a consumer makes progress. Restarts one that hangs, once, and gives up when the restart does not help. */
export function watchConsumer(options: ConsumerWatchOptions): ConsumerWatch {
  const { consumer, onHopeless, logger } = options;
  const { isTaking = () => true, limits = STUCK_LIMITS, lookMs = LOOK_MS } = options;
  const stop = new AbortController();
  let idleSince: number | null = null;
  let restartedAt: number | null = null;
  let problem: string | null = null;
  let isHopeless = false;

  const look = async () => {
    const takeable = isTaking() ? ((await inTime(countTakeable(options.queue), QUEUE_DEADLINE_MS)) ?? 0) : 0;
    const found = findStuck(idleSince, { at: performance.now(), takeable, ...consumer.state }, limits);
    idleSince = found.idleSince;
    problem = found.problem;
    if (restartedAt !== null && (consumer.state.lastEndedAt ?? 0) > restartedAt) restartedAt = null;
    if (problem === null) return;
    if (restartedAt !== null) {
      isHopeless = true;
      return onHopeless(hangs(options.queue.name, problem));
    }
    logger.error({ queue: options.queue.name, problem }, 'the consumer hangs: it is started anew');
    restartedAt = performance.now();
    idleSince = null;
    await consumer.restart();
  };
  const repeat = async () => {
    while (!stop.signal.aborted && !isHopeless) {
      await look();
      await sleep(lookMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const repeating = repeat();
  return {
    queue: options.queue.name,
    check: () => ({
      ok: !isHopeless,
      detail: problem ?? (isTaking() ? 'takes jobs, or none wait' : 'takes none while the store fails'),
    }),
    close: async () => {
      stop.abort();
      await repeating;
    },
  };
}

/** The number of jobs that any worker could take now: 0 while the queue is paused. */
async function countTakeable(queue: Queues['all'][number]): Promise<number> {
  return (await queue.isPaused()) ? 0 : (await depthOf(queue)).waiting;
}

function hangs(queue: string, problem: string): TimepointError {
  const message = `The consumer of the queue ${queue} hangs, and to start it anew did not help: ${problem}. The process ends; start it again.`;
  return new TimepointError('consumer-stuck', message, { retryable: true });
}
