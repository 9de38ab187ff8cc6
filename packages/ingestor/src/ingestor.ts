import {
  commonSettings,
  count,
  type Env,
  httpUrl,
  loadConfig,
  optionalCount,
  port,
  queueSettings,
  streamNames,
} from '@timepoint/shared/config';
import type { TimepointError } from '@timepoint/shared/errors';
import { startHealthServer } from '@timepoint/shared/health';
import { closeAll, type Service } from '@timepoint/shared/lifecycle';
import { createLogger, passwordOf } from '@timepoint/shared/logger';
import { openQueues } from '@timepoint/shared/queues';
import { STREAM_NAMES, type StreamName } from '@timepoint/shared/streams';
import { z } from 'zod';
import { startLeases } from './lease.ts';
import { createMetrics } from './metrics.ts';
import type { Reporter } from './reporter.ts';

const STREAM_KEY_HELP = 'is not set: create a key of type "stream" in your Companies House developer account';

/** The settings of the ingestor. */
export const ingestorSettings = z
  .object({
    ...commonSettings,
    ...queueSettings,
    CH_STREAM_KEY: z.string({ error: STREAM_KEY_HELP }),
    CH_STREAM_URL: httpUrl.default('https://stream.companieshouse.gov.uk'),
    CH_STREAMS: streamNames,
    CH_MAX_CONNECTIONS: count(STREAM_NAMES.length),
    IDLE_TIMEOUT_MS: count(90_000),
    SILENCE_LIMIT_MS: optionalCount,
    HIGH_WATER_JOBS: count(1_000),
    LOW_WATER_JOBS: count(250),
    TURN_MS: count(60_000),
    PORT: port(8081),
  })
  .refine((settings) => settings.REDIS_URL ?? settings.DATABASE_URL, {
    path: ['REDIS_URL'],
    message: 'is not set: set REDIS_URL, or DATABASE_URL to keep the queues in Postgres',
    when: () => true,
  })
  .refine((settings) => settings.LOW_WATER_JOBS < settings.HIGH_WATER_JOBS, {
    path: ['LOW_WATER_JOBS'],
    message: 'must be less than HIGH_WATER_JOBS',
  });

/**
 * Starts an ingestor: streams in, jobs out.
 * @throws ConfigError for bad settings, and whatever keeps the queue from being reached.
 */
export async function startIngestor(env: Env): Promise<Service> {
  const config = loadConfig(ingestorSettings, env);
  const secrets = [config.CH_STREAM_KEY, passwordOf(config.REDIS_URL), passwordOf(config.DATABASE_URL)];
  const logger = createLogger({ name: 'ingestor', level: config.LOG_LEVEL, secrets });
  const metrics = createMetrics();
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const queues = await openQueues(
    { redisUrl: config.REDIS_URL, databaseUrl: config.DATABASE_URL, prefix: config.QUEUE_PREFIX },
    logger,
  );
  const reporters = new Map<StreamName, Reporter>();
  const health = await startHealthServer({
    port: config.PORT,
    live: { process: () => ({ ok: true, detail: 'running' }) },
    ready: {
      queue: async () => {
        await queues.ping();
        return { ok: true, detail: queues.backend };
      },
      streams: () => ({
        ok: true,
        detail: [...reporters.keys()].join(', ') || 'stand-by: other ingestors hold the streams',
      }),
    },
    registry: metrics.registry,
  });
  const leases = await startLeases({
    reporters,
    queues,
    streams: config.CH_STREAMS,
    maxConnections: config.CH_MAX_CONNECTIONS,
    url: config.CH_STREAM_URL,
    key: config.CH_STREAM_KEY,
    idleTimeoutMs: config.IDLE_TIMEOUT_MS,
    silenceLimitMs: config.SILENCE_LIMIT_MS,
    highWaterJobs: config.HIGH_WATER_JOBS,
    lowWaterJobs: config.LOW_WATER_JOBS,
    turnMs: config.TURN_MS,
    metrics,
    logger,
    onStopped: (error: TimepointError) => fail(error),
  });
  logger.info({ port: health.port, queue: queues.backend, streams: config.CH_STREAMS }, 'ingestor started');
  return { failed, port: health.port, close: () => closeAll([queues, health, leases]) };
}
