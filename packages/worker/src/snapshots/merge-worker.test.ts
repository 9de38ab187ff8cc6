import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { saveSchemaDrift } from '@timepoint/database/schema-drift/save-schema-drift';
import { beginSnapshot } from '@timepoint/database/snapshots/begin-snapshot';
import { saveRead } from '@timepoint/database/snapshots/save-read';
import { stageChunk } from '@timepoint/database/snapshots/stage-chunk';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { countJobFailures } from '../consumer/count-job-failures.ts';
import { createMetrics } from '../metrics.ts';
import { MergeTurns } from './merge-turns.ts';
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

  const start = (turns = new MergeTurns(), metrics = createMetrics()) =>
    startMergeWorker({ queues, database, metrics, logger, turns });
  const state = async () =>
    (await database.query<{ state: string }>('select state from ingest.snapshots order by id desc limit 1'))
      .rows[0]?.state;
  const uri = (chunk: number) => `/company/0987654${chunk}`;
  const begin = async (chunks: number, day: string) => {
    const snapshotId = await database.transaction(async (tx) => {
      const name = { product: 'basic-company-data', date: day, part: 1, parts: 1 } as const;
      const id = await beginSnapshot(tx, name, '-');
      for (let chunk = 0; chunk < chunks; chunk += 1) {
        const text = `${chunk}\t2\tcompanies\t${uri(chunk)}\tcompany-profile\t0987654${chunk}\t{"company_name":"A"}\n`;
        await stageChunk(tx, { snapshotId: id, chunk, text, rows: 1, rejects: [], digest: 'x' });
      }
      return id;
    });
    await saveRead(database, snapshotId, { chunks, rows: { companies: chunks }, rejects: 0, totals: null });
    for (let chunk = 0; chunk < chunks; chunk += 1)
      await queues.snapshots.add('merge', { snapshotId, chunk }, { jobId: `${snapshotId}-${chunk}` });
    return snapshotId;
  };
  let added = 0;
  const addLive = (count: number, timestamp = Date.now()) =>
    queues.events.addBulk(
      Array.from({ length: count }, () => {
        added += 1;
        return { name: 'live', data: {} as never, opts: { jobId: `live-${added}`, timestamp } };
      }),
    );

  it('refuses a job with invalid data, without trying it again, and counts it', async () => {
    const metrics = createMetrics();
    countJobFailures(queues, metrics);
    const worker = startMergeWorker({ queues, database, metrics, logger });
    const nonsense = await queues.snapshots.add('merge', { chunk: 'none' } as never, { jobId: 'nonsense' });
    await until(async () => (await nonsense.getState()) === 'failed');
    expect((await queues.snapshots.getJob('nonsense'))?.failedReason).toMatch(
      /^not a job of the queue snapshots.*`timepoint failed-jobs`/s,
    );
    const refused = async () => (await metrics.refusedJobs.get()).values;
    await until(async () => (await refused()).length > 0);
    expect(await refused()).toMatchObject([{ labels: { queue: 'snapshots' }, value: 1 }]);
    await worker.close();
    await nonsense.remove();
  });

  it('lets late live events go first, ends at once when it is closed, and finishes the import afterwards', async () => {
    await begin(1, '2026-07-01');
    await addLive(1, Date.now() - 60_000);
    const waiting = start(new MergeTurns(3_600_000));
    await until(async () => (await queues.snapshots.getActiveCount()) > 0);
    expect(await state()).toBe('merging');
    await waiting.close();
    expect(await state()).toBe('merging');

    await queues.events.obliterate({ force: true });
    const free = start(new MergeTurns(3_600_000));
    await until(async () => (await state()) === 'done');
    await free.close();
    expect((await database.query('select company_name from register.companies')).rows).toEqual([
      { company_name: 'A' },
    ]);
  });

  it('counts the schema drift that lines of a file were the first to have, once', async () => {
    const mood = {
      fingerprint: 'unknown-field mood',
      kind: 'unknown-field',
      path: 'mood',
      value: null,
    } as const;
    const metrics = createMetrics();
    for (const day of ['2026-07-02', '2026-07-03']) {
      const snapshotId = await begin(1, day);
      const source = { timepoint: null, file: { snapshotId, line: 2 }, resourceUri: uri(0), line: '{}' };
      await saveSchemaDrift(database, 'companies', [{ drift: mood, event: source }]);
      const worker = start(new MergeTurns(), metrics);
      await until(async () => (await state()) === 'done');
      await worker.close();
    }
    expect((await metrics.schemaDrift.get()).values).toEqual([
      expect.objectContaining({ labels: { stream: 'companies', kind: 'unknown-field' }, value: 1 }),
    ]);
  });

  it('does not wait for many jobs that have just come', async () => {
    await begin(1, '2026-08-01');
    await addLive(200, Date.now() + 3_600_000);
    const worker = start(new MergeTurns(3_600_000));
    await until(async () => (await state()) === 'done');
    await worker.close();
    await queues.events.obliterate({ force: true });
  });

  it('ends an import while 150 small jobs a second keep coming that no worker takes', async () => {
    await begin(4, '2026-09-01');
    await addLive(1, Date.now() - 60_000);
    const producer = setInterval(() => void addLive(15).catch(() => undefined), 100);
    const worker = start();
    try {
      await until(async () => (await state()) === 'done');
      expect(await queues.events.getWaitingCount()).toBeGreaterThan(100);
    } finally {
      clearInterval(producer);
      await worker.close();
      await queues.events.obliterate({ force: true });
    }
  });

  it('gives up a job with an invalid snapshot id', async () => {
    const worker = start();
    await queues.snapshots.add('merge', { snapshotId: -1, chunk: 0 } as never, { jobId: 'nonsense' });
    await until(async () => (await queues.snapshots.getFailedCount()) > 0);
    await worker.close();
    const [failed] = await queues.snapshots.getFailed();
    expect(failed?.failedReason).toMatch(/not a job of the queue snapshots/);
  });
});
