import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { migrateDown, migrateUp } from '@timepoint/database/migration/migrate';
import { startIngestor } from '@timepoint/ingestor/ingestor';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
import type { Check } from '@timepoint/shared/platform/health';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { startSimulator } from '@timepoint/simulator/server';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startTestProxy, type TestProxy } from '@timepoint/testkit/proxy';
import { until } from '@timepoint/testkit/until';
import { startWorker } from '../start-worker.ts';

const describeWithRedis = hasTestRedis() ? describe : describe.skip;

describeWithRedis('Timepoint, checking whether a worker can work,', () => {
  let database: MigratedDatabase;
  let queues: Queues;
  let redis: TestProxy;
  let postgres: TestProxy;
  let url: string;
  let prefix: string;
  const opened: { close(): Promise<unknown> }[] = [];

  beforeEach(async () => {
    prefix = uniquePrefix();
    database = await openMigratedDatabase(1);
    redis = await startTestProxy(testRedisUrl());
    postgres = await startTestProxy(database.url);
    queues = await openQueues(
      { redisUrl: testRedisUrl(), prefix },
      createLogger({ name: 'test', level: 'silent' }),
    );
    const worker = await startWorker({
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      QUEUE_PREFIX: prefix,
      CH_STREAMS: 'companies',
      ALERT_DOWN_SECONDS: '1',
      ALERT_BEHIND_SECONDS: '1',
      PORT: '0',
      LOG_LEVEL: 'silent',
    });
    url = `http://127.0.0.1:${worker.port}/health`;
    opened.push(database, redis, postgres, queues, worker);
  });
  afterEach(async () => {
    redis.restore();
    postgres.restore();
    for (const part of opened.splice(0).toReversed()) await part.close();
  });

  const read = async (path: string) => {
    const response = await fetch(`${url}/${path}`);
    const body = (await response.json()) as { ok: boolean; checks: Record<string, Check> };
    expect(response.status).toBe(body.ok ? 200 : 503);
    return body;
  };
  /** Waits until a check of readiness has this result; returns its detail. */
  const readyUntil = (name: string, ok: boolean, detail = /./) =>
    until(async () => {
      const check = (await read('ready')).checks[name];
      return check?.ok === ok && detail.test(check.detail) && check.detail;
    });
  const follow = async () => {
    const simulator = await startSimulator({ streams: ['companies'], keys: ['a-key'] });
    const ingestor = await startIngestor({
      REDIS_URL: testRedisUrl(),
      QUEUE_PREFIX: prefix,
      CH_STREAM_KEY: 'a-key',
      CH_STREAM_URL: simulator.url,
      CH_STREAMS: 'companies',
      PORT: '0',
      LOG_LEVEL: 'silent',
    });
    opened.push(simulator, ingestor);
  };
  const job = (timepoint: number): EventsJob =>
    eventsJobSchema.parse({
      stream: 'companies',
      origin: 100,
      after: timepoint - 1,
      upTo: timepoint,
      lines: [`{"resource_uri":"/company/1","data":{},"event":{"timepoint":${timepoint},"type":"changed"}}`],
      receivedAt: Date.now(),
    });
  const add = (timepoint: number) =>
    queues.events.add('companies', job(timepoint), { jobId: `companies-${timepoint}-${timepoint}` });

  it('names the streams that no ingestor has taken, until one has', async () => {
    await readyUntil('streams', false, /^companies has had no connection for .* no ingestor/);
    await follow();
    await readyUntil('streams', true, /^connected, or waiting in order$/);
    expect((await read('ready')).ok).toBe(true);
  });

  it('reports that jobs wait too long, until they are applied', async () => {
    await queues.events.pause();
    await add(101);
    await readyUntil('lag', false, /^Events have waited for/);
    await queues.events.resume();
    await readyUntil('lag', true);
  });

  it('names the migrations that the database lacks, until it has them', async () => {
    const [last] = await migrateDown(database.url);
    await readyUntil('migrated', false, new RegExp(`^lacks ${last}: run \`timepoint migrate up\`$`));
    await migrateUp(database.url);
    await readyUntil('migrated', true);
  });

  it('names the part of its recurring work that keeps failing, and counts it, until the part succeeds', async () => {
    await database.query('alter table ingest.activity rename to activity_away');
    await readyUntil(
      'recurring',
      false,
      /^record-activity failed [3-9] times in a row: .*activity.* not exist/,
    );
    const metrics = await (await fetch(url.replace('health', 'metrics'))).text();
    expect(metrics).toMatch(/timepoint_worker_failures_total\{part="record-activity".*\} [3-9]/);
    // The other parts have gone on.
    expect(metrics).not.toMatch(/timepoint_worker_failures_total\{part="(?!record-activity)/);
    await database.query('alter table ingest.activity_away rename to activity');
    await readyUntil('recurring', true, /^every part succeeds$/);
  });

  it('reports that the database is lost and no jobs are taken, until it is back, and stays alive', async () => {
    postgres.cut();
    await readyUntil('database', false);
    for (const timepoint of [101, 102, 103]) await add(timepoint);
    await readyUntil('store', false, /^the store fails, no jobs are taken: .+/);
    const progress = { ok: true, detail: 'takes jobs, or none wait' };
    expect(await read('live')).toEqual({
      ok: true,
      checks: {
        events: { ok: true, detail: 'takes none while the store fails' },
        'dead-letters': progress,
        snapshots: progress,
        actions: progress,
      },
    });
    postgres.restore();
    await readyUntil('database', true);
    await readyUntil('store', true, /^taking jobs$/);
    expect((await read('live')).ok).toBe(true);
  });

  it('reports that the queue is lost until it is back, and stays alive', async () => {
    redis.cut();
    await readyUntil('queue', false);
    await readyUntil('streams', false, /^not known: the queues can not be reached$/);
    expect((await read('live')).ok).toBe(true);
    redis.restore();
    await readyUntil('queue', true, /^redis$/);
  });
});
