import { Writable } from 'node:stream';
import { afterEach, expect, it } from '@jest/globals';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues } from '@timepoint/shared/queues/queues';
import { openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { runOn, testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { createMetrics } from '../metrics.ts';
import { startEventsWorker } from './worker.ts';

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0).toReversed()) await part.close();
});

// Queues of their own: those in this Postgres would be read-only with it.
const itWithRedis = hasTestRedis() ? it : it.skip;

itWithRedis(
  'Timepoint takes no jobs while Postgres answers but refuses to write, and takes them after',
  async () => {
    const lines: string[] = [];
    const output = new Writable({
      write: (line, _encoding, done) => {
        lines.push(String(line));
        done();
      },
    });
    const logged = (text: string) => lines.filter((line) => line.includes(text)).length;
    const database = await openMigratedDatabase(4);
    const logger = createLogger({ name: 'test', level: 'info', output });
    const queues = await openQueues({ redisUrl: testRedisUrl(), prefix: uniquePrefix() }, logger);
    opened.push(database, queues);
    const name = new URL(database.url).pathname.slice(1);
    const setReadOnly = async (value: 'on' | 'off') => {
      await runOn(testDatabaseUrl(), `alter database ${name} set default_transaction_read_only = ${value}`);
      // Sessions that are open keep the setting that they began with.
      await runOn(
        testDatabaseUrl(),
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      );
    };
    const rollbacks = async () => {
      const statement = `select xact_rollback::int as rollbacks from pg_stat_database where datname = '${name}'`;
      return (await database.query<{ rollbacks: number }>(statement)).rows[0]?.rollbacks ?? 0;
    };
    await setReadOnly('on');
    const worker = startEventsWorker({ queues, database, concurrency: 2, metrics: createMetrics(), logger });
    opened.push(worker);
    for (const timepoint of [101, 102, 103, 104]) {
      const job = { stream: 'companies', origin: 100, after: timepoint - 1, upTo: timepoint, receivedAt: 0 };
      const line = `{"resource_uri":"/c/1","data":{},"event":{"timepoint":${timepoint},"type":"changed"}}`;
      await queues.events.add('companies', eventsJobSchema.parse({ ...job, lines: [line] }), {
        jobId: `companies-${timepoint}-${timepoint}`,
      });
    }
    await until(() => worker.storeFailure());
    expect(worker.storeFailure()?.message).toMatch(/read-only transaction/);
    // It tries again and again; a try that only reads would not fail.
    const before = await rollbacks();
    await until(async () => (await rollbacks()) >= before + 3);
    expect([worker.isTaking(), logged('no jobs are taken'), logged('taking jobs')]).toEqual([false, 1, 0]);
    await setReadOnly('off');
    await until(async () => Object.values(await queues.events.getJobCounts()).every((count) => count === 0));
    expect([worker.isTaking(), logged('taking jobs')]).toEqual([true, 1]);
  },
);
