import { expect, it } from '@jest/globals';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues } from '@timepoint/shared/queues/queues';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { connectionsTo } from './connect.ts';
import { startLeases } from './lease.ts';
import { createMetrics } from './metrics.ts';

it('Timepoint counts what fails unexpectedly in the loop of a stream, and keeps the stream', async () => {
  const logger = createLogger({ name: 'test', level: 'silent' });
  const queues = await openQueues({ databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
  await queues.streams.add('companies', {}, { jobId: 'companies' });
  const metrics = createMetrics();
  const leases = await startLeases({
    queues,
    metrics,
    logger,
    streams: ['companies'],
    maxConnections: 1,
    reporters: new Map(),
    openConnection: connectionsTo({
      url: 'no URL, which the configuration would have refused',
      key: 'a-key',
      idleTimeoutMs: 5_000,
    }),
    highWaterJobs: 10,
    highWaterBytes: 512 * 1024 * 1024,
    lowWaterJobs: 5,
    turnMs: 60_000,
    onStopped: () => undefined,
  });
  await until(async () => ((await metrics.loopFailures.get()).values[0]?.value ?? 0) >= 2);
  await leases.close();
  expect(await queues.streams.getJob('companies')).toBeDefined();
  await queues.close();
});
