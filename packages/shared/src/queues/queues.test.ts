import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startTestProxy, type TestProxy } from '@timepoint/testkit/proxy';
import { until } from '@timepoint/testkit/until';
import { eventsJobSchema, type RewindJob, rewindJobSchema, streamJobSchema } from '../contract/job.ts';
import { inTime } from '../platform/in-time.ts';
import { createLogger } from '../platform/logger.ts';
import { catalogue } from './catalogue.ts';
import { openQueues, type Queues, retryDelay } from './queues.ts';
import { findRedisRisks, openStrictRedis, type Redis, waitForRedis } from './redis.ts';
import { EVENTS_JOB } from './test-jobs.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, keeping its queues in %s,', (backend) => {
  let queues: Queues;
  afterEach(() => queues.close());

  const open = async (prefix = uniquePrefix()) => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix }, logger);
    return queues;
  };
  const rewind = (timepoint: number) => ({ timepoint }) as unknown as RewindJob;

  it('hands a job to a worker once, and forgets it when it is done', async () => {
    const { rewinds, consume } = await open();
    const taken: unknown[] = [];
    const done = Promise.withResolvers<void>();
    const worker = consume(catalogue.rewinds, async (job) => void taken.push(job.data), {});
    worker.on('completed', () => done.resolve());
    await rewinds.add('companies', rewind(5), { jobId: 'companies' });
    await done.promise;
    expect(taken).toEqual([{ timepoint: 5 }]);
    expect(await rewinds.getJob('companies')).toBeUndefined();
    await worker.close();
  });

  it('keeps a job small however often it fails', async () => {
    const { events, consume } = await open();
    const work = async () => {
      throw new Error('the store is down');
    };
    const worker = consume(catalogue.events, work, { settings: { backoffStrategy: () => 1 } });
    await events.add('companies', EVENTS_JOB, { jobId: 'a-job' });
    const job = async () => await events.getJob('a-job');
    await until(async () => ((await job())?.attemptsMade ?? 0) >= 6);
    await worker.close();
    expect((await job())?.stacktrace).toHaveLength(1);
  });

  it('separates two installations by their prefix', async () => {
    await (await open()).rewinds.add('companies', rewind(5), { jobId: 'companies' });
    await queues.close();
    await open();
    expect(queues.backend).toBe(backend);
    expect(await queues.rewinds.getJob('companies')).toBeUndefined();
    await queues.ping();
  });
});

describe.each(backends)('Timepoint, losing its queues in %s,', (backend) => {
  let store: TestProxy;
  let queues: Queues;
  beforeEach(async () => {
    store = await startTestProxy(backend === 'redis' ? testRedisUrl() : testDatabaseUrl());
    const url = { [backend === 'redis' ? 'redisUrl' : 'databaseUrl']: store.url };
    queues = await openQueues({ ...url, prefix: uniquePrefix() }, logger);
  });
  afterEach(async () => {
    await queues.close();
    await store.close();
  });

  const start = (work: () => Promise<void> = async () => undefined) =>
    queues.consume(catalogue.events, work, { concurrency: 2 });
  /** Lets no job be taken. */
  const spoil = async () => {
    if (backend === 'postgres') return store.cut();
    const redis = openStrictRedis(testRedisUrl());
    await waitForRedis(redis);
    await redis.set(queues.events.toKey('wait'), 'not a list');
    redis.disconnect();
  };
  const lose = async () => {
    store.cut();
    const tries = backend === 'redis' ? 8 : 1;
    await until(() => store.refused >= tries);
  };

  it('lets go of a worker that waits for a job', async () => {
    const worker = start();
    await once(worker, 'drained');
    await lose();
    await worker.close();
  });

  it('lets go of a worker that has never had a connection', async () => {
    store.cut();
    const worker = start();
    await lose();
    await worker.close();
  });

  it('has jobs taken once the store is there, by a worker that has never had a connection', async () => {
    store.cut();
    const taken = Promise.withResolvers<void>();
    const worker = start(async () => taken.resolve());
    await lose();
    store.restore();
    await until(() => queues.events.add('companies', EVENTS_JOB).catch(() => null));
    await taken.promise;
    await worker.close();
  });

  it('does not ask a store that refuses without a pause', async () => {
    const errors: number[] = [];
    const worker = start(spoil).on('error', () => errors.push(Date.now()));
    await queues.events.addBulk(['a', 'b'].map((name) => ({ name, data: EVENTS_JOB })));
    // Two jobs can be taken at a time, and what was in hand can fail once more.
    await until(() => errors.length >= 6);
    expect((errors[5] ?? 0) - (errors[0] ?? 0)).toBeGreaterThanOrEqual(900);
    await worker.close();
  });

  it('requests a job no more than once a second while the limit of active jobs is reached', async () => {
    await queues.streams.setGlobalConcurrency(1);
    const work = Promise.withResolvers<void>();
    const holder = queues.consume(catalogue.streams, () => work.promise, { concurrency: 1 });
    await Promise.all([once(holder, 'active'), queues.streams.add('companies', {} as never)]);
    await queues.streams.add('filings', {} as never);
    const waiting = queues.consume(catalogue.streams, async () => undefined, {
      concurrency: 1,
      drainDelay: 1,
    });
    const { backend: asked } = waiting as unknown as { backend: { moveToActive(): Promise<unknown> } };
    const asking = jest.spyOn(asked, 'moveToActive');
    await until(() => asking.mock.calls.length >= 2);
    const startedAt = Date.now();
    await until(() => asking.mock.calls.length >= 4);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    work.resolve();
    await Promise.all([holder.close(), waiting.close()]);
  });

  it('lets go of a worker when the job in its hands is done', async () => {
    const work = Promise.withResolvers<void>();
    const worker = start(() => work.promise);
    await Promise.all([once(worker, 'active'), queues.events.add('companies', EVENTS_JOB)]);
    await lose();
    const closing = worker.close();
    expect(await inTime(closing, 200)).toBeNull();
    work.resolve();
    await closing;
  });
});

describe('Timepoint, without its queue store,', () => {
  it('names the server and the setting, never the password', async () => {
    const redis = openQueues({ redisUrl: 'redis://:secret@127.0.0.1:9', prefix: '{t}' }, logger);
    await expect(redis).rejects.toThrow(
      /^Redis at 127\.0\.0\.1:9 can't be reached for the queues: .* Check REDIS_URL\.$/,
    );
    const postgres = openQueues({ databaseUrl: 'postgres://me:secret@127.0.0.1:9/x', prefix: '{t}' }, logger);
    await expect(postgres).rejects.toThrow(
      /^Postgres at 127\.0\.0\.1:9\/x can't be reached .* Check DATABASE_URL\.$/,
    );
  });
});

describe('Timepoint, looking at how a Redis keeps data,', () => {
  const answering = (memory: string, persistence: string) =>
    ({ info: async (section: string) => (section === 'memory' ? memory : persistence) }) as unknown as Redis;

  it('warns of eviction and of a missing append-only file', async () => {
    const [eviction, file] = await findRedisRisks(
      answering('maxmemory_policy:allkeys-lru\r\n', 'aof_enabled:0\r\n'),
    );
    expect(eviction).toMatch(/maxmemory-policy is allkeys-lru.*set it to noeviction/);
    expect(file).toMatch(/appendonly is off.*set appendonly yes/);
  });

  it('reports nothing for a safe one, nor for one that does not report its settings', async () => {
    expect(await findRedisRisks(answering('maxmemory_policy:noeviction', 'aof_enabled:1'))).toEqual([]);
    expect(await findRedisRisks(answering('', ''))).toEqual([]);
  });

  it('fails at once on a connection that is lost, and never sends again', async () => {
    const redis = openStrictRedis('redis://127.0.0.1:9');
    redis.on('error', () => undefined);
    await expect(redis.set('a', 1)).rejects.toThrow(/enableOfflineQueue/);
    redis.disconnect();
  });
});

describe('Timepoint, trying a job again,', () => {
  it('doubles the wait from a quarter of a second to fifteen', () => {
    expect([1, 2, 3].map((attempt) => retryDelay(attempt, () => 1))).toEqual([250, 500, 1000]);
    expect(retryDelay(1_000_000, () => 1)).toBe(15_000);
    expect(retryDelay(1, () => 0)).toBe(125);
  });
});

describe('Timepoint, reading jobs,', () => {
  it('takes positions as numbers or strings of digits, and holes by default as none', () => {
    const job = { stream: 'companies', origin: '100', after: 100, upTo: 101, lines: ['x'], receivedAt: 1 };
    expect(eventsJobSchema.parse(job)).toMatchObject({ origin: 100, holes: [] });
    expect(streamJobSchema.parse({})).toEqual({});
    expect(() => rewindJobSchema.parse({ timepoint: -1 })).toThrow('not a timepoint');
  });
});
