import type { StreamJob } from '@timepoint/shared/contract/job';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { createMigratedDatabase } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { Client } from 'pg';
import { type Program, runTimepoint, type ServiceProcess, startProcess } from './service-process.ts';
import { type SimulatorControl, startSimulator } from './simulator.ts';

/** The first timepoint of the stream companies. */
export const FIRST = 22_000_001;
const KEY = 'a-stream-key';

export interface SystemOptions {
  /** The Redis of the test run unless given; null keeps the queues in Postgres. */
  readonly redisUrl?: string | null;
  readonly simulator?: Record<string, string>;
  /** Companies alone unless given. */
  readonly streams?: readonly StreamName[];
  readonly heartbeatMs?: number;
}

/** A whole pipeline on private data: a migrated database, a queue prefix, a simulator, and what is started. */
export interface System extends SimulatorControl {
  readonly env: Record<string, string>;
  readonly sql: Client;
  start(program: Exclude<Program, 'simulator'>, env?: Record<string, string>): Promise<ServiceProcess>;
  /** The queues of this system. The caller closes them. */
  openQueues(): Promise<Queues>;
  /** Makes the history of each stream begin with its first event. */
  registerFromFirst(): Promise<void>;
  readonly streams: readonly StreamName[];
  /** The end of what the database holds of companies, contiguous or not; FIRST less one when it is empty. */
  newest(): Promise<number>;
  watermark(stream?: StreamName): Promise<number>;
  close(): Promise<void>;
}

/** Migrates a private database and starts the simulator. `close` ends all that was started. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { streams = ['companies'] } = options;
  const database = await createMigratedDatabase(migrate);
  const sql = new Client({ connectionString: database.url });
  await sql.connect();
  const { url, process, ...control } = await startSimulator({
    SIMULATOR_STREAMS: streams.join(','),
    SIMULATOR_HEARTBEAT_MS: String(options.heartbeatMs ?? 500),
    CH_STREAM_KEY: KEY,
    ...options.simulator,
  });
  const redisUrl = options.redisUrl === undefined && hasTestRedis() ? testRedisUrl() : options.redisUrl;
  const env = {
    DATABASE_URL: database.url,
    ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
    QUEUE_PREFIX: uniquePrefix(),
    CH_STREAM_KEY: KEY,
    CH_STREAM_URL: url,
    CH_STREAMS: streams.join(','),
    PORT: '0',
  };
  const running: ServiceProcess[] = [process];
  const openOurQueues = () => {
    const settings = { redisUrl: redisUrl ?? undefined, databaseUrl: database.url, prefix: env.QUEUE_PREFIX };
    return openQueues(settings, createLogger({ name: 'e2e', level: 'silent' }));
  };
  return {
    ...control,
    env,
    sql,
    streams,
    start: async (program, changes = {}) => {
      const service = startProcess(program, { ...env, ...changes });
      running.push(service);
      await service.printed(new RegExp(`"msg":"${program} started"`));
      return service;
    },
    openQueues: openOurQueues,
    registerFromFirst: async () => registerFromFirst(await openOurQueues(), await control.status(), streams),
    newest: () => readCoverage(sql, 'upper(covered) - 1', 'companies'),
    watermark: (stream = 'companies') => readCoverage(sql, 'ingest.watermark(origin, covered)', stream),
    close: async () => {
      await Promise.all(running.toReversed().map((service) => service.kill()));
      await sql.end();
      await database.drop();
    },
  };
}

async function migrate(url: string): Promise<void> {
  const { code, output } = await runTimepoint(['migrate', 'up'], { DATABASE_URL: url });
  if (code !== 0) throw new Error(output);
}

async function registerFromFirst(
  queues: Queues,
  { first }: Awaited<ReturnType<System['status']>>,
  streams: readonly StreamName[],
): Promise<void> {
  for (const stream of streams) {
    const data = { timepoint: first[stream], origin: first[stream] - 1 } as unknown as StreamJob;
    await queues.streams.add(stream, data, { jobId: stream });
  }
  await queues.close();
}

async function readCoverage(sql: Client, expression: string, stream: StreamName): Promise<number> {
  const { rows } = await sql.query(`select ${expression} as value from ingest.coverage where stream = $1`, [
    stream,
  ]);
  // Other streams begin lower: what holds nothing has reached nothing.
  return Number(rows[0]?.value ?? (stream === 'companies' ? FIRST - 1 : -1));
}
