import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TimepointError } from '@timepoint/shared/platform/errors';
import { createLogger } from '@timepoint/shared/platform/logger';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import { type Job, openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { EVENTS_JOB } from '@timepoint/shared/queues/test-jobs';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { type Consumer, startConsumer } from './consumer.ts';
import { type ConsumerWatch, type ConsumerWatchOptions, watchConsumer } from './watch-consumer.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];
/** An abandoned job is taken again when its lock has ended. How long that takes is not tested. In ms. */
const SHORT_LOCK = { lockDuration: 2_000, stalledInterval: 1_000 };
type Underneath = ReturnType<Queues['consume']>;

describe.each(backends)('Timepoint, watching what takes its jobs on %s,', (backend) => {
  let test: TestDatabase;
  let queues: Queues;
  let consumer: Consumer | undefined;
  let watch: ConsumerWatch | undefined;
  let taken: string[];
  let underneath: Underneath[];
  let given: TimepointError[];

  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    [taken, underneath, given] = [[], [], []];
    queues = await openQueues(
      {
        redisUrl: backend === 'redis' ? testRedisUrl() : undefined,
        databaseUrl: test.url,
        prefix: uniquePrefix(),
      },
      logger,
    );
  });
  afterEach(async () => {
    await watch?.close();
    await consumer?.close();
    await queues.close();
  });

  const add = (id: string) => queues.events.add('companies', EVENTS_JOB, { jobId: id });
  /** Starts a consumer; `spoil` makes each worker underneath hang. */
  const start = async (
    spoil: (worker: Underneath, count: number) => Promise<unknown> | undefined,
    take: (job: Job) => Promise<void> = async (job) => void taken.push(job.id ?? ''),
    changes: Partial<ConsumerWatchOptions> = {},
    lock: Partial<typeof SHORT_LOCK> = {},
  ) => {
    const consume: Queues['consume'] = (queue, work, options) => {
      const worker = queues.consume(queue, work, { ...options, ...lock });
      underneath.push(worker as Underneath);
      void spoil(worker as Underneath, underneath.length);
      return worker;
    };
    consumer = startConsumer({ queues: { consume }, queue: catalogue.events, concurrency: 2, take });
    await underneath[0]?.waitUntilReady();
    watch = watchConsumer({
      consumer,
      queue: queues.events,
      isTaking: () => true,
      onHopeless: (error) => given.push(error),
      // Long enough for the next one to start and take a job on a busy machine.
      limits: { idleMs: 2_000, inHandMs: 600_000 },
      lookMs: 20,
      logger,
      ...changes,
    });
  };
  const closeFirst = (worker: Underneath, count: number) => (count === 1 ? worker.close() : undefined);

  it('restarts one that takes nothing, and goes on', async () => {
    await start(closeFirst);
    await add('one-1');
    await until(() => taken.length === 1);
    expect(underneath).toHaveLength(2);
    await until(() => watch?.check().detail === 'takes jobs, or none wait');
    expect(watch?.check().ok).toBe(true);
    expect(given).toEqual([]);
  });

  it('restarts one each time that it hangs again after it made progress', async () => {
    await start(closeFirst);
    await add('one-1');
    await until(() => taken.length === 1);
    await underneath[1]?.close();
    await add('two-2');
    await until(() => taken.length === 2);
    expect(given).toEqual([]);
  });

  it('gives up one that hangs again at once, and reports it', async () => {
    await start((worker) => worker.pause(true));
    await add('one-1');
    await until(() => given.length === 1);
    expect(given[0]?.message).toMatch(
      /^The consumer of the queue events hangs, .*: 1 job\(s\) wait, 2 slot\(s\) are free, and none was taken for/,
    );
    expect(watch?.check()).toMatchObject({ ok: false, detail: expect.stringContaining('1 job(s) wait') });
    expect(underneath).toHaveLength(2);
  });

  it('abandons a job that never ends, which is then taken again', async () => {
    const never = Promise.withResolvers<void>();
    const take = (job: Job) => {
      taken.push(job.id ?? '');
      return taken.length === 1 ? never.promise : Promise.resolve();
    };
    await start(() => undefined, take, { limits: { idleMs: 60_000, inHandMs: 300 } }, SHORT_LOCK);
    await add('one-1');
    await until(() => taken.length === 2);
    await until(async () => (await queues.events.getJob('one-1')) === undefined);
    expect(taken).toEqual(['one-1', 'one-1']);
    expect(given).toEqual([]);
    never.resolve();
  });

  it('does not restart one while the queue is paused, or the store fails', async () => {
    let isTaking = true;
    let looks = 0;
    await queues.events.pause();
    await start(() => undefined, undefined, {
      isTaking: () => {
        looks += 1;
        return isTaking;
      },
      limits: { idleMs: 1, inHandMs: 600_000 },
    });
    await add('one-1');
    await until(() => looks > 10);
    isTaking = false;
    expect(watch?.check().detail).toBe('takes none while the store fails');
    await until(() => looks > 20);
    expect(underneath).toHaveLength(1);
    await queues.events.resume();
    await until(() => taken.length === 1);
  });
});
