import type { StreamJob } from '@timepoint/shared/contract/job';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import type { FaultsInput } from '@timepoint/simulator/faults/schema';
import { createMigratedDatabase } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { Client } from 'pg';
import { type Program, runTimepoint, type ServiceProcess, startProcess } from './service-process.ts';

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

type Positions = Readonly<Record<StreamName, number>>;

/** A whole pipeline on private data: a migrated database, a queue prefix, a simulator, and what is started. */
export interface System {
  readonly env: Record<string, string>;
  readonly sql: Client;
  start(program: Exclude<Program, 'simulator'>, env?: Record<string, string>): Promise<ServiceProcess>;
  /** The queues of this system. The caller closes them. */
  openQueues(): Promise<Queues>;
  /** Makes the history of each stream begin with its first event. */
  registerFromFirst(): Promise<void>;
  simulate(path: string, body?: object): Promise<Record<string, unknown>>;
  setFaults(faults: FaultsInput): Promise<unknown>;
  status(): Promise<{
    first: Positions;
    newest: Positions;
    connections: readonly object[];
    connectionsOpened: number;
  }>;
  readonly streams: readonly StreamName[];
  truth<Row>(path?: string): Promise<Row[]>;
  /** The end of what the database holds of companies, contiguous or not; FIRST less one when it is empty. */
  newest(): Promise<number>;
  watermark(stream?: StreamName): Promise<number>;
  close(): Promise<void>;
}

async function migrate(url: string): Promise<void> {
  const { code, output } = await runTimepoint(['migrate', 'up'], { DATABASE_URL: url });
  if (code !== 0) throw new Error(output);
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { streams = ['companies'] } = options;
  const database = await createMigratedDatabase(migrate);
  const sql = new Client({ connectionString: database.url });
  await sql.connect();
  const simulator = startProcess('simulator', {
    SIMULATOR_PORT: '0',
    SIMULATOR_RATE: '0',
    SIMULATOR_STREAMS: streams.join(','),
    SIMULATOR_HEARTBEAT_MS: String(options.heartbeatMs ?? 500),
    CH_STREAM_KEY: KEY,
    ...options.simulator,
  });
  const [, port] = await simulator.printed(/"port":(\d+)/);
  const url = `http://127.0.0.1:${port}`;
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
  const running: ServiceProcess[] = [simulator];
  const get = (path: string, init?: RequestInit) => fetch(`${url}/simulator/${path}`, init);
  const simulate = async (path: string, body?: object) => {
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body ?? {}),
    };
    const response = await get(path, body === undefined ? undefined : post);
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as Record<string, unknown>;
  };
  const read = async (expression: string, stream: StreamName = 'companies') => {
    const { rows } = await sql.query(`select ${expression} as value from ingest.coverage where stream = $1`, [
      stream,
    ]);
    // Other streams begin lower: what holds nothing has reached nothing.
    return Number(rows[0]?.value ?? (stream === 'companies' ? FIRST - 1 : -1));
  };
  const openOurQueues = () => {
    const settings = { redisUrl: redisUrl ?? undefined, databaseUrl: database.url, prefix: env.QUEUE_PREFIX };
    return openQueues(settings, createLogger({ name: 'e2e', level: 'silent' }));
  };
  const status = async () => (await simulate('status')) as unknown as Awaited<ReturnType<System['status']>>;
  return {
    env,
    sql,
    start: async (program, changes = {}) => {
      const service = startProcess(program, { ...env, ...changes });
      running.push(service);
      await service.printed(new RegExp(`"msg":"${program} started"`));
      return service;
    },
    openQueues: openOurQueues,
    registerFromFirst: async () => {
      const queues = await openOurQueues();
      const { first } = await status();
      for (const stream of streams) {
        const data = { timepoint: first[stream], origin: first[stream] - 1 } as unknown as StreamJob;
        await queues.streams.add(stream, data, { jobId: stream });
      }
      await queues.close();
    },
    simulate,
    setFaults: (faults) => simulate('faults', faults),
    status,
    streams,
    truth: async <Row>(path = 'companies') => {
      const lines = (await (await get(`truth/${path}`)).text()).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Row);
    },
    newest: () => read('upper(covered) - 1'),
    watermark: (stream) => read('ingest.watermark(origin, covered)', stream),
    close: async () => {
      await Promise.all(running.toReversed().map((service) => service.kill()));
      await sql.end();
      await database.drop();
    },
  };
}
