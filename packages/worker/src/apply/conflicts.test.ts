import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expireEvents } from '@timepoint/database/events/expire-events';
import { BLOCK_EVENTS, packEvents } from '@timepoint/database/events/pack-events';
import { discardLetters } from '@timepoint/database/letters/discard-letters';
import { verifyStream } from '@timepoint/database/verification/verify';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { replayLetter } from '../letters/replay-letter.ts';
import { applyBatch } from './apply-batch.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase(4);
});
afterAll(() => database.close());
beforeEach(() =>
  database.query(
    `truncate register.companies, register.company_status_changes, ingest.events, ingest.event_blocks, ingest.coverage,
       ingest.holes, ingest.dead_letters`,
  ),
);

const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
const line = (timepoint: number, company: string, name: string) =>
  JSON.stringify({
    resource_kind: 'company-profile',
    resource_uri: `/company/${company}`,
    data: { company_name: name, accounts: { next_due: '2026-01-01' } },
    event: { timepoint, published_at: '2026-03-02T10:15:30', type: 'changed' },
  });
const apply = (lines: readonly string[], after = 100, upTo = 102) =>
  applyBatch(
    database,
    eventsJobSchema.parse({ stream: 'companies', origin: 100, after, upTo, lines, receivedAt: 1_000 }),
  );
const companies = () =>
  rows('select company_number, company_name, timepoint from register.companies order by company_number');
const letters = () =>
  rows('select timepoint, reason, state, attempts, raw from ingest.dead_letters order by id');
const verdict = async () => verifyStream(database, 'companies', 0);

const FIRST = line(102, '00000002', 'FIRST');
const SECOND = line(102, '00000003', 'SECOND');
const SAME_RESOURCE = line(102, '00000002', 'SECOND');
const REPUBLISHED = FIRST.replace('2026-03-02T10:15:30', '2026-03-02T10:15:30.000000Z');
const REORDERED = `{"event": {"type":"changed","timepoint":102,"published_at":"2026-03-02T10:15:30"}, "data":{"accounts":{"next_due":"2026-01-01"},"company_name":"FIRST"},"resource_uri":"/company/00000002","resource_kind":"company-profile"}`;

const ways: [string, (other: string) => Promise<unknown>][] = [
  ['in one job', (other) => apply([line(101, '00000001', 'A'), FIRST, other])],
  [
    'in two jobs',
    async (other) => {
      await apply([line(101, '00000001', 'A'), FIRST]);
      await apply([other], 101);
    },
  ],
  [
    'in two jobs, the first one packed',
    async (other) => {
      const more = Array.from({ length: BLOCK_EVENTS }, (_, index) =>
        line(103 + index, `1000${index + 1_000}`, 'M'),
      );
      await apply([line(101, '00000001', 'A'), FIRST, ...more], 100, 102 + BLOCK_EVENTS);
      await packEvents(database, 'companies', 2_000);
      await apply([other], 101);
      await database.query(`delete from register.companies where company_name = 'M'`);
    },
  ],
];

describe('Timepoint, when two events have one timepoint,', () => {
  it.each(
    ways.flatMap(([title, come]) =>
      [
        ['another resource', SECOND],
        ['the same resource', SAME_RESOURCE],
      ].map(([of, other]) => [title, of, come, other ?? ''] as const),
    ),
  )('%s, keeps the first one and makes a letter of the one of %s', async (_title, _of, come, other) => {
    await come(other);
    expect(await companies()).toEqual([
      { company_number: '00000001', company_name: 'A', timepoint: 101 },
      { company_number: '00000002', company_name: 'FIRST', timepoint: 102 },
    ]);
    expect(await letters()).toEqual([
      { timepoint: 102, reason: 'conflict', state: 'open', attempts: 1, raw: other },
    ]);
    expect((await verdict()).problems.map(({ problem }) => problem)).toContain('open-dead-letter');
    await apply([FIRST, other], 101);
    expect(await letters()).toMatchObject([{ state: 'open', attempts: 2 }]);
    expect(await companies()).toHaveLength(2);
  });

  it.each(ways)('%s, treats the same content as a repetition, however it is spelt', async (_title, come) => {
    await come(REORDERED);
    await come(REPUBLISHED);
    await come(FIRST);
    expect(await letters()).toEqual([]);
    expect(await companies()).toHaveLength(2);
  });

  it('keeps a letter of each of several others, and applies what stands between them', async () => {
    const third = line(102, '00000004', 'THIRD');
    const result = await apply([line(101, '00000001', 'A'), FIRST, SECOND, third, FIRST]);
    expect(result).toMatchObject({ applied: 2, duplicate: 1, dead: 2, watermark: 102 });
    expect(new Set((await letters()).map(({ raw }) => raw))).toEqual(new Set([SECOND, third]));
  });

  it('applies the second one when the first one is refused', async () => {
    await database.query(`alter table register.companies add check (company_name <> 'FIRST')`);
    try {
      await apply([line(101, '00000001', 'A'), FIRST, SECOND]);
      expect(await companies()).toMatchObject([{ company_name: 'A' }, { company_name: 'SECOND' }]);
      expect(await letters()).toMatchObject([{ reason: 'rejected', state: 'superseded', raw: FIRST }]);
      expect(await verdict()).toMatchObject({ verdict: 'exact' });
    } finally {
      await database.query('alter table register.companies drop constraint companies_company_name_check');
    }
  });

  it('applies one of two that come at the same time, whichever that is', async () => {
    await apply([line(101, '00000001', 'A')], 100, 101);
    await Promise.all([apply([FIRST], 101), apply([SECOND], 101)]);
    expect(await companies()).toHaveLength(2);
    expect(await letters()).toHaveLength(1);
    expect((await verdict()).problems).toMatchObject([{ problem: 'open-dead-letter', count: 1 }]);
  });

  it('never applies the letter by a replay while the log has the other, and is exact once it is discarded', async () => {
    await apply([line(101, '00000001', 'A'), FIRST, SECOND]);
    const id = Number((await rows('select id from ingest.dead_letters'))[0]?.id);
    for (const isDryRun of [true, false, false])
      expect(await replayLetter(database, id, { isDryRun })).toMatchObject({
        kind: 'refused',
        detail: expect.stringContaining('/company/00000002'),
      });
    expect(await letters()).toMatchObject([{ reason: 'conflict', state: 'open', attempts: 3 }]);
    expect(await companies()).toHaveLength(2);
    await discardLetters(database, [id]);
    expect(await verdict()).toMatchObject({ verdict: 'exact' });
  });

  it('supersedes the letter when a newer document of its resource comes', async () => {
    await apply([line(101, '00000001', 'A'), FIRST, SECOND]);
    await apply([line(103, '00000003', 'NEWER')], 102, 103);
    expect(await letters()).toMatchObject([{ reason: 'conflict', state: 'superseded' }]);
    expect(await verdict()).toMatchObject({ verdict: 'exact' });
  });

  it('treats an event at an expired timepoint as a late event', async () => {
    await apply([line(101, '00000001', 'A'), FIRST]);
    await expireEvents(database, { stream: 'companies', receivedBefore: 2_000, isHeldByLetters: true });
    await apply([SAME_RESOURCE], 101);
    expect(await companies()).toMatchObject([{}, { company_name: 'FIRST' }]);
    expect(await letters()).toEqual([]);
    expect(await verdict()).toMatchObject({ verdict: 'exact' });
  });
});
