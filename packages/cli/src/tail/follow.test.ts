import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readWatermarks } from '@timepoint/database/coverage/read-coverage';
import { readNewEvents } from '@timepoint/database/events/read-new-events';
import { readNewStatusChanges } from '@timepoint/database/status-changes/read-new-status-changes';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { applyBatch } from '@timepoint/worker/apply/apply-batch';
import fc from 'fast-check';
import { type FollowOptions, follow } from './follow.ts';

const ORIGIN = 100;
const END = ORIGIN + 40;
const STREAMS = ['companies', 'filings'];
const STATUSES = ['active', 'liquidation', 'dissolved'];

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(6);
});
afterAll(() => database.close());
beforeEach(() => truncate());

const truncate = () =>
  database.query(
    'truncate register.companies, register.filings, register.company_status_changes, ingest.events, ingest.coverage',
  );

function jobOf(stream: string, after: number, upTo: number): EventsJob {
  const lines = Array.from({ length: upTo - after }, (_, index) => {
    const timepoint = after + 1 + index;
    return JSON.stringify({
      resource_uri: `/company/1000000${timepoint % 3}`,
      data: { company_name: `NAME ${timepoint}`, company_status: STATUSES[Math.floor(timepoint / 3) % 3] },
      event: { timepoint, type: 'changed', published_at: '2026-03-02T10:15:30' },
    });
  });
  return eventsJobSchema.parse({ stream, origin: ORIGIN, after, upTo, lines, receivedAt: 0 });
}
const apply = (stream: string, after: number, upTo: number) =>
  applyBatch(database, jobOf(stream, after, upTo));
const range = (after: number, upTo: number) =>
  Array.from({ length: upTo - after }, (_, index) => after + 1 + index);

type Row = { readonly timepoint: number };

/** Follows until `isEnough` accepts the rows. */
async function collect<Followed extends Row>(
  options: Partial<FollowOptions<Followed>> & Pick<FollowOptions<Followed>, 'read'>,
  isEnough: (rows: readonly Followed[]) => boolean | Promise<boolean>,
): Promise<Followed[]> {
  const stop = new AbortController();
  const collected: Followed[] = [];
  const target = { streams: STREAMS, companyNumber: null, from: [], signal: stop.signal };
  for await (const rows of follow(database, { ...target, ...options })) {
    collected.push(...rows);
    if (await isEnough(collected)) stop.abort();
  }
  return collected;
}

describe('Timepoint, following commits,', () => {
  it('yields every event once and in order, whatever the order of the commits', async () => {
    const cases = fc.record({
      cuts: fc.uniqueArray(fc.integer({ min: ORIGIN + 1, max: END - 1 }), { maxLength: 12 }),
      order: fc.infiniteStream(fc.nat()),
      workers: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ cuts, order, workers }) => {
        await truncate();
        const ends = [...cuts, END].toSorted((one, other) => one - other);
        const jobs = STREAMS.flatMap((stream) =>
          ends.map((upTo, index) => ({ stream, after: ends[index - 1] ?? ORIGIN, upTo })),
        )
          .map((job) => ({ job, key: order.next().value ?? 0 }))
          .toSorted((one, other) => one.key - other.key);
        const work = async (): Promise<void> => {
          for (let next = jobs.pop(); next !== undefined; next = jobs.pop())
            await apply(next.job.stream, next.job.after, next.job.upTo);
        };
        let isLast = false;
        const following = collect({ read: readNewEvents }, async ({ length }) => {
          // A row that is yielded twice would come again with the last ones.
          if (length >= 80 && !isLast)
            await Promise.all(STREAMS.map((stream) => apply(stream, END, END + 1)));
          isLast ||= length >= 80;
          return length >= 82;
        });
        await Promise.all(Array.from({ length: workers }, work));
        const rows = await following;
        for (const stream of STREAMS) {
          const timepoints = rows
            .filter((event) => event.stream === stream)
            .map(({ timepoint }) => timepoint);
          expect(timepoints).toEqual(range(ORIGIN, END + 1));
        }
      }),
      { numRuns: 8 },
    );
  });

  it('begins after the existing events', async () => {
    await apply('companies', ORIGIN, 110);
    await apply('companies', 115, 120);
    const from = await readWatermarks(database);
    const following = collect({ from, read: readNewEvents }, (rows) => rows.at(-1)?.timepoint === 120);
    await apply('companies', 110, 115);
    expect((await following).map(({ timepoint }) => timepoint)).toEqual(range(110, 120));
  });

  it('yields a long range a page at a time, each event once', async () => {
    await apply('filings', ORIGIN, ORIGIN + 2_500);
    const pages: number[] = [];
    const collected = await collect(
      {
        read: async (sql, options) => {
          const rows = await readNewEvents(sql, options);
          pages.push(rows.length);
          return rows;
        },
      },
      ({ length }) => length === 2_500,
    );
    expect(pages).toEqual([1_000, 1_000, 500]);
    expect(collected.map(({ timepoint }) => timepoint)).toEqual(range(ORIGIN, ORIGIN + 2_500));
  });

  it('yields only the requested streams and company, however its number is written', async () => {
    await apply('companies', ORIGIN, 110);
    await apply('filings', ORIGIN, 110);
    const isEnough = (rows: readonly Row[]) => rows.at(-1)?.timepoint === 109;
    const streams = ['filings'];
    const rows = await collect({ streams, companyNumber: ' 10000001', read: readNewEvents }, isEnough);
    expect(rows.map(({ stream, timepoint }) => `${stream} ${timepoint}`)).toEqual([
      'filings 103',
      'filings 106',
      'filings 109',
    ]);
    expect(rows[0]).toMatchObject({ company_number: '10000001', company_name: null, company_status: null });
  });

  it('yields changes of status complete and in order', async () => {
    const following = collect(
      { streams: ['companies'], companyNumber: '10000000', read: readNewStatusChanges },
      (rows) => rows.at(-1)?.timepoint === 120,
    );
    await apply('companies', 115, 120);
    await apply('companies', 108, 115);
    await apply('companies', ORIGIN, 108);
    expect((await following).map(({ from_status, to_status }) => [from_status, to_status])).toEqual([
      [null, 'liquidation'],
      ['liquidation', 'dissolved'],
      ['dissolved', 'active'],
      ['active', 'liquidation'],
      ['liquidation', 'dissolved'],
      ['dissolved', 'active'],
      ['active', 'liquidation'],
    ]);
  });

  it('reads only the new part of a long history of statuses', async () => {
    await apply('companies', ORIGIN, 110);
    await database.query(
      `insert into register.company_status_changes (company_number, timepoint, to_status)
       select (20000000 + place % 5000)::text, place - 20000, 'active' from generate_series(1, 20000) as place`,
    );
    await database.query('analyze ingest.events, register.company_status_changes');
    const cost = await database.transaction(async (tx) => {
      const read = async () =>
        (
          await tx.query<{ read: number }>(
            `select seq_tup_read + idx_tup_fetch as read from pg_stat_xact_user_tables
             where relname = 'company_status_changes'`,
          )
        ).rows[0]?.read ?? 0;
      const before = await read();
      const companies = { stream: 'companies', after: ORIGIN, upTo: 110, companyNumber: null, limit: 1_000 };
      expect(await readNewStatusChanges(tx, companies)).not.toEqual([]);
      return (await read()) - before;
    });
    expect(cost).toBeLessThan(100);
  });

  it('stops at once when it is aborted', async () => {
    expect(await collect({ read: readNewEvents, signal: AbortSignal.abort() }, () => true)).toEqual([]);
  });
});
