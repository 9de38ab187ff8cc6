import type { StreamName } from '@timepoint/shared/contract/streams';
import { startAlerts } from '@timepoint/shared/monitoring/start-alerts';
import { type Env, loadConfig } from '@timepoint/shared/platform/config';
import type { TimepointError } from '@timepoint/shared/platform/errors';
import { startHealthServer } from '@timepoint/shared/platform/health';
import { closeAll, type Service } from '@timepoint/shared/platform/lifecycle';
import { createLogger, passwordOf } from '@timepoint/shared/platform/logger';
import { ingestorSettings } from '@timepoint/shared/platform/settings/ingestor';
import { startTracing } from '@timepoint/shared/platform/tracing';
import { openQueues } from '@timepoint/shared/queues/queues';
import { connectionsTo } from './connect.ts';
import { assessingQueues } from './health/assess-queues.ts';
import { readyChecks } from './health/ready-checks.ts';
import { watchProgress } from './health/watch-progress.ts';
import { startLeases } from './lease.ts';
import { createMetrics } from './metrics.ts';
import type { Reporter } from './reporter.ts';

export { ingestorSettings };

type Settings = ReturnType<typeof loadConfig<typeof ingestorSettings>>;

/**
 * Starts an ingestor: streams in, jobs out.
 * @throws ConfigError for bad settings, and the error when the queue can't be reached.
 */
export async function startIngestor(env: Env): Promise<Service> {
  const config = loadConfig(ingestorSettings, env);
  const limits = { downMs: config.ALERT_DOWN_SECONDS * 1000, behindMs: config.ALERT_BEHIND_SECONDS * 1000 };
  const logger = createLogger({ name: 'ingestor', level: config.LOG_LEVEL, secrets: secretsOf(config) });
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const tracing = await startTracing('ingestor', config.OTEL_EXPORTER_OTLP_ENDPOINT, logger);
  const queues = await openQueues({ ...storeSettings(config), telemetry: tracing.telemetry }, logger);
  const reporters = new Map<StreamName, Reporter>();
  const metrics = createMetrics(reporters);
  queues.onJobFailure(({ queue }) => metrics.jobFailures.inc({ queue }));
  const progress = watchProgress({
    queues,
    reporters,
    ...progressSettings(config),
    onStuck: fail,
  });
  const health = await startHealthServer({
    port: config.PORT,
    host: config.BIND_ADDRESS,
    live: { streams: progress.check },
    ready: readyChecks({ queues, reporters, streams: config.CH_STREAMS, downMs: limits.downMs }),
    registry: metrics.registry,
  });
  const onStopped = (error: TimepointError) => fail(error);
  const leases = await startLeases({
    ...leaseSettings(config),
    queues,
    reporters,
    metrics,
    logger,
    onStopped,
  });
  // Workers notify more findings, but only while one of them runs.
  const alerts = startAlerts({
    queues,
    assessNow: assessingQueues(queues, limits),
    webhookUrl: config.ALERT_WEBHOOK_URL,
    prefix: config.QUEUE_PREFIX,
    logger,
  });
  logger.info({ port: health.port, queue: queues.backend, streams: config.CH_STREAMS }, 'ingestor started');
  const opened = [logger, tracing, queues, health, progress, leases, alerts];
  return { failed, port: health.port, close: () => closeAll(opened) };
}

function secretsOf(config: Settings) {
  const { CH_STREAM_KEY, REDIS_URL, DATABASE_URL, ALERT_WEBHOOK_URL } = config;
  return [CH_STREAM_KEY, passwordOf(REDIS_URL), passwordOf(DATABASE_URL), ALERT_WEBHOOK_URL];
}

function storeSettings(config: Settings) {
  return { redisUrl: config.REDIS_URL, databaseUrl: config.DATABASE_URL, prefix: config.QUEUE_PREFIX };
}

function progressSettings(config: Settings) {
  return {
    streams: config.CH_STREAMS,
    maxConnections: config.CH_MAX_CONNECTIONS,
    idleTimeoutMs: config.IDLE_TIMEOUT_MS,
  };
}

function leaseSettings(config: Settings) {
  return {
    streams: config.CH_STREAMS,
    maxConnections: config.CH_MAX_CONNECTIONS,
    openConnection: connectionsTo({
      url: config.CH_STREAM_URL,
      key: config.CH_STREAM_KEY,
      idleTimeoutMs: config.IDLE_TIMEOUT_MS,
    }),
    silenceLimitMs: config.SILENCE_LIMIT_MS,
    highWaterJobs: config.HIGH_WATER_JOBS,
    highWaterBytes: config.HIGH_WATER_MB * 1024 * 1024,
    lowWaterJobs: config.LOW_WATER_JOBS,
    turnMs: config.TURN_MS,
  };
}
