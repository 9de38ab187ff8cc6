import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ActionJob, actionJobSchema } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { applyTestEvents, CURE, forget, POISON } from '@timepoint/testkit/letters';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { countJobFailures } from '../consumer/count-job-failures.ts';
import { createMetrics } from '../metrics.ts';
import { startActionsWorker } from './actions-worker.ts';
import { createLetterJobs, type LetterJobs } from './letter-jobs.ts';
import { startLettersWorker } from './letters-worker.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, working on dead letters through the queues on %s,', (backend) => {
  let database: MigratedDatabase;
  let queues: Queues;
  let letterJobs: LetterJobs;
  let workers: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    database = await openMigratedDatabase(4);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await forget(database);
    await database.query(POISON);
    queues = await openQueues(
      {
        redisUrl: backend === 'redis' ? testRedisUrl() : undefined,
        databaseUrl: database.url,
        prefix: uniquePrefix(),
      },
      logger,
    );
    letterJobs = createLetterJobs({ queues, database });
  });
  afterEach(async () => {
    for (const worker of workers) await worker.close();
    workers = [];
    await queues.close();
  });

  const poison = (...timepoints: number[]) =>
    applyTestEvents(
      database,
      timepoints.map((timepoint) => ({ timepoint, company: `00001${timepoint}`, name: 'POISON' })),
    );
  const failed = async () =>
    (await queues.deadLetters.getFailed()).map(({ id, failedReason }) => `${id} ${failedReason}`);
  const states = async () =>
    (
      await database.query<{ state: string }>('select state from ingest.dead_letters order by timepoint')
    ).rows.map(({ state }) => state);

  it('replaces the job of a letter when it names no letter, and counts that job', async () => {
    const metrics = createMetrics();
    countJobFailures(queues, metrics);
    workers = [startLettersWorker({ queues, database, logger })];
    await poison(101);
    await queues.deadLetters.add('letter', { id: 'none' } as never, { jobId: 'companies-101' });
    await until(async () => (await failed()).length === 1);
    expect(await failed()).toEqual([
      expect.stringMatching(/^companies-101 not a job of the queue dead-letters.*`timepoint failed-jobs`/s),
    ]);
    const refused = async () => (await metrics.refusedJobs.get()).values;
    await until(async () => (await refused()).length > 0);
    expect(await refused()).toMatchObject([{ labels: { queue: 'dead-letters' }, value: 1 }]);
    await letterJobs.align();
    await until(async () => /no_poison/.test((await failed())[0] ?? ''));
  });

  it('shows each open letter as a failed job with its reason, and retrying the job replays the letter', async () => {
    workers = [startLettersWorker({ queues, database, logger })];
    await poison(101, 102);
    await letterJobs.align();
    await until(async () => (await failed()).length === 2);
    expect((await failed()).toSorted()).toEqual([
      expect.stringMatching(/^companies-101 .*violates check constraint "no_poison"/),
      expect.stringMatching(/^companies-102 /),
    ]);
    await database.query(CURE);
    await (await queues.deadLetters.getJob('companies-101'))?.retry();
    await until(async () => (await states())[0] === 'replayed');
    await until(async () => (await failed()).length === 1);
    expect(await states()).toEqual(['replayed', 'open']);
  });

  it('records in the audit who had a letter tried again, once', async () => {
    workers = [startLettersWorker({ queues, database, logger })];
    await poison(101);
    await letterJobs.align();
    await until(async () => (await failed()).length === 1);
    const job = await queues.deadLetters.getJob('companies-101');
    await job?.updateData({ ...job.data, who: 'ada (dashboard)' });
    await job?.retry();
    const audit = async () =>
      (
        await database.query<{ who: string; kind: string }>(
          `select who, details->>'kind' as kind from ingest.audit`,
        )
      ).rows;
    await until(async () => (await audit()).length === 1);
    await until(async () => (await failed()).length === 1);
    await database.query(CURE);
    await (await queues.deadLetters.getJob('companies-101'))?.retry();
    await until(async () => (await states())[0] === 'replayed');
    expect(await audit()).toEqual([{ who: 'ada (dashboard)', kind: 'refused' }]);
  });

  it('fills a queue that was wiped, and takes out jobs of letters that are settled', async () => {
    await poison(101, 102);
    await letterJobs.align();
    await queues.deadLetters.obliterate({ force: true });
    await createLetterJobs({ queues, database }).align();
    expect(await queues.deadLetters.getWaitingCount()).toBe(2);
    await database.query(`update ingest.dead_letters set state = 'discarded' where timepoint = 101`);
    await letterJobs.align();
    expect((await queues.deadLetters.getWaiting()).map(({ id }) => id)).toEqual(['companies-102']);
  });

  it('looks once a minute for jobs that were removed', async () => {
    let now = 0;
    const jobs = createLetterJobs({ queues, database }, () => now);
    await poison(101);
    await jobs.align();
    await queues.deadLetters.obliterate({ force: true });
    now = 59_999;
    await jobs.align();
    expect(await queues.deadLetters.getWaitingCount()).toBe(0);
    now = 60_000;
    await jobs.align();
    expect(await queues.deadLetters.getWaitingCount()).toBe(1);
  });

  it('keeps jobs of the oldest 10,000 letters only, however many there are', async () => {
    await database.query(
      `insert into ingest.dead_letters (stream, timepoint, reason, detail, raw)
       select 'companies', place, 'rejected', 'x', place from generate_series(1, 10001) as place`,
    );
    await letterJobs.align();
    expect(await queues.deadLetters.getWaitingCount()).toBe(10_000);
    expect(await queues.deadLetters.getJob('companies-1')).toBeDefined();
    expect(await queues.deadLetters.getJob('companies-10001')).toBeUndefined();
  });

  it('gives a line without a place a job too', async () => {
    await applyTestEvents(
      database,
      [{ timepoint: 101, name: 'A' }],
      ['{"garbage', '{"more', JSON.stringify({ x: 1 })],
    );
    await letterJobs.align();
    const ids = (await queues.deadLetters.getWaiting()).map(({ id }) => id ?? '');
    expect(ids).toHaveLength(3);
    for (const id of ids) expect(id).toMatch(/^companies-letter-\d+$/);
  });

  const ask = (action: Partial<ActionJob>) =>
    queues.actions.add(
      'action',
      actionJobSchema.parse({ what: 'replay', selection: {}, who: 'ada', ...action }),
      {
        jobId: 'an-action',
      },
    );

  it('does what an action asks, and leaves the result on the job', async () => {
    workers = [startActionsWorker({ queues, database, logger })];
    await poison(101, 102, 103);
    await database.query(CURE);
    await ask({});
    await until(async () => (await queues.actions.getJob('an-action'))?.finishedOn !== undefined);
    const job = await queues.actions.getJob('an-action');
    expect(job?.returnvalue).toMatchObject({ total: 3, done: 3, passed: 3, failed: 0 });
    expect(job?.progress).toEqual(job?.returnvalue);
    expect(await states()).toEqual(['replayed', 'replayed', 'replayed']);
  });

  it('does not begin an action that was cancelled, and refuses one with invalid data', async () => {
    await poison(101);
    await ask({ isCancelled: true });
    await queues.actions.add('action', { what: 'dance' } as never, { jobId: 'nonsense' });
    await queues.actions.add('action', { what: 'discard', selection: {}, who: 'ada' } as never, {
      jobId: 'without-a-reason',
    });
    workers = [startActionsWorker({ queues, database, logger })];
    await until(async () => (await queues.actions.getJob('nonsense'))?.finishedOn !== undefined);
    expect((await queues.actions.getJob('an-action'))?.returnvalue).toMatchObject({
      done: 0,
      isCancelled: true,
    });
    expect((await queues.actions.getJob('nonsense'))?.failedReason).toMatch(
      /^not a job of the queue actions/,
    );
    await until(async () => (await queues.actions.getJob('without-a-reason'))?.finishedOn !== undefined);
    expect((await queues.actions.getJob('without-a-reason'))?.failedReason).toMatch(
      /a discard needs a reason/,
    );
    expect(await states()).toEqual(['open']);
  });

  it('keeps the result of an action that ends during a shutdown', async () => {
    // The number of letters between two checks whether to go on.
    await poison(...Array.from({ length: 25 }, (_, index) => 101 + index));
    await database.query(CURE);
    const worker = startActionsWorker({ queues, database, logger });
    await ask({});
    await until(async () => (await states()).includes('replayed'));
    await worker.close();
    const job = await queues.actions.getJob('an-action');
    expect(job?.returnvalue).toMatchObject({ total: 25, done: 25, passed: 25 });
  });

  it('goes on with an action after a shutdown', async () => {
    const timepoints = Array.from({ length: 120 }, (_, index) => 101 + index);
    await poison(...timepoints);
    await database.query(CURE);
    const first = startActionsWorker({ queues, database, logger });
    await ask({});
    await until(async () => (await states()).includes('replayed'));
    await first.close();
    workers = [startActionsWorker({ queues, database, logger })];
    await until(async () => (await queues.actions.getJob('an-action'))?.finishedOn !== undefined);
    expect(new Set(await states())).toEqual(new Set(['replayed']));
    const job = await queues.actions.getJob('an-action');
    expect(job?.returnvalue).toMatchObject({ total: 120, done: 120, passed: 120 });
  });
});
