import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOf, toCopyText } from '@timepoint/cli/snapshots/cut-chunks';
import { beginSnapshot } from '@timepoint/database/snapshots/begin-snapshot';
import { saveRead } from '@timepoint/database/snapshots/save-read';
import { stageChunk } from '@timepoint/database/snapshots/stage-chunk';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import fc from 'fast-check';
import { applyBatch } from '../apply/apply-batch.ts';
import { mergeChunk } from './merge-chunk.ts';

const ORIGIN = 100;
/** Days in June, and the hour at which events are published: before, in and after the margin of each file. */
const DAYS = [10, 11, 12, 13, 14, 15, 16];
const FILE_DAYS = [11, 13, 15];

interface Document {
  readonly company_name: string;
  readonly company_status?: string;
  /** What only the stream carries, and what only files do. */
  readonly etag?: string;
  readonly mortgages?: { readonly charges: number };
}

interface SentEvent {
  readonly company: number;
  readonly day: number | null;
  /** Null for a delete. */
  readonly document: Document | null;
}

interface File {
  readonly day: number;
  readonly rows: readonly { readonly company: number; readonly document: Document }[];
}

const company = fc.integer({ min: 1, max: 3 });
const name = fc.constantFrom('A LIMITED', 'B LIMITED', 'C LIMITED');
const status = fc.constantFrom('active', 'liquidation');
const event: fc.Arbitrary<SentEvent> = fc.record({
  company,
  day: fc.option(fc.constantFrom(...DAYS), { freq: 8 }),
  document: fc.option(
    fc.record({ company_name: name, company_status: status, etag: fc.constantFrom('x', 'y') }),
    { freq: 4 },
  ),
});
const file: fc.Arbitrary<File> = fc.record({
  day: fc.constantFrom(...FILE_DAYS),
  rows: fc.array(
    fc.record({
      company,
      document: fc.record(
        {
          company_name: name,
          company_status: status,
          mortgages: fc.record({ charges: fc.integer({ min: 1, max: 2 }) }),
        },
        { requiredKeys: ['company_name', 'company_status'] },
      ),
    }),
    { maxLength: 4 },
  ),
});

const uriOf = (index: number) => `/company/0000000${index}`;
const dayText = (day: number) => `2026-06-${day}`;

/** The expected row of the events and files of one company, and the fields that drift, computed from the rule in words. */
function expectedRow(
  events: readonly (SentEvent & { timepoint: number })[],
  files: readonly File[],
  index: number,
) {
  const own = events.filter((each) => each.company === index);
  const newest = own.at(-1);
  const document = own.findLast((each) => each.document !== null)?.document ?? null;
  const rows = files.flatMap(({ day, rows: all }) =>
    all.filter((row) => row.company === index).map((row) => ({ day, document: row.document })),
  );
  const [held] = rows.toSorted(
    (one, other) => other.day - one.day || compareDocuments(other.document, one.document),
  );
  if (newest === undefined && held === undefined) return null;
  const wins =
    held === undefined || newest === undefined || newest.day === null || newest.day >= held.day - 1;
  const isDelete = newest !== undefined && newest.document === null;
  const isOld = newest !== undefined && !wins;
  return {
    resource_uri: uriOf(index),
    timepoint: newest?.timepoint ?? null,
    deleted: isDelete && wins,
    data: decide(document, held?.document ?? null, newest !== undefined && wins),
    drift: !isOld
      ? []
      : isDelete
        ? ['deleted']
        : ['company_name', 'company_status'].filter(
            (field) => document?.[field as 'company_name'] !== held?.document[field as 'company_name'],
          ),
  };
}

function decide(stream: Document | null, snapshot: Document | null, wins: boolean): Document | null {
  if (stream === null || snapshot === null) return stream ?? snapshot;
  return wins
    ? { ...stream, ...(snapshot.mortgages ? { mortgages: snapshot.mortgages } : {}) }
    : { ...stream, ...snapshot };
}

/** As Postgres orders jsonb: more keys are greater; then the shorter key, which is mortgages, and then values. */
function compareDocuments(one: Document, other: Document): number {
  const keys = (document: Document) => (document.mortgages ? 3 : 2);
  return (
    keys(one) - keys(other) ||
    (one.mortgages?.charges ?? 0) - (other.mortgages?.charges ?? 0) ||
    compareText(one.company_name, other.company_name) ||
    compareText(one.company_status ?? '', other.company_status ?? '')
  );
}

const compareText = (one: string, other: string) => (one === other ? 0 : one < other ? -1 : 1);

let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase(5);
});
afterAll(() => database.close());

const applyEvent = ({ company: index, day, document, timepoint }: SentEvent & { timepoint: number }) =>
  applyBatch(
    database,
    eventsJobSchema.parse({
      stream: 'companies',
      origin: ORIGIN,
      after: timepoint - 1,
      upTo: timepoint,
      lines: [
        JSON.stringify({
          resource_kind: 'company-profile',
          resource_uri: uriOf(index),
          data: document,
          event: {
            timepoint,
            type: document === null ? 'deleted' : 'changed',
            published_at: day === null ? 'some day' : `${dayText(day)}T10:00:00`,
          },
        }),
      ],
      receivedAt: 0,
    }),
  );

async function mergeFile({ day, rows }: File, part: number): Promise<void> {
  const text = toCopyText(
    0,
    rows.map(({ company: index, document }, place) => ({
      line: place + 2,
      stream: 'companies',
      resourceUri: uriOf(index),
      resourceKind: 'company-profile',
      companyNumber: `0000000${index}`,
      json: JSON.stringify(document),
    })),
  );
  const snapshotName = { product: 'basic-company-data', date: dayText(day), part, parts: 99 } as const;
  const snapshotId = await database.transaction(async (tx) => {
    const id = await beginSnapshot(tx, snapshotName, '-');
    await stageChunk(tx, {
      snapshotId: id,
      chunk: 0,
      text,
      rows: rows.length,
      rejects: [],
      digest: digestOf(text),
    });
    return id;
  });
  await saveRead(database, snapshotId, { chunks: 1, rows: {}, rejects: 0, totals: null });
  expect((await mergeChunk(database, { snapshotId, chunk: 0 }))?.rows).toBe(rows.length);
  // What was merged is not merged again.
  expect(await mergeChunk(database, { snapshotId, chunk: 0 })).toBeNull();
}

async function readRows() {
  const { rows } = await database.query(
    `select resource_uri, timepoint, deleted, data,
       (select coalesce(array_agg(field order by field), '{}') from ingest.drift
        where drift.resource_uri = companies.resource_uri and settled_at is null) as drift
     from register.companies order by resource_uri`,
  );
  return rows;
}

describe('Timepoint, with events and files in any order,', () => {
  it('ends in the same rows, tombstones and open drift', async () => {
    const cases = fc.record({
      events: fc.array(event, { maxLength: 12 }),
      files: fc.array(file, { maxLength: 3 }),
      order: fc.infiniteStream(fc.nat()),
      workers: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ events, files, order, workers }) => {
        await database.query(
          `truncate register.companies, register.company_status_changes, ingest.events, ingest.coverage, ingest.drift,
             ingest.snapshots, ingest.snapshot_chunks, ingest.snapshot_rejects`,
        );
        const numbered = events.map((each, place) => ({ ...each, timepoint: ORIGIN + 1 + place }));
        const steps = [
          ...[...numbered, ...numbered.slice(0, 3)].map((each) => () => applyEvent(each)),
          ...[...files, ...files.slice(0, 1)].map((one, place) => () => mergeFile(one, place + 1)),
        ]
          .map((step) => ({ step, key: order.next().value ?? 0 }))
          .toSorted((one, other) => one.key - other.key)
          .map(({ step }) => step);
        const work = async (): Promise<void> => {
          for (let step = steps.pop(); step !== undefined; step = steps.pop()) await step();
        };
        await Promise.all(Array.from({ length: workers }, work));
        const expected = [1, 2, 3].flatMap((index) => expectedRow(numbered, files, index) ?? []);
        expect(await readRows()).toEqual(expected);
      }),
      { numRuns: 120 },
    );
  }, 180_000);
});
