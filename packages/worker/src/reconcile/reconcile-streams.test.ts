import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { noteDownstreamHoles } from '@timepoint/database/coverage/note-downstream-holes';
import type { Database } from '@timepoint/database/pool';
import { noteActivity } from '@timepoint/database/status/note-activity';
import { type EventsJob, eventsJobSchema, type RewindJob } from '@timepoint/shared/contract/job';
import type { StreamName } from '@timepoint/shared/contract/streams';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { readRewinds } from '@timepoint/shared/queues/rewinds';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { applyBatch } from '../apply/apply-batch.ts';
import { createMetrics } from '../metrics.ts';
import { reconcileStreams } from './reconcile-streams.ts';
import { createRecurringWork } from './recurring-work.ts';
import { registerStreams } from './register-streams.ts';
import { repairHoles } from './repair-holes.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const line = (timepoint: number) =>
  JSON.stringify({
    resource_uri: `/company/0000${timepoint}`,
    data: {},
    event: { timepoint, type: 'changed' },
  });
const job = (after: number, ...timepoints: number[]) => jobOf('companies', after, ...timepoints);
const jobOf = (stream: StreamName, after: number, ...timepoints: number[]): EventsJob =>
  eventsJobSchema.parse({
    stream,
    origin: 100,
    after,
    upTo: timepoints.at(-1),
    lines: timepoints.map(line),
    receivedAt: 0,
  });

let database: MigratedDatabase;
let queues: Queues;

beforeAll(async () => {
  database = await openMigratedDatabase(2);
});
afterAll(() => database.close());
const backends = [...(hasTestRedis() ? ['redis'] : []), 'postgres'];
const openOn = async (backend?: string) => {
  await queues?.close();
  const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
  queues = await openQueues({ redisUrl, databaseUrl: database.url, prefix: uniquePrefix() }, logger);
};
beforeEach(async () => {
  await openOn(backends[0]);
  await database.query(
    'truncate register.companies, register.filings, ingest.events, ingest.coverage, ingest.holes, ingest.dead_letters, ingest.activity',
  );
});
afterAll(() => queues.close());

const register = () => registerStreams(queues, database, ['companies']);
const repair = () => repairHoles({ queues, database, graceSeconds: 0, metrics: createMetrics(), logger });
const storedStream = async () => (await queues.streams.getJob('companies'))?.data;
const rewindOf = async (stream: string) =>
  (await readRewinds(queues, stream))[0]?.data as RewindJob | undefined;
const rewind = () => rewindOf('companies');
const holes = async () =>
  (await database.query('select after, up_to, cause, state, attempts from ingest.holes')).rows;

describe('Timepoint, registering streams,', () => {
  it('registers a stream without a history to be read live, once', async () => {
    expect(await register()).toEqual(['companies']);
    expect(await storedStream()).toEqual({});
    expect(await register()).toEqual([]);
  });

  it('registers a stream that the queue forgot with the position that the database proves', async () => {
    await applyBatch(database, job(100, 101, 102));
    await applyBatch(database, job(104, 105));
    await register();
    expect(await storedStream()).toEqual({ timepoint: 102, origin: 100 });
  });

  it('asks for the first event of all when nothing up to it was kept', async () => {
    await applyBatch(database, job(104, 105));
    await register();
    expect(await storedStream()).toEqual({ timepoint: 101, origin: 100 });
  });

  it('leaves a stream unchanged whose job is newer than the database', async () => {
    await queues.streams.add('companies', { timepoint: 900, origin: 100 } as never, { jobId: 'companies' });
    await applyBatch(database, job(100, 101));
    expect(await register()).toEqual([]);
    expect(await storedStream()).toEqual({ timepoint: 900, origin: 100 });
  });
});

describe('Timepoint, repairing holes,', () => {
  it('has nothing to do where the coverage is contiguous', async () => {
    await applyBatch(database, job(100, 101, 102));
    await repair();
    expect(await holes()).toEqual([]);
    expect(await rewind()).toBeUndefined();
  });

  it('sends the stream back to events that were lost behind the queue, three times at most', async () => {
    await applyBatch(database, job(100, 101));
    await applyBatch(database, job(103, 104));
    for (const attempts of [1, 2, 3]) {
      await repair();
      expect(await holes()).toEqual([
        { after: 101, up_to: 103, cause: 'downstream', state: 'open', attempts },
      ]);
      expect(await rewind()).toEqual({ timepoint: 101 });
      for (const request of await readRewinds(queues, 'companies')) await request.remove();
    }
    await repair();
    expect(await rewind()).toBeUndefined();
  });

  it('waits while a job that fills the hole, or a rewind, is on its way', async () => {
    await applyBatch(database, job(100, 101));
    await applyBatch(database, job(103, 104));
    const waiting = await queues.events.add('companies', job(101, 102, 103), { jobId: 'companies-102-103' });
    await repair();
    expect(await rewind()).toBeUndefined();
    await waiting.remove();
    await repair();
    await repair();
    expect(await holes()).toMatchObject([{ attempts: 1 }]);
  });

  it.each(backends)(
    'reads what waits once, and only when it is little, with its queues in %s',
    async (backend) => {
      await openOn(backend);
      let reads = 0;
      const getJobs = queues.events.getJobs.bind(queues.events);
      queues.events.getJobs = (...args) => {
        reads += 1;
        return getJobs(...args);
      };
      const add = (on: EventsJob) => queues.events.add(on.stream, on, { jobId: `${on.stream}-${on.upTo}` });
      for (const stream of ['companies', 'filings'] as const) {
        await applyBatch(database, jobOf(stream, 100, 101));
        await applyBatch(database, jobOf(stream, 103, 104));
      }
      await queues.events.pause();
      const filling = await add(job(101, 102, 103));
      for (let after = 200; after < 250; after += 1) await add(job(after, after + 1));
      await repair();
      expect({ reads, holes: await holes() }).toMatchObject({
        reads: 0,
        holes: [{ attempts: 0 }, { attempts: 0 }],
      });
      await queues.events.remove('companies-250');
      await repair();
      expect(reads).toBe(1);
      expect([await rewind(), await rewindOf('filings')]).toEqual([undefined, { timepoint: 101 }]);
      await filling.remove();
      await repair();
      expect(await rewind()).toEqual({ timepoint: 101 });
    },
  );

  it('notes that a hole was repaired', async () => {
    await applyBatch(database, job(100, 101));
    await applyBatch(database, job(103, 104));
    await repair();
    await applyBatch(database, job(101, 102, 103));
    await repair();
    expect(await holes()).toMatchObject([{ after: 101, up_to: 103, state: 'repaired' }]);
  });

  it('removes the hole of an overtaken batch for which no rewind was asked', async () => {
    await applyBatch(database, job(100, 101));
    await applyBatch(database, job(103, 104));
    expect(await noteDownstreamHoles(database, 0)).toHaveLength(1);
    await applyBatch(database, job(101, 102, 103));
    expect(await noteDownstreamHoles(database, 0)).toEqual([]);
    expect(await holes()).toEqual([]);
  });

  it('leaves a hole accepted that was accepted while the jobs were read', async () => {
    await applyBatch(database, job(100, 101));
    await applyBatch(database, job(103, 104));
    await database.query(
      `insert into ingest.holes (stream, after, up_to, cause, state) values ('companies', 101, 103, 'jump', 'accepted')`,
    );
    expect(await noteDownstreamHoles(database, 0)).toEqual([]);
    expect(await holes()).toMatchObject([{ state: 'accepted' }]);
  });
});

describe('Timepoint, reconciling its streams,', () => {
  const metrics = createMetrics();
  const work = createRecurringWork({ metrics, logger });
  const start = (on: Database) =>
    reconcileStreams({
      queues,
      database: on,
      streams: ['companies'],
      graceSeconds: 0,
      metrics,
      work,
      logger,
    });

  it('starts at once, survives an outage and stops when it is closed', async () => {
    const outage: Database = { ...database, query: () => Promise.reject(new Error('connection refused')) };
    await start(outage).close();
    await start(database).close();
    expect(await storedStream()).toEqual({});
  });

  it('does the other parts of a round although one of them fails', async () => {
    await applyBatch(database, job(100, 101));
    await database.query('alter table ingest.holes rename to holes_away');
    const keeper = start(database);
    try {
      // The parts that follow the holes.
      await until(async () => (await database.query('select from ingest.activity')).rows.length > 0);
    } finally {
      await keeper.close();
      await database.query('alter table ingest.holes_away rename to holes');
    }
  });

  it('notes once a minute where each stream stands', async () => {
    await applyBatch(database, job(100, 101, 103));
    // Within one transaction the time stands still.
    await database.transaction(async (tx) => {
      await noteActivity(tx);
      await noteActivity(tx);
    });
    const noted =
      'select stream, newest_timepoint, watermark, minute <= now() as is_past from ingest.activity';
    expect((await database.query(noted)).rows).toEqual([
      { stream: 'companies', newest_timepoint: 103, watermark: 103, is_past: true },
    ]);
    await database.query(`update ingest.activity set minute = minute - interval '3 days'`);
    await noteActivity(database);
    expect((await database.query(`${noted} where minute < now() - interval '1 day'`)).rows).toEqual([]);
  });
});
