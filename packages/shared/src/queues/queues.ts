// Opens the queues. This is the only file that decides which backend they use.
import {
  type Job,
  type JobsOptions,
  type JobType,
  type Processor,
  Queue,
  type Telemetry,
  type Worker,
  type WorkerOptions,
} from 'bullmq';
import type { StreamJob } from '../contract/job.ts';
import type { Logger } from '../platform/logger.ts';
import { closeEach, type NamedQueues, openEach } from './catalogue.ts';
import { fence, writingHeldOnRedis } from './fenced-job.ts';
import { reportFailedJobs, reportTo, unreachable } from './queue-errors.ts';
import {
  PostgresQueue,
  PostgresWorker,
  placeLastOnPostgres,
  postgresConnectionOf,
  RedisWorker,
  tryToWriteOnPostgres,
  writingHeldOnPostgres,
} from './queue-workers.ts';
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
  /** Starts a BullMQ worker of a queue. The caller closes it before the queues. */
  startWorker<Data>(name: string, processor: Processor<Data>, options: Partial<WorkerOptions>): Worker<Data>;
  /** Refuses writes to the data and progress of a stream's job when the token does not hold its lock. */
  fence(job: Job<StreamJob>, token: string): Job<StreamJob>;
  /**
   * Puts a job that the caller holds behind those that wait, from when it will be given back: the backend on Postgres gives
   * a delayed job its old place again, in front of all that came later.
   */
  placeLast(job: Job<StreamJob>): Promise<void>;
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
  return telemetry === undefined || name === 'streams' ? {} : { telemetry };
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
  const queue = <Data>(name: string, defaultJobOptions: JobsOptions) =>
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
    startWorker: (name, processor, options) => {
      const ours = { ...WORKER_OPTIONS, ...options, ...tracing(name, settings), prefix };
      const patient = openPatientRedis(url).on('error', report);
      const worker = new RedisWorker(name, processor, { ...ours, connection: patient }).on('error', report);
      return reportFailedJobs(worker, logger);
    },
    fence: (job, token) => fence(job, token, write),
    // Redis appends a job that is due.
    placeLast: async () => undefined,
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
  const queue = <Data>(name: string, defaultJobOptions: JobsOptions) =>
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
    startWorker: <Data>(name: string, processor: Processor<Data>, options: Partial<WorkerOptions>) => {
      const ours = { ...WORKER_OPTIONS, ...options, ...tracing(name, settings), connection };
      const worker = new PostgresWorker(name, processor as Processor, ours);
      return reportFailedJobs(worker.on('error', report) as unknown as Worker<Data>, logger);
    },
    fence: (job, token) => fence(job, token, writingHeldOnPostgres(queues.streams)),
    placeLast: (job) => placeLastOnPostgres(queues.streams, job.id ?? ''),
    budget: textOnPostgres(queues.streams, 'timepoint.budget'),
    // Postgres forgets nothing that it acknowledged; a failed command ends the run of a stream by itself.
    onConnectionLost: () => () => undefined,
    ping: () => tryToWriteOnPostgres(queues.streams),
    close: () => closeEach(queues),
  };
}

export type { Job, JobType, Telemetry as QueueTelemetry };
