import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf, toCopyText } from '@timepoint/cli/snapshots/cut-chunks';
import { beginSnapshot } from '@timepoint/database/snapshots/begin-snapshot';
import { saveRead } from '@timepoint/database/snapshots/save-read';
import { stageChunk } from '@timepoint/database/snapshots/stage-chunk';
import { rebuildStream } from '@timepoint/database/verification/rebuild';
import { verifyStream } from '@timepoint/database/verification/verify';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
import { normalizeResourceUri } from '@timepoint/shared/contract/resource-uri';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { mergeChunk } from '../snapshots/merge-chunk.ts';
import { applyBatch } from './apply-batch.ts';

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
const job = (stream: string, lines: readonly string[], after = 100): EventsJob =>
  eventsJobSchema.parse({
    stream,
    origin: 100,
    after,
    upTo: after + lines.length,
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

  it('keeps one row when the forms come in several batches, out of order and from a file, and the copy is exact', async () => {
    // 101, 102 and 103 are one company in three forms, and so on. The newest batch comes first.
    const companies: [timepoint: number, uri: string][] = [
      [105, '/company/AB000005'],
      [104, '/company/yy888888'],
      [103, '/company/Zz999999'],
      [102, '/company/ZZ999999'],
      [101, '/company/zz999999'],
    ];
    for (const [timepoint, uri] of companies) {
      if (timepoint === 102) await mergeFile('ZZ999999', { company_name: 'FILE', mortgages: {} });
      const lines = [line(timepoint, uri, { company_name: `${timepoint - 100}` })];
      await applyBatch(database, job('companies', lines, timepoint - 1));
    }
    const charges: [timepoint: number, uri: string, data: object | null][] = [
      [103, '/company/ZZ999999/charges/aB', null],
      [102, '/company/zz999999/charges/ab', { status: '102' }],
      [101, '/company/zz999999/charges/aB', { status: '101' }],
    ];
    for (const [timepoint, uri, data] of charges)
      await applyBatch(database, job('charges', [line(timepoint, uri, data)], timepoint - 1));
    const unreadable = line(101, '/company/zz999999/appointments/aB', {}).replace('"changed"', '"moved"');
    await applyBatch(database, job('officers', [unreadable]));
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
    expect(await rows('select resource_uri, company_number from ingest.dead_letters')).toEqual([
      { resource_uri: '/company/ZZ999999/appointments/aB', company_number: 'ZZ999999' },
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

  it('writes a URI in SQL as it does in code', async () => {
    const uris = [
      '/company/sc123456',
      '/company/Ni654321/charges/aB',
      '/company/00012345',
      '/company/ab/charges/x',
      '/company/ab0123456789x',
      '/disqualified-officers/natural/aBc',
    ];
    expect(
      await rows(
        `select register.normalize_resource_uri(uri) as uri
         from unnest('{${uris}}'::text[]) with ordinality as given(uri, place) order by place`,
      ),
    ).toEqual(uris.map((uri) => ({ uri: normalizeResourceUri(uri) })));
  });
});

/** Imports a file of 2020 that has one company. */
async function mergeFile(companyNumber: string, document: object): Promise<void> {
  const row = {
    line: 2,
    stream: 'companies' as const,
    resourceUri: `/company/${companyNumber}`,
    resourceKind: 'company-profile',
    companyNumber,
    json: JSON.stringify(document),
  };
  const text = toCopyText(0, [row]);
  const name = { product: 'basic-company-data', date: '2020-01-01', part: 1, parts: 1 } as const;
  const snapshotId = await database.transaction(async (tx) => {
    const id = await beginSnapshot(tx, name, '-');
    await stageChunk(tx, { snapshotId: id, chunk: 0, text, rows: 1, rejects: [], digest: digestOf(text) });
    return id;
  });
  await saveRead(database, snapshotId, { chunks: 1, rows: {}, rejects: 0, totals: null });
  await mergeChunk(database, { snapshotId, chunk: 0 });
}
