// Opens the queues. This is the only file that decides which backend they use.
import {
  type Job,
  type JobType,
  type Processor,
  Queue,
  type Telemetry,
  type Worker,
  type WorkerOptions,
} from 'bullmq';
import type { StreamJob } from '../contract/job.ts';
import type { Logger } from '../platform/logger.ts';
import {
  PostgresQueue,
  PostgresWorker,
  placeLastOnPostgres,
  RedisWorker,
  writingHeldOnPostgres,
  writingHeldOnRedis,
} from './bullmq-workarounds.ts';
import { type CataloguedQueue, catalogue, closeEach, type NamedQueues, openEach } from './catalogue.ts';
import { type Consume, type ConsumeBackend, consuming, type JobFailure } from './consume.ts';
import { fence } from './fenced-job.ts';
import { postgresConnectionOf, tryToWriteOnPostgres } from './postgres-connection.ts';
import { reportTo, unreachable } from './queue-errors.ts';
import { findRedisRisks, openPatientRedis, openStrictRedis, waitForRedis } from './redis.ts';
import { type StoredText, textOnPostgres, textOnRedis } from './stored-text.ts';

export interface QueueSettings {
  /** The choice for production. When it is not set, BullMQ keeps the queues in the database. */
  readonly redisUrl?: string | undefined;
  readonly databaseUrl?: string | undefined;
  /** Has a hash tag, so that all queues are on one node of a cluster. */
  readonly prefix: string;
  /** Carries traces through the queues. */
  readonly telemetry?: Telemetry | undefined;
}

export interface Queues extends NamedQueues {
  readonly backend: 'redis' | 'postgres';
  /** Takes the jobs of a queue. */
  readonly consume: Consume;
  /** Calls back at every failure of a job that this process consumes. */
  onJobFailure(listener: (failure: JobFailure) => void): void;
  /** Refuses writes to the data and progress of a stream's job when the token does not hold its lock. */
  fence(job: Job<StreamJob>, token: string): Job<StreamJob>;
  /** A text about the connections that all ingestors share. */
  readonly budget: StoredText;
  /** Calls back whenever the connection that writes to the queues is lost. Returns how to stop. */
  onConnectionLost(listener: () => void): () => void;
  /** Rejects when the queues can't be reached now, or take no writes. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const SHORTEST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 15_000;

/** How long a failed events job waits, in ms: doubling from 250 ms to 15 s, the upper half of it random. */
export function retryDelay(attemptsMade: number, random: () => number = Math.random): number {
  const full = Math.min(SHORTEST_RETRY_MS * 2 ** Math.min(attemptsMade - 1, 16), LONGEST_RETRY_MS);
  return Math.round(full / 2 + (random() * full) / 2);
}

const PING_KEPT_MS = 60_000;

/**
 * The job of a dead worker is taken over this long after the last renewal of its lock, plus the check interval, in ms.
 */
export const LOCK_DURATION_MS = 8_000;
const STALLED_INTERVAL_MS = 3_000;

const WORKER_OPTIONS = {
  lockDuration: LOCK_DURATION_MS,
  stalledInterval: STALLED_INTERVAL_MS,
  // A job whose worker was killed goes back to wait, any number of times: it must not be lost.
  // The backend on Postgres counts in 32 bits.
  maxStalledCount: 2 ** 31 - 1,
  settings: { backoffStrategy: (attemptsMade: number) => retryDelay(attemptsMade) },
} satisfies Partial<WorkerOptions>;

/** A job of `streams` lasts for days. As one span it would contain everything and never be sent. */
function tracing(name: string, { telemetry }: QueueSettings): { telemetry?: Telemetry } {
  return telemetry === undefined || name === catalogue.streams.name ? {} : { telemetry };
}

/**
 * Opens the queues. Logs a warning about a Redis that may lose jobs.
 * @throws when the queue store can't be reached or is too old for BullMQ.
 */
export async function openQueues(settings: QueueSettings, logger: Logger): Promise<Queues> {
  return settings.redisUrl === undefined
    ? openOnPostgres(settings.databaseUrl ?? '', settings, logger)
    : openOnRedis(settings.redisUrl, settings, logger);
}

async function openOnRedis(url: string, settings: QueueSettings, logger: Logger): Promise<Queues> {
  const { prefix } = settings;
  const connection = openStrictRedis(url);
  const report = reportTo(logger);
  connection.on('error', report);
  const giveUp = (error: unknown): never => {
    connection.disconnect();
    throw unreachable('Redis', url, 'REDIS_URL', error);
  };
  await waitForRedis(connection).catch(giveUp);
  for (const risk of await findRedisRisks(connection).catch(giveUp))
    logger.warn({ risk }, `redis may lose jobs: ${risk}`);
  const queue = <Data>({ name, options: defaultJobOptions }: CataloguedQueue<Data>) =>
    new Queue<Data>(name, { connection, prefix, defaultJobOptions, ...tracing(name, settings) }).on(
      'error',
      report,
    ) as Queue<Data>;
  const queues = openEach(queue);
  // A queue that loses its connection before it is ready never works again.
  await Promise.all(queues.all.map((queue) => queue.waitUntilReady())).catch(giveUp);
  const write = writingHeldOnRedis(connection, (jobId) => queues.streams.toKey(jobId));
  return {
    ...queues,
    backend: 'redis',
    ...consumption({
      startWorker: (name, processor, options) => {
        const ours = { ...WORKER_OPTIONS, ...options, ...tracing(name, settings), prefix };
        const patient = openPatientRedis(url).on('error', report);
        return new RedisWorker(name, processor, { ...ours, connection: patient }).on('error', report);
      },
      // Redis appends a job that is due.
      placeLast: async () => undefined,
      logger,
    }),
    fence: (job, token) => fence(job, token, write),
    budget: textOnRedis(connection, `${prefix}:budget`),
    onConnectionLost: (listener) => {
      connection.on('close', listener);
      return () => connection.off('close', listener);
    },
    // A Redis that is full, or whose disk is full, still answers reads, so this writes.
    ping: async () => void (await connection.set(`${prefix}:ping`, '', 'PX', PING_KEPT_MS)),
    close: async () => {
      await closeEach(queues);
      connection.disconnect();
    },
  };
}

/** How the queues of a backend are consumed, and who hears of the failures. */
function consumption(backend: Omit<ConsumeBackend, 'onFailure'>): Pick<Queues, 'consume' | 'onJobFailure'> {
  const listeners = new Set<(failure: JobFailure) => void>();
  const onFailure = (failure: JobFailure) => {
    for (const listener of listeners) listener(failure);
  };
  return {
    consume: consuming({ ...backend, onFailure }),
    onJobFailure: (listener) => void listeners.add(listener),
  };
}

/**
 * The schema of queues in Postgres. BullMQ uses the prefix only on Redis, so the schema separates installations there.
 */
export function queueSchema(prefix: string): string {
  return `bullmq_${prefix.replace(/\W/g, '_').replace(/^_|_$/g, '')}`;
}

async function openOnPostgres(url: string, settings: QueueSettings, logger: Logger): Promise<Queues> {
  const connection = {
    ...postgresConnectionOf(url),
    schema: queueSchema(settings.prefix),
    max: 2,
  };
  const report = reportTo(logger);
  const queue = <Data>({ name, options: defaultJobOptions }: CataloguedQueue<Data>) =>
    new PostgresQueue(name, { connection, defaultJobOptions, ...tracing(name, settings) }).on(
      'error',
      report,
    ) as unknown as Queue<Data>;
  const queues = openEach(queue);
  await Promise.all(queues.all.map((queue) => queue.waitUntilReady())).catch(async (error: unknown) => {
    await closeEach(queues).catch(report);
    throw unreachable('Postgres', url, 'DATABASE_URL', error);
  });
  return {
    ...queues,
    backend: 'postgres',
    ...consumption({
      startWorker: <Data>(name: string, processor: Processor<Data>, options: Partial<WorkerOptions>) => {
        const ours = { ...WORKER_OPTIONS, ...options, ...tracing(name, settings), connection };
        const worker = new PostgresWorker(name, processor as Processor, ours);
        return worker.on('error', report) as unknown as Worker<Data>;
      },
      placeLast: ({ queueName, id = '' }) => placeLastOnPostgres(queues.streams, queueName, id),
      logger,
    }),
    fence: (job, token) => fence(job, token, writingHeldOnPostgres(queues.streams)),
    budget: textOnPostgres(queues.streams, 'timepoint.budget'),
    // Postgres forgets nothing that it acknowledged; a failed command ends the run of a stream by itself.
    onConnectionLost: () => () => undefined,
    ping: () => tryToWriteOnPostgres(queues.streams),
    close: () => closeEach(queues),
  };
}

export type { Job, JobType, Telemetry as QueueTelemetry };
