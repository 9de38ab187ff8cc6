import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { migrateUp } from '@timepoint/database/migration/migrate';
import { type Database, openDatabase } from '@timepoint/database/pool';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import {
  createMigratedDatabase,
  createTestDatabase,
  type TestDatabase,
} from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { countJobFailures } from '../consumer/count-job-failures.ts';
import { retryFailedJobs, TRY_AGAIN_MS } from '../consumer/refused-job.ts';
import { createMetrics } from '../metrics.ts';
import { startWorker } from '../start-worker.ts';
import { type EventsWorker, startEventsWorker } from './worker.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const job = (timepoint: number): EventsJob =>
  eventsJobSchema.parse({
    stream: 'companies',
    origin: 100,
    after: timepoint - 1,
    upTo: timepoint,
    lines: [
      JSON.stringify({ resource_uri: '/company/09876543', data: {}, event: { timepoint, type: 'changed' } }),
    ],
    receivedAt: Date.now(),
  });

const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, taking jobs from the queue on %s,', (backend) => {
  let test: TestDatabase;
  let database: Database;
  let queues: Queues;
  let worker: EventsWorker | undefined;
  const prefix = uniquePrefix();

  beforeAll(async () => {
    test = await createMigratedDatabase(migrateUp);
    database = openDatabase(test.url, 3);
    queues = await openQueues(
      { redisUrl: backend === 'redis' ? testRedisUrl() : undefined, databaseUrl: test.url, prefix },
      logger,
    );
  });
  afterEach(async () => {
    await worker?.close();
    worker = undefined;
  });
  afterAll(async () => {
    await queues.close();
    await database.close();
    await test.drop();
  });
  beforeEach(() =>
    database.query('truncate register.companies, ingest.events, ingest.coverage, ingest.schema_drift'),
  );

  const add = (timepoint: number) =>
    queues.events.add('companies', job(timepoint), { jobId: `companies-${timepoint}-${timepoint}` });
  const start = (on: Database) => {
    const metrics = createMetrics();
    countJobFailures(queues, metrics);
    worker = startEventsWorker({ queues, database: on, concurrency: 2, metrics, logger });
    return metrics;
  };
  const watermark = async () =>
    (
      await database.query<{ watermark: number }>(
        'select ingest.watermark(origin, covered) as watermark from ingest.coverage',
      )
    ).rows[0]?.watermark;

  it('applies them and leaves nothing behind', async () => {
    const metrics = start(database);
    for (const timepoint of [102, 101, 103]) await add(timepoint);
    await until(async () => (await watermark()) === 103);
    await until(async () => Object.values(await queues.events.getJobCounts()).every((count) => count === 0));
    const counted = await metrics.applyEvents.get();
    expect(counted.values.reduce((sum, { value }) => sum + value, 0)).toBe(3);
    expect((await metrics.receivedLagSeconds.get()).values.at(-1)?.value).toBe(3);
    expect((await metrics.publishedLagSeconds.get()).values).toEqual([]);
  });

  it('puts a job back while the store fails, takes none, and goes on by itself', async () => {
    let isDown = true;
    const outage = () =>
      Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    const flaky: Database = {
      ...database,
      query: (text, values) => (isDown ? outage() : database.query(text, values)),
      transaction: (work) => (isDown ? outage() : database.transaction(work)),
    };
    const metrics = start(flaky);
    for (const timepoint of [101, 102, 103]) await add(timepoint);
    await until(() => worker?.isTaking() === false);
    expect((await metrics.breakerOpen.get()).values[0]?.value).toBe(1);
    isDown = false;
    await until(async () => (await watermark()) === 103);
    expect(worker?.isTaking()).toBe(true);
    expect((await metrics.storeFailures.get()).values[0]?.value).toBeGreaterThanOrEqual(3);
  });

  it('applies documents with schema drift unchanged, and reports the drift once', async () => {
    const metrics = start(database);
    for (const timepoint of [201, 202]) {
      const { lines, ...others } = job(timepoint);
      const drifted = lines.map((text) => text.replace('"data":{}', '"data":{"mood":"fine"}'));
      await queues.events.add('companies', { ...others, lines: drifted }, { jobId: `drift-${timepoint}` });
    }
    await until(
      async () => (await watermark()) === 100 && (await metrics.schemaDrift.get()).values.length > 0,
    );
    await until(async () => Object.values(await queues.events.getJobCounts()).every((count) => count === 0));
    expect((await metrics.schemaDrift.get()).values).toMatchObject([
      { labels: { stream: 'companies', kind: 'unknown-field' }, value: 1 },
    ]);
    const { rows } = await database.query(
      'select fingerprint, data from ingest.schema_drift, register.companies',
    );
    expect(rows).toEqual([{ fingerprint: 'unknown-field mood', data: { mood: 'fine' } }]);
  });

  it('refuses a job with invalid data, without trying it again, and counts it', async () => {
    const metrics = start(database);
    const nonsense = await queues.events.add('companies', { lines: 'none' } as never, {
      jobId: 'nonsense-1-1',
    });
    await until(async () => (await nonsense.getState()) === 'failed');
    const failed = await queues.events.getJob('nonsense-1-1');
    expect(failed?.failedReason).toMatch(/^not a job of the queue events.*`timepoint failed-jobs`/s);
    await until(async () => (await metrics.refusedJobs.get()).values[0]?.value === 1);
    expect(failed?.data).toEqual({ lines: 'none' });
    await nonsense.remove();
  });

  it('keeps a job that the database refuses as failed, never says that the store failed, and takes it again', async () => {
    await database.query('alter table ingest.coverage add constraint no_room check (false) not valid');
    const metrics = start(database);
    try {
      await add(101);
      await until(async () => (await queues.events.getFailedCount()) === 1);
      expect((await queues.events.getFailed())[0]?.failedReason).toMatch(/refuses.*no_room/s);
      expect((await metrics.storeFailures.get()).values[0]?.value ?? 0).toBe(0);
      expect((await metrics.refusedJobs.get()).values[0]?.value).toBe(5);
      expect(worker?.isTaking()).toBe(true);
    } finally {
      await database.query('alter table ingest.coverage drop constraint no_room');
    }
    expect(await retryFailedJobs(queues)).toBe(0);
    expect(await retryFailedJobs(queues, Date.now() + TRY_AGAIN_MS)).toBe(1);
    await until(async () => (await watermark()) === 101);
    expect(await queues.events.getFailedCount()).toBe(0);
  });

  it('starts as a service, reports its health, and drains when it is closed', async () => {
    const service = await startWorker({
      DATABASE_URL: test.url,
      ...(backend === 'redis' ? { REDIS_URL: testRedisUrl() } : {}),
      QUEUE_PREFIX: prefix,
      PORT: '0',
      LOG_LEVEL: 'silent',
    });
    await add(101);
    await until(async () => (await watermark()) === 101);
    await until(async () => (await queues.streams.getJob('companies')) !== undefined);
    const ready = await until(async () => {
      const response = await fetch(`http://127.0.0.1:${service.port}/health/ready`);
      return response.ok && response.json();
    });
    expect(ready).toMatchObject({
      ok: true,
      checks: { database: { ok: true }, queue: { detail: backend }, store: { ok: true } },
    });
    expect((await fetch(`http://127.0.0.1:${service.port}/health/live`)).status).toBe(200);
    await service.close();
    await add(102);
    expect((await queues.events.getJobCounts('waiting')).waiting).toBe(1);
  });
});

describe('Timepoint, starting a worker,', () => {
  const settings = { PORT: '0', LOG_LEVEL: 'silent' };

  it('lists the settings that are wrong', async () => {
    await expect(startWorker({ ...settings, WORKER_CONCURRENCY: 'x' })).rejects.toThrow(
      /DATABASE_URL: is not set\n.*WORKER_CONCURRENCY/,
    );
  });

  it('says how to migrate a database that is not migrated', async () => {
    const test = await createTestDatabase();
    await expect(startWorker({ ...settings, DATABASE_URL: test.url })).rejects.toThrow(
      'timepoint migrate up',
    );
    await test.drop();
  });
});
