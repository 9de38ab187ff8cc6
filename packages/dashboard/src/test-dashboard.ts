import { fileURLToPath } from 'node:url';
import { migrateUp } from '@timepoint/database/migration/migrate';
import { type Database, openDatabase } from '@timepoint/database/pool';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { createMigratedDatabase, createTestDatabase } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startDashboard } from './start-dashboard.ts';

/** What the build puts beside the bundle. */
const DIST = fileURLToPath(new URL('../dist', import.meta.url));

export interface TestDashboardOptions {
  readonly backend?: 'redis' | 'postgres';
  readonly env?: Record<string, string>;
  readonly isMigrated?: boolean;
}

/** For tests: a dashboard on a database and queues of its own. */
export interface TestDashboard {
  readonly port: number;
  /** `http://localhost:<port>`. */
  readonly url: string;
  readonly queues: Queues;
  /** Can write, as a worker does. */
  readonly database: Database;
  readonly env: Record<string, string>;
  /** Asks for a path with these headers; redirects are not followed. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Sends a form as a page of the dashboard does, unless the headers say otherwise. */
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** Starts one on the stores of the test run. */
export async function startTestDashboard(options: TestDashboardOptions = {}): Promise<TestDashboard> {
  const backend = options.backend ?? (hasTestRedis() ? 'redis' : 'postgres');
  const test = await (options.isMigrated === false
    ? createTestDatabase()
    : createMigratedDatabase(migrateUp));
  const prefix = uniquePrefix();
  const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
  const queues = await openQueues(
    { redisUrl, databaseUrl: test.url, prefix },
    createLogger({ name: 'test', level: 'silent' }),
  );
  const database = openDatabase(test.url, 2);
  const env = {
    DATABASE_URL: test.url,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    QUEUE_PREFIX: prefix,
    LOG_LEVEL: 'silent',
    PORT: '0',
    ...options.env,
  };
  const service = await startDashboard(env, DIST);
  const port = service.port ?? 0;
  const url = `http://localhost:${port}`;
  const ask = (path: string, init: RequestInit) => fetch(`${url}${path}`, { ...init, redirect: 'manual' });
  return {
    port,
    url,
    queues,
    database,
    env,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, form, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin', ...headers },
        body: new URLSearchParams(form),
      }),
    close: async () => {
      await service.close();
      await queues.close();
      await database.close();
      await test.drop();
    },
  };
}

/** The header of HTTP Basic. */
export function basic(name: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}
