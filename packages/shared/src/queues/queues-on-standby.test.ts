import { chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { runOn } from '@timepoint/testkit/private-database';
import { uniquePrefix } from '@timepoint/testkit/private-redis';
import { startPostgres, TEST_SETTINGS } from '@timepoint/testkit/stores/postgres';
import { createTempFolder } from '@timepoint/testkit/temp-folder';
import { until } from '@timepoint/testkit/until';
import { createLogger } from '../platform/logger.ts';
import { catalogue } from './catalogue.ts';
import { openQueues } from './queues.ts';
import { EVENTS_JOB } from './test-jobs.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

it('Timepoint opens queues on a standby, says that it takes no writes, and takes jobs once it is promoted', async () => {
  const options = { dataDir: join(createTempFolder(), 'postgres'), settings: TEST_SETTINGS };
  const primary = await startPostgres(options);
  const { port, dataDir, url } = primary;
  const settings = { databaseUrl: url, prefix: uniquePrefix() };
  await (await openQueues(settings, logger)).close();
  await primary.close();
  const signal = join(dataDir, 'standby.signal');
  writeFileSync(signal, '');
  const { uid, gid } = statSync(dataDir);
  chownSync(signal, uid, gid);
  const standby = await startPostgres({ ...options, port });

  const queues = await openQueues(settings, logger);
  const taken: string[] = [];
  const worker = queues.consume(catalogue.events, async (job) => void taken.push(job.id ?? ''), {});
  const failure = () =>
    queues.ping().then(
      () => null,
      (error: Error) => error.message,
    );
  expect(await failure()).toMatch(/read-only/);
  await expect(openQueues({ ...settings, prefix: uniquePrefix() }, logger)).rejects.toThrow(
    /takes no writes.*Name the primary in DATABASE_URL/,
  );
  await runOn(url, 'select pg_promote()');
  await until(async () => (await failure()) === null);
  await queues.events.add('companies', EVENTS_JOB, { jobId: 'a-job' });
  await until(() => taken.includes('a-job'));
  await worker.close();
  await queues.close();
  await standby.close();
});
