import { checkMigrated } from '@timepoint/database/migration/migrate';
import { checkReachable, openDatabase } from '@timepoint/database/pool';
import { poolSize } from '@timepoint/database/pool-size';
import { startAlerts } from '@timepoint/shared/monitoring/start-alerts';
import { type Env, limitsOf, loadConfig } from '@timepoint/shared/platform/config';
import { startHealthServer } from '@timepoint/shared/platform/health';
import { closeAll, type Service } from '@timepoint/shared/platform/lifecycle';
import { createLogger, passwordOf } from '@timepoint/shared/platform/logger';
import { workerSettings } from '@timepoint/shared/platform/settings/worker';
import { startTracing } from '@timepoint/shared/platform/tracing';
import { openQueues } from '@timepoint/shared/queues/queues';
import { startEventsWorker } from './apply/worker.ts';
import { LONG_JOB_LIMITS } from './consumer/find-stuck.ts';
import { watchConsumer } from './consumer/watch-consumer.ts';
import { assessing } from './health/assess-system.ts';
import { observing } from './health/observe.ts';
import { readyChecks } from './health/ready-checks.ts';
import { startActionsWorker } from './letters/actions-worker.ts';
import { startLettersWorker } from './letters/letters-worker.ts';
import { startMaintenance } from './maintenance/maintenance.ts';
import { createMetrics } from './metrics.ts';
import { notifyLostQueue } from './notify/notify-lost-queue.ts';
import { keepDeriving } from './reconcile/keep-deriving.ts';
import { reconcileStreams } from './reconcile/reconcile-streams.ts';
import { createRecurringWork } from './reconcile/recurring-work.ts';
import { startMergeWorker } from './snapshots/merge-worker.ts';

export { workerSettings };

/**
 * Starts a worker: jobs in, rows out. Any number of them may run.
 * @throws ConfigError for bad settings; a TimepointError that names the remedy when the database can't be
 * reached or is not migrated.
 */
export async function startWorker(env: Env): Promise<Service> {
  const config = loadConfig(workerSettings, env);
  const secrets = [passwordOf(config.REDIS_URL), passwordOf(config.DATABASE_URL), config.ALERT_WEBHOOK_URL];
  const logger = createLogger({ name: 'worker', level: config.LOG_LEVEL, secrets });
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  const database = openDatabase(config.DATABASE_URL, poolSize(config.WORKER_CONCURRENCY));
  await checkReachable(database, config.DATABASE_URL);
  await checkMigrated(config.DATABASE_URL);
  const tracing = await startTracing('worker', config.OTEL_EXPORTER_OTLP_ENDPOINT, logger);
  const queues = await openQueues(
    {
      redisUrl: config.REDIS_URL,
      databaseUrl: config.DATABASE_URL,
      prefix: config.QUEUE_PREFIX,
      telemetry: tracing.telemetry,
    },
    logger,
  );
  const observe = observing({ queues, database });
  const metrics = createMetrics(observe);
  const events = startEventsWorker({
    queues,
    database,
    concurrency: config.WORKER_CONCURRENCY,
    metrics,
    logger,
  });
  const merges = startMergeWorker({ queues, database, metrics, logger });
  const letters = startLettersWorker({ queues, database, metrics, logger });
  const actions = startActionsWorker({ queues, database, metrics, logger });
  const work = createRecurringWork({ metrics, logger });
  const keeper = reconcileStreams({
    queues,
    database,
    streams: config.CH_STREAMS,
    graceSeconds: config.HOLE_GRACE_SECONDS,
    metrics,
    work,
    logger,
  });
  const deriving = keepDeriving({ database, work });
  const maintenance = await startMaintenance({
    queues,
    database,
    retentionDays: config.EVENT_RETENTION_DAYS,
    letterRetentionDays: config.LETTER_RETENTION_DAYS,
    auditRetentionDays: config.AUDIT_RETENTION_DAYS,
    metrics,
    logger,
  });
  const watches = [
    { ...events, queue: queues.events },
    { consumer: letters, queue: queues.deadLetters },
    { consumer: merges, queue: queues.snapshots, limits: LONG_JOB_LIMITS },
    { consumer: actions, queue: queues.actions, limits: LONG_JOB_LIMITS },
  ].map((watched) => watchConsumer({ ...watched, onHopeless: fail, logger }));
  const { storeFailure } = events;
  const assessNow = assessing({
    observe,
    limits: limitsOf(config),
    storeFailure,
    workFailure: work.failure,
  });
  const alerts = startAlerts({
    queues,
    assessNow,
    lostQueue: notifyLostQueue(database, work),
    webhookUrl: config.ALERT_WEBHOOK_URL,
    prefix: config.QUEUE_PREFIX,
    logger,
  });
  const health = await startHealthServer({
    port: config.PORT,
    host: config.BIND_ADDRESS,
    live: Object.fromEntries(watches.map(({ queue, check }) => [queue, check])),
    ready: readyChecks({ queues, database, assessNow, storeFailure, work }),
    registry: metrics.registry,
  });
  logger.info({ port: health.port, queue: queues.backend, streams: config.CH_STREAMS }, 'worker started');
  return {
    failed,
    port: health.port,
    close: () =>
      closeAll([
        logger,
        tracing,
        database,
        queues,
        health,
        maintenance,
        keeper,
        deriving,
        actions,
        letters,
        merges,
        events,
        ...watches,
        alerts,
      ]),
  };
}
