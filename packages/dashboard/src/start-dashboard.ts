import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isMigrated } from '@timepoint/database/migration/is-migrated';
import { type Database, openDatabase, openWriteProbe } from '@timepoint/database/read-only-pool';
import { limitsOf } from '@timepoint/shared/monitoring/limits';
import { type Env, loadConfig } from '@timepoint/shared/platform/config';
import { type Checks, explainListening } from '@timepoint/shared/platform/health';
import { closeAll, type Service } from '@timepoint/shared/platform/lifecycle';
import { createLogger, passwordOf } from '@timepoint/shared/platform/logger';
import { dashboardSettings } from '@timepoint/shared/platform/settings/dashboard';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import type { FastifyInstance } from 'fastify';
import { createApp } from './app.ts';
import { createMetrics } from './metrics.ts';
import { renderStatusSections } from './pages/status-page.ts';
import type { View } from './routes/live.ts';
import { createFailureReport } from './sampling/report-failures.ts';
import { type Sampler, startSampler } from './sampling/sampler.ts';
import { createTakeSample } from './sampling/take-sample.ts';

/** The pause between two samples while a page is open, in ms: changes show within two seconds. */
const WATCHED_MS = 1_000;
/** The pause while no page is open, in ms. The rates need these samples. */
const IDLE_MS = 5_000;
/** Without a sample for this long, in ms, the dashboard hangs; a store that gives no answer costs ten seconds. */
const STUCK_MS = 60_000;

/**
 * Starts the dashboard. `folder` has the files for the browser; by default it is the folder of the bundle.
 * @throws ConfigError for bad settings; a TimepointError when the queues can't be reached or the port is in use.
 */
export async function startDashboard(env: Env, folder: string = import.meta.dirname): Promise<Service> {
  const config = loadConfig(dashboardSettings, env);
  const { DASHBOARD_PASSWORD: operate, DASHBOARD_VIEW_PASSWORD: view } = config;
  const secrets = [operate, view, passwordOf(config.REDIS_URL), passwordOf(config.DATABASE_URL)];
  const logger = createLogger({ name: 'dashboard', level: config.LOG_LEVEL, secrets });
  const queues = await openQueues(
    { redisUrl: config.REDIS_URL, databaseUrl: config.DATABASE_URL, prefix: config.QUEUE_PREFIX },
    logger,
  );
  // The page shows whether Postgres answers: a dashboard must start while something is wrong.
  const database = openDatabase(config.DATABASE_URL);
  const writeProbe = openWriteProbe(config.DATABASE_URL);
  const metrics = createMetrics(() => sampler.followers());
  const report = createFailureReport({ metrics, logger });
  const takeSample = createTakeSample({ queues, database, writeProbe, limits: limitsOf(config), report });
  const sampler = startSampler<View>({
    take: async () => {
      const sample = await takeSample();
      return { at: sample.reading.at, sections: renderStatusSections(sample) };
    },
    onFailure: (err) => {
      metrics.sampleFailures.inc({ part: 'all' });
      logger.error({ err }, 'the status can not be shown: it is tried again every few seconds');
    },
    watchedMs: WATCHED_MS,
    idleMs: IDLE_MS,
  });
  const app = await createApp({
    queues,
    database,
    sampler,
    passwords: operate === undefined ? null : { operate, view },
    folder,
    live: { sampler: () => checkSampler(sampler) },
    ready: readyChecks(queues, database),
    metrics,
    logger,
  });
  const opened = [queues, writeProbe, database, sampler, app];
  const listening = await listen(app, { ...config, isOpen: operate === undefined }).catch(async (error) => {
    await closeAll(opened);
    throw error;
  });
  if (operate === undefined)
    logger.warn('no DASHBOARD_PASSWORD is set: the dashboard is open to this machine alone');
  logger.info({ ...listening, queue: queues.backend }, 'dashboard started');
  return { port: listening.port, close: () => closeAll(opened) };
}

function checkSampler(sampler: Sampler<View>) {
  const ageMs = Date.now() - sampler.readyAt();
  return { ok: ageMs < STUCK_MS, detail: `the last sample is ${Math.round(ageMs / 1000)} s old` };
}

function readyChecks(queues: Queues, database: Database): Checks {
  return {
    database: async () => {
      await database.query('select 1');
      return { ok: true, detail: 'answers' };
    },
    queue: async () => {
      await queues.ping();
      return { ok: true, detail: queues.backend };
    },
    migrated: async () => {
      const ok = await isMigrated(database);
      return { ok, detail: ok ? 'up to date' : 'too old. Run: timepoint migrate up' };
    },
  };
}

interface ListenOptions {
  readonly isOpen: boolean;
  readonly PORT: number;
  readonly BIND_ADDRESS?: string | undefined;
}

/** Without a password only this machine can connect. */
async function listen(app: FastifyInstance, { isOpen, PORT: port, BIND_ADDRESS }: ListenOptions) {
  const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ family }) => family === 'IPv6'),
  );
  const host = isOpen ? '127.0.0.1' : (BIND_ADDRESS ?? (hasIPv6 ? '::' : '0.0.0.0'));
  try {
    await app.listen({ port, host });
  } catch (error) {
    throw explainListening(error, port, host);
  }
  const { address, port: listening } = app.server.address() as AddressInfo;
  return { address, port: listening };
}
