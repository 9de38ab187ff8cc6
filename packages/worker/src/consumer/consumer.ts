import type { CataloguedQueue } from '@timepoint/shared/queues/catalogue';
import type { Take } from '@timepoint/shared/queues/consume';
import type { Queues } from '@timepoint/shared/queues/queues';

/** Takes jobs from a queue, and can be restarted when it hangs. */
export interface Consumer {
  readonly state: ConsumerState;
  /** Takes no more jobs until `resume`. */
  pause(): void;
  resume(): void;
  /** Abandons the worker that hangs and starts a new one. Waits at most 5 s for the old one. */
  restart(): Promise<void>;
  /** Finishes the jobs in hand and takes no more. */
  close(): Promise<void>;
}

/** The progress of a consumer. Times are in ms by the monotonic clock. */
export interface ConsumerState {
  readonly freeSlots: number;
  /** When the last job was taken; null when none was. */
  readonly lastTakenAt: number | null;
  /** When the last job ended, successfully or not; null when none has. */
  readonly lastEndedAt: number | null;
  /** When the oldest job in hand was taken; null when there is none. */
  readonly oldestTakenAt: number | null;
}

export interface ConsumerOptions<Data> {
  readonly queues: Pick<Queues, 'consume'>;
  readonly queue: CataloguedQueue<Data>;
  /** How many jobs run at the same time. */
  readonly concurrency: number;
  /** Does the job. Its return value is the result of the job. */
  readonly take: Take<Data>;
  /** What the log of a failure says of the job, beside its id. */
  readonly about?: (data: Data) => object;
}

/** The longest wait for a hanging worker to close, in ms. */
const ABANDON_MS = 5_000;

/** Starts a consumer. Its jobs are asked to stop when it closes or restarts. It only counts them: they go from the queue to `take`. */
export function startConsumer<Data>({ take, ...options }: ConsumerOptions<Data>): Consumer {
  const { queues, queue, concurrency, about } = options;
  let taken = new Map<symbol, number>();
  let lastTakenAt: number | null = null;
  let lastEndedAt: number | null = null;
  let stop = new AbortController();
  const start = () => {
    // Jobs that hang in an abandoned worker are not counted any more.
    const mine = new Map<symbol, number>();
    taken = mine;
    const onBegin = () => {
      const key = Symbol(queue.name);
      lastTakenAt = performance.now();
      mine.set(key, lastTakenAt);
      return () => {
        mine.delete(key);
        lastEndedAt = performance.now();
      };
    };
    return queues.consume(queue, take, {
      concurrency,
      stop: stop.signal,
      onBegin,
      ...(about && { about }),
    });
  };
  let worker = start();
  return {
    get state() {
      const oldestTakenAt = taken.size === 0 ? null : Math.min(...taken.values());
      return { freeSlots: concurrency - taken.size, lastTakenAt, lastEndedAt, oldestTakenAt };
    },
    pause: () => void worker.pause(true),
    resume: () => void worker.resume(),
    restart: async () => {
      const hanging = worker;
      stop.abort();
      stop = new AbortController();
      worker = start();
      await abandon(hanging);
    },
    close: () => {
      stop.abort();
      return worker.close();
    },
  };
}

/** Closes a worker by force. Returns when it is closed, or after {@link ABANDON_MS}. */
async function abandon(worker: { close(isForced: boolean): Promise<unknown> }): Promise<void> {
  const { promise: tooLate, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ABANDON_MS);
  await Promise.race([worker.close(true).catch(() => undefined), tooLate]);
  clearTimeout(timer);
}
