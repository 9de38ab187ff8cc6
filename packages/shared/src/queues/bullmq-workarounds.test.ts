import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { Job, PostgresConnection, PostgresQueueBackend, Worker } from 'bullmq';
import { createLogger } from '../platform/logger.ts';
import { askPostgres, PAUSED, PersistentConnection } from './bullmq-workarounds.ts';
import { catalogue } from './catalogue.ts';
import { postgresConnectionOf } from './postgres-connection.ts';
import { openQueues, type Queues, queueSchema } from './queues.ts';
import { openStrictRedis, waitForRedis } from './redis.ts';
import { EVENTS_JOB } from './test-jobs.ts';

// When a test here fails after an update of BullMQ, the workaround reaches for what is gone, and does nothing any more.
const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const part of opened.splice(0).toReversed()) await part.close();
});
const open = async (backend: 'redis' | 'postgres') => {
  const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
  const settings = { redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() };
  const queues = await openQueues(settings, logger);
  opened.push(queues);
  return { queues, prefix: settings.prefix };
};
/** Adds a job of events and takes it until `ended` resolves; returns the token of its lock. */
const take = async (queues: Queues, ended: Promise<void>) => {
  const taken = Promise.withResolvers<string>();
  const worker = queues.consume(catalogue.events, async (_job, { token }) => {
    taken.resolve(token);
    await ended;
  });
  opened.push(worker);
  await queues.events.add('companies', EVENTS_JOB, { jobId: 'a-job' });
  return await taken.promise;
};

describe.each(backends)('Timepoint, reaching into BullMQ on %s,', (backend) => {
  it('finds the protected step of a worker that requests a job', async () => {
    const steps = jest.spyOn(Worker.prototype as unknown as { moveToActive(): unknown }, 'moveToActive');
    await take((await open(backend)).queues, Promise.resolve());
    expect(steps).toHaveBeenCalled();
  });

  it('finds the lock of a job, and its data and progress, where it writes them', async () => {
    const { queues } = await open(backend);
    const end = Promise.withResolvers<void>();
    const token = await take(queues, end.promise);
    await queues.events.getJob('a-job').then((job) => job?.updateProgress({ of: 'it' }));
    const stored = {
      redis: async () => {
        const redis = openStrictRedis(testRedisUrl());
        await waitForRedis(redis);
        const key = queues.events.toKey('a-job');
        const lock = await redis.get(`${key}:lock`);
        const [data = '', progress = ''] = (await redis.hmget(key, 'data', 'progress')).map(String);
        redis.disconnect();
        return [lock, JSON.parse(data), JSON.parse(progress)];
      },
      postgres: async () => {
        const sql = `select lock_token, data, progress from job where id = 'a-job' and state = 'active'`;
        return Object.values((await askPostgres(queues.events, sql))[0] ?? {});
      },
    };
    expect(await stored[backend]()).toEqual([token, EVENTS_JOB, { of: 'it' }]);
    end.resolve();
  });

  it('finds the jobs that wait in a paused queue under the state that it asks for', async () => {
    const { queues } = await open(backend);
    await queues.events.add('companies', EVENTS_JOB);
    await queues.events.pause();
    const { waiting, paused } = await queues.events.getJobCounts('waiting', PAUSED);
    expect([waiting, paused]).toEqual(backend === 'redis' ? [1, 0] : [0, 1]);
  });
});

(hasTestRedis() ? describe : describe.skip)('Timepoint, reaching into BullMQ on Redis alone,', () => {
  it('finds the protected step of a worker that ends a job, and its say in the next one', async () => {
    const ends = jest.spyOn(Job.prototype, 'moveToCompleted');
    const { queues } = await open('redis');
    const token = await take(queues, Promise.resolve());
    await until(() => ends.mock.calls.length === 1);
    expect(ends).toHaveBeenCalledWith(undefined, token, false);
  });
});

describe('Timepoint, reaching into BullMQ on Postgres alone,', () => {
  it('finds the driver of the session that waits for notifications', async () => {
    const { prefix } = await open('postgres');
    const connection = { ...postgresConnectionOf(testDatabaseUrl()), schema: queueSchema(prefix) };
    const persistent = new PersistentConnection(connection);
    opened.push(persistent);
    const { Client } = Reflect.get(new PostgresConnection(connection), 'pgModule') as { Client: unknown };
    const { Client: Ours } = Reflect.get(persistent, 'pgModule') as { Client: new () => object };
    expect(Ours.prototype).toBeInstanceOf(Client as new () => object);
    expect(await persistent.getListenClient()).toBeInstanceOf(Ours);
  });

  it('finds the pool and the schema of a connection, and whether the limit of active jobs is reached', async () => {
    const { queues, prefix } = await open('postgres');
    const backend = queues.streams.getBackend() as unknown as PostgresQueueBackend;
    expect(backend).toBeInstanceOf(PostgresQueueBackend);
    expect(backend.connection).toBeInstanceOf(PersistentConnection);
    expect(backend.connection.schema).toBe(queueSchema(prefix));
    expect(await backend.isMaxed()).toBe(false);
    expect(await askPostgres(queues.streams, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('finds the tables, the columns and the sequence that its statements name', async () => {
    const { queues } = await open('postgres');
    await askPostgres(queues.streams, 'select id, queue, state, seq, lock_token, data, progress from job');
    await askPostgres(queues.streams, 'select queue, field, value from meta');
    await askPostgres(queues.streams, `select nextval('job_seq')`);
    const unique = `select 1 as one from pg_index where indrelid = 'meta'::regclass and indisunique
      and pg_get_indexdef(indexrelid) like '%(queue, field)'`;
    expect(await askPostgres(queues.streams, unique)).toEqual([{ one: 1 }]);
  });
});
