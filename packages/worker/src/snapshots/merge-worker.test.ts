import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/dev/test-redis';
import { until } from '@timepoint/dev/until';
import { createLogger } from '@timepoint/shared/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues';
import { createMetrics } from '../metrics.ts';
import { beginSnapshot } from '../store/begin-snapshot.ts';
import { saveRead } from '../store/save-read.ts';
import { stageChunk } from '../store/stage-chunk.ts';
import { type MigratedDatabase, openMigratedDatabase } from '../test-migrated.ts';
import { startMergeWorker } from './merge-worker.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, merging from the queue on %s,', (backend) => {
  let database: MigratedDatabase;
  let queues: Queues;

  beforeAll(async () => {
    database = await openMigratedDatabase(4);
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues({ redisUrl, databaseUrl: database.url, prefix: uniquePrefix() }, logger);
  });
  afterAll(async () => {
    await queues.close();
    await database.close();
  });

  const start = () => startMergeWorker({ queues, database, metrics: createMetrics(), logger });
  const state = async () =>
    (await database.query<{ state: string }>('select state from ingest.snapshots')).rows.map(
      (row) => row.state,
    );

  it('lets live events go first, ends at once when told to, and finishes the import afterwards', async () => {
    const snapshotId = await database.transaction(async (tx) => {
      const name = { product: 'basic-company-data', date: '2026-07-01', part: 1, parts: 1 } as const;
      const id = await beginSnapshot(tx, name, '-');
      const text = '0\t2\tcompanies\t/company/09876543\tcompany-profile\t09876543\t{"company_name":"A"}\n';
      await stageChunk(tx, { snapshotId: id, chunk: 0, text, rows: 1, rejects: [], digest: 'x' });
      return id;
    });
    await saveRead(database, snapshotId, {
      chunks: 1,
      rows: { companies: 1 },
      rejects: 0,
      totals: null,
    });
    const live = Array.from({ length: 9 }, (_, place) => ({
      name: 'live',
      data: {} as never,
      opts: { jobId: `live-${place}` },
    }));
    await queues.events.addBulk(live);
    await queues.snapshots.add('merge', { snapshotId, chunk: 0 }, { jobId: `${snapshotId}-0` });

    const waiting = start();
    await until(async () => (await queues.snapshots.getActiveCount()) > 0);
    expect(await state()).toEqual(['merging']);
    await waiting.close();
    expect(await state()).toEqual(['merging']);

    await queues.events.obliterate({ force: true });
    const free = start();
    await until(async () => (await state())[0] === 'done');
    await free.close();
    expect((await database.query('select company_name from register.companies')).rows).toEqual([
      { company_name: 'A' },
    ]);
  });

  it('gives up a job that is none', async () => {
    const worker = start();
    await queues.snapshots.add('merge', { snapshotId: -1, chunk: 0 } as never, { jobId: 'nonsense' });
    await until(async () => (await queues.snapshots.getFailedCount()) > 0);
    await worker.close();
    const [failed] = await queues.snapshots.getFailed();
    expect(failed?.failedReason).toMatch(/not a job of the queue snapshots/);
  });
});
