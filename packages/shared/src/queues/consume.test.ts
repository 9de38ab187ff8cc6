import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { inTime } from '../platform/in-time.ts';
import type { Logger } from '../platform/logger.ts';
import { askPostgres } from './bullmq-workarounds.ts';
import { catalogue } from './catalogue.ts';
import { type JobFailure, UnrecoverableError } from './consume.ts';
import { openQueues, type Queues } from './queues.ts';
import { openStrictRedis, waitForRedis } from './redis.ts';
import { EVENTS_JOB } from './test-jobs.ts';

const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, consuming its queues in %s,', (backend) => {
  const workers: { close(): Promise<void> }[] = [];
  let queues: Queues;
  let logged: [level: string, fields: Record<string, unknown>, message: string][];
  let failures: JobFailure[];
  beforeEach(async () => {
    [logged, failures] = [[], []];
    const log = (level: string) => (fields: Record<string, unknown>, message: string) =>
      /^a job failed/.test(message) && void logged.push([level, fields, message]);
    const logger = { debug: log('debug'), warn: log('warn'), error: log('error') } as unknown as Logger;
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
    queues.onJobFailure((failure) => failures.push(failure));
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.close();
    await queues.close();
  });
  const consume: Queues['consume'] = (...consumed) => {
    const worker = queues.consume(...consumed);
    workers.push(worker);
    return worker;
  };
  const add = (data: unknown) => queues.events.add('companies', data as never, { jobId: 'a-job' });
  const job = async () => await queues.events.getJob('a-job');

  /** As if the process had stopped for longer than the lock lasts, and another worker had taken the job. */
  const loseLock = async (id: string) => {
    if (backend === 'postgres') {
      await askPostgres(queues.events, `update job set lock_token = 'another' where id = $1`, [id]);
      return;
    }
    const redis = openStrictRedis(testRedisUrl());
    await waitForRedis(redis);
    await redis.del(`${queues.events.toKey(id)}:lock`);
    redis.disconnect();
  };

  it('hands on what the schema of the queue makes of the data', async () => {
    const taken: unknown[] = [];
    consume(catalogue.events, async ({ data }) => void taken.push(data));
    const { holes: _, ...others } = EVENTS_JOB;
    await add({ ...others, upTo: '101', unknown: 'field' });
    await until(() => taken.length === 1);
    expect(taken).toEqual([EVENTS_JOB]);
  });

  it('keeps a job that it can not read whole and as failed, logged and counted once', async () => {
    const taken: unknown[] = [];
    consume(catalogue.events, async ({ data }) => void taken.push(data));
    await add({ lines: 'none' });
    await until(() => failures.length === 1);
    expect(await job()).toMatchObject({
      data: { lines: 'none' },
      attemptsMade: 1,
      failedReason: expect.stringMatching(/^not a job of the queue events.*`timepoint failed-jobs`/s),
    });
    expect(await queues.events.getFailedCount()).toBe(1);
    expect(failures).toEqual([{ queue: 'events', isUnreadable: true }]);
    const fields = { queue: 'events', job: 'a-job', attempts: 1, err: expect.any(UnrecoverableError) };
    expect(logged).toEqual([['error', fields, 'a job failed and is not tried again by itself']]);
    expect(taken).toEqual([]);
  });

  it('logs and counts each try that fails once, with what the job is about', async () => {
    const work = async ({ attemptsMade }: { attemptsMade: number }) => {
      if (attemptsMade === 0) throw new Error('not today');
      if (attemptsMade === 1) throw new UnrecoverableError('never');
    };
    const about = ({ stream }: { stream: string }) => ({ stream });
    consume(catalogue.events, work, { about, settings: { backoffStrategy: () => 1 } });
    await add(EVENTS_JOB);
    await until(() => failures.length === 2);
    expect(logged).toMatchObject(
      [
        [
          'warn',
          { queue: 'events', job: 'a-job', stream: 'companies', err: { message: 'not today' } },
          /again$/,
        ],
        ['error', { job: 'a-job', attempts: 2, stream: 'companies', err: { message: 'never' } }, /itself$/],
      ].map(([level, fields, message]) => [level, fields, expect.stringMatching(message as RegExp)]),
    );
    expect(failures).toEqual([false, false].map((isUnreadable) => ({ queue: 'events', isUnreadable })));
  });

  it('logs and counts a try that fails after its lock was lost', async () => {
    let tries = 0;
    const work = async ({ id }: { id?: string | undefined }) => {
      tries += 1;
      if (tries > 1) return;
      await loseLock(id ?? '');
      throw new Error('the store fails');
    };
    consume(catalogue.events, work);
    await add(EVENTS_JOB);
    await until(() => failures.length === 1);
    expect(logged).toMatchObject([
      ['warn', { queue: 'events', job: 'a-job', err: { message: 'the store fails' } }, /another worker may/],
    ]);
    await until(async () => tries === 2 && (await job()) === undefined);
    expect(failures).toEqual([{ queue: 'events', isUnreadable: false }]);
  });

  it('sees the begin and the end of each try, and passes on when jobs should stop', async () => {
    const seen: unknown[] = [];
    const { signal: stop } = new AbortController();
    const work = async (_: unknown, hold: { stop: AbortSignal }) => {
      seen.push(hold.stop === stop);
      throw new UnrecoverableError('never');
    };
    const onBegin = () => {
      seen.push('begun');
      return () => void seen.push('ended');
    };
    consume(catalogue.events, work, { stop, onBegin });
    await add(EVENTS_JOB);
    await until(() => failures.length === 1);
    expect(seen).toEqual(['begun', true, 'ended']);
  });

  it('waits at its close for the job in hand, also when a lost connection can not be closed', async () => {
    const job = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const worker = consume(catalogue.events, () => {
      begun.resolve();
      return job.promise;
    });
    await add(EVENTS_JOB);
    await begun.promise;
    const { backend: store } = worker as unknown as { backend: { disconnectBlocking(): Promise<void> } };
    const closingConnection = jest
      .spyOn(store, 'disconnectBlocking')
      .mockRejectedValue(new Error('Connection is closed.'));
    const closing = worker.close();
    await until(() => closingConnection.mock.calls.length > 0);
    expect(await inTime(closing, 200)).toBeNull();
    job.resolve();
    await closing;
  });

  it('gives a job back at once or behind the others, and never as a failure', async () => {
    await queues.streams.setGlobalConcurrency(1);
    for (const name of ['a', 'b', 'c']) await queues.streams.add(name, {}, { jobId: name });
    const taken: string[] = [];
    consume(
      catalogue.streams,
      async ({ name }, { putBack }) => {
        taken.push(name);
        if (taken.length === 1) await putBack();
        if (taken.length === 2) await putBack({ delayMs: 1, isLast: true });
      },
      { drainDelay: 1 },
    );
    await until(() => taken.length === 5);
    // What is given back at once is the next on Redis, and the last on Postgres.
    expect(taken).toEqual(backend === 'redis' ? ['a', 'a', 'b', 'c', 'a'] : ['a', 'b', 'c', 'a', 'b']);
    expect(failures).toEqual([]);
    expect(logged).toEqual([]);
  });
});
