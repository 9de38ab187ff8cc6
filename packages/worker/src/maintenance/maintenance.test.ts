import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { createMetrics } from '../metrics.ts';
import { checkMaintenance, startMaintenance } from './maintenance.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase(4);
});
afterAll(() => database.close());
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0).toReversed()) await part.close();
});

const start = async (queues: Queues) => {
  const metrics = createMetrics();
  const days = { retentionDays: 90, letterRetentionDays: 365, auditRetentionDays: 1_095 };
  opened.push(await startMaintenance({ queues, database, ...days, metrics, logger }));
  return metrics;
};

const backends = [...(hasTestRedis() ? ['redis'] : []), 'postgres'];
describe.each(backends)('Timepoint, whose maintenance fails, with its queues in %s,', (backend) => {
  it('keeps the last failed jobs as a finding, and is not ready after three, until one succeeds', async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    const queues = await openQueues({ redisUrl, databaseUrl: database.url, prefix: uniquePrefix() }, logger);
    opened.push(queues);
    const failed = () => queues.maintenance.getFailedCount();
    const isIdle = async () => {
      const { waiting, active } = await queues.maintenance.getJobCounts('waiting', 'active');
      return waiting === 0 && active === 0;
    };
    // As the scheduler does each ten minutes.
    const again = (id: number) => queues.maintenance.add('tend-log', {}, { jobId: `again-${id}` });
    await database.query('alter table ingest.audit rename to audit_away');
    const metrics = await start(queues);
    await until(async () => (await failed()) === 1);
    expect(await checkMaintenance(queues)).toMatchObject({ ok: true });
    // A restart schedules it again beside the failed job.
    await start(queues);
    expect(await queues.maintenance.getJobSchedulersCount()).toBe(1);
    for (let id = 1; id <= 12; id++) await again(id);
    // Two that fail in the same moment remove the same oldest one on Postgres, so eleven can stay.
    await until(async () => (await failed()) >= 10 && (await isIdle()));
    expect(await checkMaintenance(queues)).toEqual({
      ok: false,
      detail: expect.stringMatching(
        /^the last 1[01] runs of the maintenance failed: .*audit.* does not exist/,
      ),
    });
    const { values } = await metrics.failures.get();
    expect(values.map(({ labels }) => labels)).toEqual([{ part: 'expire-letters' }]);
    await database.query('alter table ingest.audit_away rename to audit');
    await again(13);
    await until(async () => (await failed()) === 0 && (await isIdle()));
    expect(await checkMaintenance(queues)).toMatchObject({ ok: true });
    expect(await queues.maintenance.getDelayedCount()).toBe(1);
  }, 180_000);
});
