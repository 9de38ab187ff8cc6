import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expireEvents, MAX_TIMEPOINTS } from '@timepoint/database/events/expire-events';
import { BLOCK_EVENTS } from '@timepoint/database/events/pack-events';
import type { Database } from '@timepoint/database/pool';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues } from '@timepoint/shared/queues/queues';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { applyBatch } from '../apply/apply-batch.ts';
import { createMetrics } from '../metrics.ts';
import { reconcileStreams } from '../reconcile/reconcile-streams.ts';
import { createRecurringWork } from '../reconcile/recurring-work.ts';
import { compactLog } from './compact-log.ts';
import { startMaintenance } from './maintenance.ts';

const DAY_MS = 86_400_000;
const NOW = 1_000 * DAY_MS;
const logger = createLogger({ name: 'test', level: 'silent' });

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(4);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query(
    `truncate register.companies, register.company_status_changes, ingest.events, ingest.event_blocks,
       ingest.coverage, ingest.holes, ingest.dead_letters`,
  );
});

const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
const count = async (from: string) => Number((await rows(`select count(*) from ${from}`))[0]?.count);
const line = (timepoint: number, company: number, status: string) =>
  JSON.stringify({
    resource_kind: 'company-profile',
    resource_uri: `/company/${company}`,
    data: { company_name: `NAME AT ${timepoint}`, company_status: status },
    event: { timepoint, published_at: '2026-03-02T10:15:30', type: 'changed' },
  });
const apply = (after: number, lines: readonly string[], receivedAt = 0, upTo = after + lines.length) =>
  applyBatch(
    database,
    eventsJobSchema.parse({ stream: 'companies', origin: 100, after, upTo, lines, receivedAt }),
  );
/** Events 101 and on, of one company that goes from active to liquidation and back. */
const events = (total: number, from = 101) =>
  Array.from({ length: total }, (_, index) =>
    line(from + index, 10_000_000, (from + index) % 7 === 0 ? 'liquidation' : 'active'),
  );
const compact = (retentionDays = 90) => compactLog(database, { retentionDays, now: NOW, logger });
/** Stores so many events of a stream as if they had come long ago. */
const fill = async (stream: string, total: number) => {
  await database.query(
    `insert into ingest.events (stream, timepoint, resource_uri, type, received_at, payload, outcome)
     select $1, timepoint, '/x', 'changed', to_timestamp(0), '{}', 'applied' from generate_series(101, 100 + $2) as timepoint`,
    [stream, total],
  );
  await database.query(
    'insert into ingest.coverage values ($1, 100, int8multirange(int8range(101, 101 + $2)))',
    [stream, total],
  );
};
const changes = () => rows('select * from register.company_status_changes order by timepoint');

describe('Timepoint, compacting its log,', () => {
  it('packs whole blocks of older payloads, which read as before', async () => {
    await apply(100, events(BLOCK_EVENTS * 21 + 5), NOW - 2 * 3_600_000);
    const before = await rows('select * from ingest.event_log order by timepoint');
    await compact();
    expect(await rows('select * from ingest.event_log order by timepoint')).toEqual(before);
    expect(await count('ingest.event_blocks')).toBe(21);
    expect(await count('ingest.events where payload is not null')).toBe(5);
    await compact();
    expect(await count('ingest.event_blocks')).toBe(21);
  });

  it('leaves what is recent, and what is above the watermark, as it is', async () => {
    await apply(100, events(BLOCK_EVENTS), NOW);
    await apply(500, events(BLOCK_EVENTS, 501), 0);
    await compact(3_000);
    expect(await count('ingest.event_blocks')).toBe(0);
  });

  it('derives the same status changes from packed payloads when a dead letter is applied late', async () => {
    const lines = events(BLOCK_EVENTS * 2);
    await apply(100, lines.with(39, '{"garbage'), NOW - 2 * 3_600_000);
    await compact();
    expect(await count('ingest.event_blocks')).toBe(1);
    await apply(139, lines.slice(39, 40), NOW);
    const late = await changes();
    await database.query(
      'truncate register.companies, register.company_status_changes, ingest.events, ingest.coverage, ingest.dead_letters',
    );
    await apply(100, lines, NOW);
    expect(late).toEqual(await changes());
  });

  it('takes events out after the retention, notes how far, and keeps rows and status changes', async () => {
    await apply(100, events(200), NOW - 91 * DAY_MS);
    await apply(300, events(10, 301), NOW - 89 * DAY_MS);
    const expected = await changes();
    await compact();
    expect(await rows('select min(timepoint), max(timepoint) from ingest.events')).toEqual([
      { min: 301, max: 310 },
    ]);
    expect(await rows('select expired_up_to from ingest.coverage')).toEqual([{ expired_up_to: 300 }]);
    expect(await count('ingest.event_blocks')).toBe(0);
    expect(await changes()).toEqual(expected);
    expect(await count('register.companies')).toBe(1);
  });

  it('takes nothing out above the watermark, however old it is', async () => {
    await apply(100, events(10), 0);
    await apply(500, events(10, 501), 0);
    await compact();
    expect(await rows('select min(timepoint) from ingest.events')).toEqual([{ min: 501 }]);
    await apply(110, events(390, 111), 0);
    expect(await rows('select ingest.watermark(origin, covered) from ingest.coverage')).toEqual([
      { watermark: 510 },
    ]);
  });

  it('keeps the log of statuses from an open dead letter on, because the letter can be applied later', async () => {
    await apply(100, [...events(50), '{"garbage', ...events(50, 152)], NOW - 91 * DAY_MS);
    await compact();
    expect(await rows('select min(timepoint) from ingest.events')).toEqual([{ min: 152 }]);
    await database.query(`update ingest.dead_letters set state = 'discarded'`);
    await compact();
    expect(await count('ingest.events')).toBe(0);
  });

  it('reads no more of the log for a step than the step takes out', async () => {
    await fill('filings', MAX_TIMEPOINTS * 4);
    await database.query('analyze ingest.events');
    const cost = await database.transaction(async (tx) => {
      const read = async () =>
        (
          await tx.query<{ read: number }>(
            `select seq_tup_read + idx_tup_fetch as read from pg_stat_xact_user_tables
             where schemaname = 'ingest' and relname = 'events'`,
          )
        ).rows[0]?.read ?? 0;
      const before = await read();
      await expireEvents(tx, { stream: 'filings', receivedBefore: NOW, isHeldByLetters: false });
      return (await read()) - before;
    });
    expect(await count('ingest.events')).toBe(MAX_TIMEPOINTS * 3);
    // Once to look for the first event that stays, once to take them out, and a few to plan it.
    expect(cost).toBeLessThan(MAX_TIMEPOINTS * 3);
  });

  it('compacts the logs of the other streams when it fails for one, and reports that one', async () => {
    await fill('companies', 10);
    await fill('filings', 10);
    const failing: Database = {
      ...database,
      transaction: (work) =>
        database.transaction((tx) =>
          work({
            ...tx,
            query: async (text, values) => {
              if (text.includes('expired_up_to') && values?.[0] === 'companies') throw new Error('refused');
              return tx.query(text, values);
            },
          }),
        ),
    };
    await expect(compactLog(failing, { retentionDays: 90, now: NOW, logger })).rejects.toThrow(
      'The log was not compacted for companies.',
    );
    expect(await rows('select distinct stream from ingest.events')).toEqual([{ stream: 'companies' }]);
  });

  it('never forgets changes that the log is too short to derive again', async () => {
    await apply(100, events(60), NOW - 91 * DAY_MS);
    await compact();
    const expected = await changes();
    await apply(110, [line(111, 10_000_000, 'dissolved')], NOW, 111);
    expect(await changes()).toEqual(expect.arrayContaining(expected));
  });

  it.each([...(hasTestRedis() ? ['redis'] : []), 'postgres'])(
    'compacts on a schedule, once for all workers, with its queues in %s',
    async (backend) => {
      await apply(100, events(10), 0);
      const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
      const queues = await openQueues(
        { redisUrl, databaseUrl: database.url, prefix: uniquePrefix() },
        logger,
      );
      const options = {
        queues,
        database,
        retentionDays: 90,
        letterRetentionDays: 365,
        auditRetentionDays: 1_095,
        metrics: createMetrics(),
        logger,
      };
      const workers = [await startMaintenance(options), await startMaintenance(options)];
      await until(async () => (await count('ingest.events')) === 0);
      expect(await queues.maintenance.getJobSchedulersCount()).toBe(1);
      // The same as a Redis that was wiped.
      await queues.maintenance.obliterate({ force: true });
      await queues.maintenance.removeJobScheduler('tend-log');
      expect(await queues.maintenance.getJobSchedulersCount()).toBe(0);
      await apply(110, events(10, 111), 0);
      const work = createRecurringWork({ metrics: options.metrics, logger });
      const keeper = reconcileStreams({ ...options, streams: [], graceSeconds: 0, work });
      await until(async () => (await count('ingest.events')) === 0);
      await keeper.close();
      await Promise.all(workers.map((worker) => worker.close()));
      await queues.close();
    },
  );
});
