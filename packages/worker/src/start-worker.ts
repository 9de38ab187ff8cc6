import { checkMigrated } from '@timepoint/database/migration/migrate';
import { checkReachable, type Database, openDatabase } from '@timepoint/database/pool';
import { poolSize } from '@timepoint/database/pool-size';
import { limitsOf } from '@timepoint/shared/monitoring/limits';
import { startAlerts } from '@timepoint/shared/monitoring/start-alerts';
import { type Env, loadConfig } from '@timepoint/shared/platform/config';
import { startHealthServer } from '@timepoint/shared/platform/health';
import { closeAll, type Service } from '@timepoint/shared/platform/lifecycle';
import { createLogger, type Logger, passwordOf } from '@timepoint/shared/platform/logger';
import { workerSettings } from '@timepoint/shared/platform/settings/worker';
import { startTracing } from '@timepoint/shared/platform/tracing';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import type { z } from 'zod';
import { startEventsWorker } from './apply/worker.ts';
import { countJobFailures } from './consumer/count-job-failures.ts';
import { LONG_JOB_LIMITS } from './consumer/find-stuck.ts';
import { watchConsumer } from './consumer/watch-consumer.ts';
import { assessing } from './health/assess-system.ts';
import { observing } from './health/observe.ts';
import { readyChecks } from './health/ready-checks.ts';
import { startActionsWorker } from './letters/actions-worker.ts';
import { startLettersWorker } from './letters/letters-worker.ts';
import { startMaintenance } from './maintenance/maintenance.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { notifyLostQueue } from './notify/notify-lost-queue.ts';
import { keepDeriving } from './reconcile/keep-deriving.ts';
import { reconcileStreams } from './reconcile/reconcile-streams.ts';
import { createRecurringWork, type RecurringWork } from './reconcile/recurring-work.ts';
import { startMergeWorker } from './snapshots/merge-worker.ts';

export { workerSettings };

type WorkerConfig = Readonly<z.output<typeof workerSettings>>;

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
  const { database, tracing, queues } = await openStores(config, logger);
  const observe = observing({ queues, database });
  const metrics = createMetrics(observe);
  countJobFailures(queues, metrics);
  const parts = { queues, database, metrics, logger };
  const { consumers, watched, storeFailure } = startConsumers(parts, config);
  const work = createRecurringWork({ metrics, logger });
  const recurring = await startRecurring({ ...parts, work }, config);
  const watches = watched.map((each) => watchConsumer({ ...each, onHopeless: fail, logger }));
  const limits = limitsOf(config);
  const assessNow = assessing({ observe, limits, storeFailure, workFailure: work.failure });
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
  const opened = [
    ...[logger, tracing, database, queues, health],
    ...recurring,
    ...consumers,
    ...watches,
    alerts,
  ];
  return { failed, port: health.port, close: () => closeAll(opened) };
}

/** Opens the database, which must be migrated, then tracing and the queues. */
async function openStores(config: WorkerConfig, logger: Logger) {
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
  return { database, tracing, queues };
}

interface Parts {
  readonly queues: Queues;
  readonly database: Database;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Starts what takes jobs. `consumers` are in the order of closing, the last one first; `watched` says how to watch each. */
function startConsumers(parts: Parts, config: WorkerConfig) {
  const { queues } = parts;
  const events = startEventsWorker({ ...parts, concurrency: config.WORKER_CONCURRENCY });
  const merges = startMergeWorker(parts);
  const letters = startLettersWorker(parts);
  const actions = startActionsWorker(parts);
  return {
    consumers: [actions, letters, merges, events],
    watched: [
      { ...events, queue: queues.events },
      { consumer: letters, queue: queues.deadLetters },
      { consumer: merges, queue: queues.snapshots, limits: LONG_JOB_LIMITS },
      { consumer: actions, queue: queues.actions, limits: LONG_JOB_LIMITS },
    ],
    storeFailure: events.storeFailure,
  };
}

/** Starts the recurring work. Returns its parts in the order of closing, the last one first. */
async function startRecurring(parts: Parts & { readonly work: RecurringWork }, config: WorkerConfig) {
  const keeper = reconcileStreams({
    ...parts,
    streams: config.CH_STREAMS,
    graceSeconds: config.HOLE_GRACE_SECONDS,
  });
  const deriving = keepDeriving(parts);
  const maintenance = await startMaintenance({
    ...parts,
    retentionDays: config.EVENT_RETENTION_DAYS,
    letterRetentionDays: config.LETTER_RETENTION_DAYS,
    auditRetentionDays: config.AUDIT_RETENTION_DAYS,
  });
  return [maintenance, keeper, deriving];
}
