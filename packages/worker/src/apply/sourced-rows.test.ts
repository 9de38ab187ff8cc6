import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf, toCopyText } from '@timepoint/cli/snapshots/cut-chunks';
import { beginSnapshot } from '@timepoint/database/snapshots/begin-snapshot';
import { saveRead } from '@timepoint/database/snapshots/save-read';
import { stageChunk } from '@timepoint/database/snapshots/stage-chunk';
import { rebuildStream } from '@timepoint/database/verification/rebuild';
import { verifyStream } from '@timepoint/database/verification/verify';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { mergeChunk } from '../snapshots/merge-chunk.ts';
import { applyBatch } from './apply-batch.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase(4);
});
afterAll(() => database.close());

const uriOf = (company: number) => `/company/1000000${company}`;
const OLD = '2026-05-02T10:15:30';

function lineOf(timepoint: number, company: number, data: object | null): string {
  const type = data === null ? 'deleted' : 'changed';
  return JSON.stringify({
    resource_kind: 'company-profile',
    resource_uri: uriOf(company),
    data,
    event: { timepoint, type, published_at: OLD },
  });
}

async function mergeFile(companies: readonly number[], company_name: string): Promise<void> {
  const text = toCopyText(
    0,
    companies.map((company) => ({
      line: company,
      stream: 'companies',
      resourceUri: uriOf(company),
      resourceKind: 'company-profile',
      companyNumber: `1000000${company}`,
      json: JSON.stringify({ company_name }),
    })),
  );
  const snapshotId = await database.transaction(async (tx) => {
    const id = await beginSnapshot(
      tx,
      { product: 'basic-company-data', date: '2026-07-01', part: 1, parts: 1 },
      '-',
    );
    await stageChunk(tx, {
      snapshotId: id,
      chunk: 0,
      text,
      rows: companies.length,
      rejects: [],
      digest: digestOf(text),
    });
    return id;
  });
  await saveRead(database, snapshotId, { chunks: 1, rows: {}, rejects: 0, totals: null });
  await mergeChunk(database, { snapshotId, chunk: 0 });
}

/** Company 1 has both sources, 2 only the stream, 3 only the file, and 4 was deleted before the file had it. */
beforeEach(async () => {
  await database.query(
    `truncate register.companies, register.company_status_changes, ingest.events, ingest.coverage, ingest.drift,
       ingest.snapshots, ingest.snapshot_chunks, ingest.snapshot_rejects`,
  );
  const lines = [
    lineOf(101, 1, { company_name: 'OF THE STREAM', etag: 'x' }),
    lineOf(102, 2, { company_name: 'OF THE STREAM' }),
    lineOf(103, 4, null),
  ];
  const job = { stream: 'companies', origin: 100, after: 100, upTo: 103, lines, receivedAt: 0 };
  await applyBatch(database, eventsJobSchema.parse(job));
  await mergeFile([1, 3, 4], 'OF THE FILE');
});

const verdict = async () =>
  (await verifyStream(database, 'companies', 0)).problems.map(({ problem }) => problem);
const readRows = async () =>
  (
    await database.query<Record<string, unknown>>(
      'select resource_uri, timepoint, deleted, data, stream_data, snapshot_data from register.companies order by 1',
    )
  ).rows;
const openDrift = async () =>
  (
    await database.query(
      'select resource_uri, field from ingest.drift where settled_at is null order by 1, 2',
    )
  ).rows;

const DRIFT = [
  { resource_uri: uriOf(1), field: 'company_name' },
  { resource_uri: uriOf(4), field: 'deleted' },
];

describe('Timepoint, with rows of both sources,', () => {
  it('finds them exact, and leaves them unchanged when it rebuilds the table', async () => {
    const rows = await readRows();
    expect(rows.map(({ deleted, data }) => [deleted, data])).toEqual([
      [false, { company_name: 'OF THE FILE', etag: 'x' }],
      [false, { company_name: 'OF THE STREAM' }],
      [false, { company_name: 'OF THE FILE' }],
      [false, { company_name: 'OF THE FILE' }],
    ]);
    expect(await openDrift()).toEqual(DRIFT);
    expect(await verdict()).toEqual([]);
    expect(await rebuildStream(database, 'companies', 'test')).toMatchObject({
      added: 0,
      changed: 0,
      removed: 0,
    });
    expect(await readRows()).toEqual(rows);
    expect(await openDrift()).toEqual(DRIFT);
  });

  it.each([
    ['another document', `data = '{"company_name": "FORGED"}'`, [1, 2, 3], 'other-document'],
    [
      'another document of the stream',
      `stream_data = '{"company_name": "FORGED"}'`,
      [1, 2],
      'other-document',
    ],
    ['a delete', 'deleted = true', [1, 3, 4], 'lost-row'],
    [
      'a stream that sent no event',
      'timepoint = null, data_timepoint = null, stream_data = null, published_at = null, data = snapshot_data',
      [1],
      'missing-row',
    ],
    ['an event that the log denies', 'timepoint = 900, published_at = null', [3], 'row-without-event'],
  ])('finds %s, and repairs it', async (_title, change, companies, found) => {
    const rows = await readRows();
    await database.query(`update register.companies set ${change} where resource_uri = any($1)`, [
      companies.map(uriOf),
    ]);
    expect(await verdict()).toEqual([found]);
    expect(await rebuildStream(database, 'companies', 'test')).toMatchObject({
      added: 0,
      changed: companies.length,
    });
    expect(await readRows()).toEqual(rows);
    expect(await openDrift()).toEqual(DRIFT);
    expect(await verdict()).toEqual([]);
  });

  it('withdraws drift that was derived from a wrong row', async () => {
    await database.query(`truncate ingest.drift`);
    await database.query(
      `insert into ingest.drift (stream, resource_uri, field, snapshot_date, stream_timepoint)
       values ('companies', $1, 'type', '2026-07-01', 101)`,
      [uriOf(1)],
    );
    await rebuildStream(database, 'companies', 'test');
    expect(await openDrift()).toEqual(DRIFT);
  });
});
