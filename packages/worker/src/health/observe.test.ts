import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '@timepoint/database/pool';
import { connectionReportSchema } from '@timepoint/shared/contract/connection-report';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { applyBatch } from '../apply/apply-batch.ts';
import { createMetrics } from '../metrics.ts';
import { observing } from './observe.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];
const line = (timepoint: number) =>
  JSON.stringify({
    resource_uri: `/company/0000${timepoint}`,
    data: {},
    event: { timepoint, type: 'changed' },
  });
const job = (after: number, upTo: number, lines: string[]) =>
  eventsJobSchema.parse({ stream: 'companies', origin: 100, after, upTo, lines, receivedAt: 0 });

let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase(2);
});
afterAll(() => database.close());

describe.each(backends)('Timepoint, observed with its queues in %s,', (backend) => {
  let queues: Queues;
  beforeEach(async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues({ redisUrl, databaseUrl: database.url, prefix: uniquePrefix() }, logger);
    await database.query('truncate ingest.events, ingest.coverage, ingest.holes, ingest.dead_letters');
  });
  afterEach(() => queues.close());

  const scrape = async (on: { queues?: Queues; database?: Database } = {}) => {
    const { registry } = createMetrics(observing({ queues, database, keepMs: 0, ...on }));
    return (await registry.metrics())
      .split('\n')
      .filter((some) => /^timepoint_(queue|streams|database|coverage|dead_letters|snapshot)_/.test(some))
      .map((some) => some.replace(/,?process="worker"/, '').replace('{}', ''));
  };

  it('shows the coverage, the holes and the letters of each stream', async () => {
    await applyBatch(database, job(100, 102, [line(101), line(102)]));
    await applyBatch(database, job(103, 105, ['{"event":{"timepoint":104}}', line(105)]));
    await database.query(
      `insert into ingest.holes (stream, after, up_to, cause, state, attempts) values ('companies', 50, 60, 'jump', 'accepted', 3)`,
    );
    await database.query(
      `insert into ingest.snapshots (product, snapshot_date, part, parts, location, state)
       values ('basic-company-data', '2026-11-01', 1, 1, 'here', 'reading')`,
    );
    expect(await scrape()).toEqual(
      expect.arrayContaining([
        'timepoint_database_up 1',
        'timepoint_coverage_watermark_timepoint{stream="companies"} 102',
        'timepoint_coverage_newest_timepoint{stream="companies"} 105',
        'timepoint_coverage_contiguous{stream="companies"} 0',
        'timepoint_coverage_holes{stream="companies",state="accepted"} 1',
        'timepoint_coverage_recent_holes{stream="companies"} 1',
        'timepoint_dead_letters_open{stream="companies",reason="envelope"} 1',
        'timepoint_snapshot_running_imports{product="basic-company-data"} 1',
        'timepoint_snapshot_running_rows{product="basic-company-data",stage="merged"} 0',
      ]),
    );
    await applyBatch(database, job(102, 103, [line(103)]));
    expect(await scrape()).toContain('timepoint_coverage_contiguous{stream="companies"} 1');
    await database.query('truncate ingest.snapshots cascade');
  });

  it('shows the queues, and how each stream is connected', async () => {
    expect(await scrape()).toEqual(
      expect.arrayContaining([
        'timepoint_queue_up 1',
        'timepoint_streams_registered 0',
        'timepoint_queue_oldest_age_seconds 0',
      ]),
    );
    const streamJob = await queues.streams.add('companies', {}, { jobId: 'companies' });
    const now = Date.now();
    await streamJob.updateProgress(
      connectionReportSchema.parse({
        state: 'waiting',
        since: now - 5_000,
        downSince: now - 600_000,
        nextTryAt: null,
        ending: 'network',
        detail: null,
        lastByteAt: null,
        lastEventAt: now - 700_000,
        silenceLimitMs: 3_600_000,
        connection: 'c0ffee00',
        holder: 'here:1',
        at: now,
      }),
    );
    const waiting = job(100, 101, [line(101)]);
    await queues.events.add('companies', waiting, { jobId: 'companies-101-101', timestamp: now - 60_000 });
    const seen = await scrape();
    const value = (name: string) =>
      Number(
        seen
          .find((some) => some.startsWith(name))
          ?.split(' ')
          .at(-1),
      );
    expect(value('timepoint_queue_jobs{queue="events",state="waiting"}')).toBe(1);
    expect(value('timepoint_queue_oldest_age_seconds')).toBeGreaterThanOrEqual(60);
    expect(value('timepoint_streams_registered')).toBe(1);
    expect(value('timepoint_streams_down_seconds{stream="companies"}')).toBeGreaterThanOrEqual(600);
    expect(value('timepoint_streams_position_age_seconds{stream="companies"}')).toBeGreaterThanOrEqual(600);
    expect(value('timepoint_streams_event_age_seconds{stream="companies"}')).toBeGreaterThanOrEqual(700);
    expect(value('timepoint_streams_silence_limit_seconds{stream="companies"}')).toBe(3600);
  });

  it('leaves out the values of a store that fails or hangs, and still answers', async () => {
    let asked = 0;
    const hanging: Database = {
      ...database,
      query: () => {
        asked += 1;
        return new Promise(() => undefined);
      },
    };
    const { registry } = createMetrics(
      observing({ queues, database: hanging, keepMs: 0, deadlineMs: 2_000 }),
    );
    for (let round = 0; round < 2; round++) {
      const seen = await registry.metrics();
      expect(seen).toContain('timepoint_database_up{process="worker"} 0');
      expect(seen).toContain('timepoint_queue_up{process="worker"} 1');
      expect(seen).not.toMatch(/^timepoint_coverage/m);
    }
    expect(asked).toBe(1);
    const failing: Database = { ...database, query: () => Promise.reject(new Error('gone')) };
    expect(await scrape({ database: failing })).toContain('timepoint_database_up 0');
  });

  it('asks the stores once for scrapes that come together', async () => {
    let asked = 0;
    const counting: Database = {
      ...database,
      query: (text, values) => {
        asked += 1;
        return database.query(text, values);
      },
    };
    const { registry } = createMetrics(observing({ queues, database: counting }));
    await Promise.all([registry.metrics(), registry.metrics()]);
    await registry.metrics();
    expect(asked).toBe(4);
  });
});
