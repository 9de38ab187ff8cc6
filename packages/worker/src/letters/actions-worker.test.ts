import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { countJobFailures } from '../consumer/count-job-failures.ts';
import { createMetrics } from '../metrics.ts';
import { startActionsWorker } from './actions-worker.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

let database: MigratedDatabase;
let queues: Queues;

beforeAll(async () => {
  database = await openMigratedDatabase();
  const redisUrl = hasTestRedis() ? testRedisUrl() : undefined;
  queues = await openQueues({ redisUrl, databaseUrl: database.url, prefix: uniquePrefix() }, logger);
});
afterAll(async () => {
  await queues.close();
  await database.close();
});

const action = (changes: object) => ({ what: 'dry-run', selection: {}, who: 'ada', ...changes }) as never;

describe('Timepoint, doing an action that the database refuses,', () => {
  it('ends it as failed with the reason, once, and goes on with the next', async () => {
    // What Postgres refuses of an action that is well formed.
    await database.query(`alter table ingest.audit add constraint no_eve check (who <> 'eve')`);
    const nul = String.fromCharCode(0);
    await queues.actions.add('x', action({ selection: { fingerprint: nul } }), { jobId: 'nul-1' });
    await queues.actions.add('x', action({ who: `a${nul}` }), { jobId: 'nul-2' });
    await queues.actions.add('x', action({ who: '\ud800' }), { jobId: 'half-1' });
    await queues.actions.add('x', action({ who: 'eve' }), { jobId: 'refused-1' });
    await queues.actions.add('x', action({}), { jobId: 'good-1' });
    const metrics = createMetrics();
    countJobFailures(queues, metrics);
    const worker = startActionsWorker({ queues, database, logger });
    await until(async () => (await queues.actions.getJob('good-1'))?.isCompleted());
    const ends = async (id: string) => {
      const job = await queues.actions.getJob(id);
      return [await job?.getState(), job?.attemptsMade, job?.failedReason];
    };
    const unreadable = expect.stringMatching(/^not a job of the queue actions.*`timepoint failed-jobs`/s);
    for (const id of ['nul-1', 'nul-2', 'half-1']) expect(await ends(id)).toEqual(['failed', 1, unreadable]);
    expect(await ends('refused-1')).toEqual(['failed', 1, expect.stringMatching(/^can't be done: .*no_eve/)]);
    await until(async () => (await metrics.refusedJobs.get()).values[0]?.value === 3);
    expect((await metrics.refusedJobs.get()).values).toMatchObject([
      { labels: { queue: 'actions' }, value: 3 },
    ]);
    await worker.close();
  });
});
