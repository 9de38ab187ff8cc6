import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { applyBatch } from '@timepoint/worker/apply/apply-batch';
import { rebuildStream } from '../verification/rebuild.ts';
import { verifyStream } from '../verification/verify.ts';
import { migrateDown, migrateUp } from './migrate.ts';

let database: MigratedDatabase;

beforeEach(async () => {
  database = await openMigratedDatabase(2);
});
afterEach(() => database.close());

const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
const line = (timepoint: number, uri: string, data: object | null) =>
  JSON.stringify({
    resource_kind: 'a-kind',
    resource_uri: uri,
    data,
    event: { timepoint, type: data === null ? 'deleted' : 'changed', published_at: '2026-03-02T10:15:30' },
  });
const job = (stream: string, lines: readonly string[]): EventsJob =>
  eventsJobSchema.parse({
    stream,
    origin: 100,
    after: 100,
    upTo: 100 + lines.length,
    lines,
    receivedAt: 1_000,
  });
const verdict = async (stream: string) => (await verifyStream(database, stream, 0)).verdict;

describe('Timepoint, meeting a company number in another letter case,', () => {
  it('keeps one row of the company, and of each of its resources, whose ids keep their case', async () => {
    await applyBatch(
      database,
      job('companies', [
        line(101, '/company/sc123456', { company_name: 'A', company_status: 'active' }),
        line(102, 'company/SC123456', { company_name: 'B', company_status: 'dissolved' }),
        line(103, '/company/Sc123456', null),
      ]),
    );
    await applyBatch(
      database,
      job('filings', [
        line(101, '/company/ni654321/filing-history/aB', {}),
        line(102, '/company/NI654321/filing-history/ab', {}),
      ]),
    );
    expect(
      await rows('select resource_uri, company_name, timepoint, deleted from register.companies'),
    ).toEqual([{ resource_uri: '/company/SC123456', company_name: 'B', timepoint: 103, deleted: true }]);
    expect(
      await rows('select from_status, to_status from register.company_status_changes order by timepoint'),
    ).toEqual([
      { from_status: null, to_status: 'active' },
      { from_status: 'active', to_status: 'dissolved' },
    ]);
    expect(await rows('select resource_uri from register.filings order by timepoint')).toEqual([
      { resource_uri: '/company/NI654321/filing-history/aB' },
      { resource_uri: '/company/NI654321/filing-history/ab' },
    ]);
    for (const stream of ['companies', 'filings']) expect(await verdict(stream)).toBe('exact');
  });

  it('merges what was written before in both forms, and the copy is exact', async () => {
    const lines = [1, 2, 3, 4, 5].map((number) =>
      line(100 + number, `/company/AB00000${number}`, { company_name: `${number}` }),
    );
    await applyBatch(database, job('companies', lines));
    const charge = (timepoint: number) =>
      line(timepoint, `/company/AB000001/charges/x${timepoint}`, { status: `${timepoint}` });
    await applyBatch(
      database,
      job('charges', [charge(101), charge(102), line(103, '/company/AB000001/charges/x103', null)]),
    );
    await applyBatch(database, job('officers', ['{"cut']));
    while ((await migrateDown(database.url))[0] !== '0025_resource_uris');
    // Rows of an older version: 101, 102 and 103 are one company in three forms, and so on.
    for (const [timepoint, uri] of [
      [101, '/company/zz999999'],
      [102, '/company/ZZ999999'],
      [103, '/company/Zz999999'],
      [104, '/company/yy888888'],
    ])
      for (const table of ['register.companies', 'ingest.events'])
        await database.query(
          `update ${table} set resource_uri = $2, company_number = upper(split_part($2, '/', 3)) where timepoint = $1
           ${table === 'ingest.events' ? "and stream = 'companies'" : ''}`,
          [timepoint, uri],
        );
    await database.query(
      `update register.companies set snapshot_date = '2020-01-01', snapshot_data = '{"company_name": "FILE", "extra": 1}' where timepoint = 101`,
    );
    for (const [timepoint, uri] of [
      [101, '/company/zz999999/charges/aB'],
      [103, '/company/ZZ999999/charges/aB'],
      [102, '/company/zz999999/charges/ab'],
    ])
      for (const table of ['register.charges', 'ingest.events'])
        await database.query(
          `update ${table} set resource_uri = $2, company_number = 'ZZ999999' where timepoint = $1
           ${table === 'ingest.events' ? "and stream = 'charges'" : ''}`,
          [timepoint, uri],
        );
    await database.query(`update ingest.dead_letters set resource_uri = '/company/zz999999/appointments/aB'`);
    await database.query(`
      insert into ingest.drift (stream, resource_uri, field, snapshot_date, stream_timepoint) values
        ('companies', '/company/zz999999', 'x', '2020-01-01', 101), ('companies', '/company/ZZ999999', 'x', '2020-01-01', 102),
        ('companies', '/company/Zz999999', 'y', '2020-01-01', 103)`);
    await migrateUp(database.url);
    expect(
      await rows(
        'select resource_uri, company_name, timepoint, snapshot_date is null as is_streamed from register.companies order by timepoint',
      ),
    ).toEqual([
      { resource_uri: '/company/ZZ999999', company_name: '3', timepoint: 103, is_streamed: false },
      { resource_uri: '/company/YY888888', company_name: '4', timepoint: 104, is_streamed: true },
      { resource_uri: '/company/AB000005', company_name: '5', timepoint: 105, is_streamed: true },
    ]);
    expect(
      await rows('select resource_uri, status, timepoint, deleted from register.charges order by timepoint'),
    ).toEqual([
      { resource_uri: '/company/ZZ999999/charges/ab', status: '102', timepoint: 102, deleted: false },
      { resource_uri: '/company/ZZ999999/charges/aB', status: '101', timepoint: 103, deleted: true },
    ]);
    expect(await rows('select resource_uri from ingest.dead_letters')).toEqual([
      { resource_uri: '/company/ZZ999999/appointments/aB' },
    ]);
    expect(await rows('select resource_uri, field from ingest.drift order by field')).toEqual([
      { resource_uri: '/company/ZZ999999', field: 'x' },
      { resource_uri: '/company/ZZ999999', field: 'y' },
    ]);
    for (const stream of ['companies', 'charges']) {
      const { problems } = await verifyStream(database, stream, 0);
      expect([stream, problems]).toEqual([stream, []]);
      expect(await rebuildStream(database, stream, 'ada')).toMatchObject({
        added: 0,
        changed: 0,
        removed: 0,
      });
    }
  });
});
