import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createTestDatabase,
  runOn,
  type TestDatabase,
  testDatabaseUrl,
} from '@timepoint/testkit/private-database';
import { uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { createLogger, type Logger } from '../platform/logger.ts';
import { catalogue } from './catalogue.ts';
import { reportTo } from './queue-errors.ts';
import { openQueues, type Queues } from './queues.ts';
import { EVENTS_JOB } from './test-jobs.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

describe('Timepoint, with its queues in a Postgres that fails,', () => {
  let test: TestDatabase;
  let queues: Queues;
  let name: string;
  beforeEach(async () => {
    test = await createTestDatabase();
    name = new URL(test.url).pathname.slice(1);
    queues = await openQueues({ databaseUrl: test.url, prefix: uniquePrefix() }, logger);
  });
  afterEach(async () => {
    await queues.close();
    await test.drop();
  });
  const cut = () =>
    runOn(
      testDatabaseUrl(),
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    );
  const setReadOnly = async (isReadOnly: boolean) => {
    const value = isReadOnly ? 'on' : 'off';
    await runOn(testDatabaseUrl(), `alter database ${name} set default_transaction_read_only = ${value}`);
    await cut();
  };
  const failure = () =>
    queues.ping().then(
      () => null,
      (error: Error) => error.message,
    );

  it('finds out that it is read-only, and goes on by itself when it is not', async () => {
    const taken: string[] = [];
    const worker = queues.consume(catalogue.events, async (job) => void taken.push(job.id ?? ''), {});
    await queues.ping();
    await setReadOnly(true);
    await until(async () => /read-only/.test((await failure()) ?? ''));
    expect(await failure()).toMatch(/read-only/);
    await setReadOnly(false);
    await until(async () => (await failure()) === null);
    await until(() =>
      queues.events.add('companies', EVENTS_JOB, { jobId: 'a-job' }).then(
        () => true,
        () => false,
      ),
    );
    await until(() => taken.includes('a-job'));
    await worker.close();
  });

  it('logs a refusal once, not at each try', async () => {
    const warnings: unknown[] = [];
    const counting = { debug: () => undefined, warn: (fields: unknown) => warnings.push(fields) };
    const report = reportTo(counting as unknown as Logger);
    const refused = Object.assign(new Error('cannot execute UPDATE in a read-only transaction'), {
      code: '25006',
    });
    for (let attempt = 0; attempt < 5; attempt += 1) report(refused);
    expect(warnings).toEqual([{ err: refused }]);
    report(new Error('another'));
    report(new Error('another'));
    expect(warnings).toHaveLength(3);
  });

  it('survives that its connections are cut again and again', async () => {
    const taken: string[] = [];
    const worker = queues.consume(catalogue.events, async (job) => void taken.push(job.id ?? ''), {});
    for (let round = 0; round < 20; round += 1) {
      await Promise.allSettled([
        cut(),
        queues.ping(),
        queues.events.add('companies', EVENTS_JOB, { jobId: `job-${round}` }),
      ]);
    }
    await until(async () => (await failure()) === null);
    await queues.events.add('companies', EVENTS_JOB, { jobId: 'last' });
    await until(() => taken.includes('last'));
    await worker.close();
  });

  it('survives that connections are cut while it closes', async () => {
    for (let round = 0; round < 20; round += 1) {
      const worker = queues.consume(catalogue.events, async () => undefined, {});
      await worker.waitUntilReady();
      await Promise.allSettled([worker.close(), cut(), cut()]);
    }
    await until(async () => (await failure()) === null);
  });
});
