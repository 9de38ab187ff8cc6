import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { finishSnapshot } from '@timepoint/database/snapshots/finish-snapshot';
import type { SnapshotName } from '@timepoint/database/snapshots/snapshot-name';
import type { SnapshotPiece, SnapshotRow } from '@timepoint/database/snapshots/snapshot-piece';
import type { MergeJob } from '@timepoint/shared/contract/job';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { mergeChunk } from '@timepoint/worker/snapshots/merge-chunk';
import { type ImportProgress, importSnapshot } from './import-snapshot.ts';

/** Seven chunks, the last of them short. */
const ROWS = 12_000;
const FILE: SnapshotName = { product: 'basic-company-data', date: '2026-07-01', part: 1, parts: 1 };

let database: MigratedDatabase;
let jobs: MergeJob[] = [];
let progress: ImportProgress[] = [];
/** A queue that a worker in this process empties on request. */
const queue: { addBulk(added: { data: MergeJob }[]): Promise<void> } = {
  addBulk: async (added) => void jobs.push(...added.map(({ data }) => data)),
};

beforeAll(async () => {
  database = await openMigratedDatabase(6);
});
afterAll(() => database.close());
beforeEach(async () => {
  jobs = [];
  progress = [];
  await database.query(
    'truncate register.companies, ingest.snapshots, ingest.snapshot_chunks, ingest.snapshot_rejects, ingest.drift',
  );
});

const documentOf = (line: number) => ({ company_name: `COMPANY ${line} LIMITED`, company_status: 'active' });

interface Content {
  /** Runs before line 6002 is read. */
  readonly halfway?: () => Promise<unknown>;
  /** The error at the end of the file. */
  readonly end?: TimepointError;
  /** The schema drift of the rows of some lines. */
  readonly notes?: (line: number) => Pick<SnapshotRow, 'drift' | 'raw'>;
  /** The line before which reading fails, as after a kill of the importer. */
  readonly endsBefore?: number;
  readonly badLines?: readonly number[];
  readonly documents?: (line: number) => object;
}

async function* readFile({
  endsBefore,
  badLines = [],
  documents = documentOf,
  halfway,
  end,
  notes = () => ({}),
}: Content): AsyncGenerator<SnapshotPiece> {
  for (let begin = 2; begin < ROWS + 2; begin += 1_000) {
    if (endsBefore !== undefined && begin >= endsBefore) throw new Error('killed');
    if (begin === 6_002) await halfway?.();
    const lines = Array.from({ length: 1_000 }, (_, place) => begin + place);
    yield {
      rows: lines
        .filter((line) => !badLines.includes(line))
        .map((line) => ({
          line,
          stream: 'companies',
          resourceUri: `/company/${10_000_000 + line}`,
          resourceKind: 'company-profile',
          companyNumber: String(10_000_000 + line),
          json: JSON.stringify(documents(line)),
          ...notes(line),
        })),
      rejects: lines
        .filter((line) => badLines.includes(line))
        .map((line) => ({ line, reason: 'bad', raw: 'raw' })),
    };
  }
  if (end !== undefined) throw end;
}

const start = (
  content: Content = {},
  options: { maxRejects?: number; restart?: boolean; name?: SnapshotName; diesWhen?: 'merging' } = {},
) =>
  importSnapshot({
    database,
    queues: { snapshots: queue as never },
    name: options.name ?? FILE,
    location: 'a-file.csv',
    pieces: readFile(content),
    maxRejects: options.maxRejects ?? 10,
    restart: options.restart ?? false,
    onProgress: (shown) => {
      progress.push(shown);
      if (shown.stage === options.diesWhen) throw new Error('killed');
    },
    signal: new AbortController().signal,
  });

async function mergeAll(): Promise<void> {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    await mergeChunk(database, job);
    await finishSnapshot(database, job.snapshotId);
  }
}

/** Imports with a worker that merges the queued chunks. */
async function importWhole(...args: Parameters<typeof start>) {
  let isOver = false;
  const worker = (async () => {
    while (!isOver) {
      await mergeAll();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  try {
    return await start(...args);
  } finally {
    isOver = true;
    await worker;
  }
}

const read = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
const stagingTables = () => read(`select 1 from pg_tables where tablename like 'snapshot_staging%'`);

describe('Timepoint, importing a file,', () => {
  it('imports every row into the register and returns the result', async () => {
    expect(await importWhole()).toMatchObject({
      state: 'done',
      rows: ROWS,
      merged: ROWS,
      inserted: ROWS,
      updated: 0,
      yielded: 0,
      drifted: 0,
      rejects: 0,
    });
    expect(
      await read(
        'select count(*), min(company_name), max(snapshot_date)::text as day from register.companies',
      ),
    ).toEqual([{ count: ROWS, min: 'COMPANY 10 LIMITED', day: '2026-07-01' }]);
    expect(await stagingTables()).toEqual([]);
    expect(progress.at(-1)).toMatchObject({ stage: 'merging', stagedRows: ROWS });
  });

  it('changes nothing when the same file is imported again', async () => {
    await importWhole();
    const before = await read('select resource_uri, xmin::text from register.companies order by 1');
    expect(await importWhole()).toMatchObject({ rows: ROWS, inserted: 0, updated: 0, yielded: 0 });
    expect(await read('select resource_uri, xmin::text from register.companies order by 1')).toEqual(before);
  });

  it('counts only rows that a later file changes as updated, and none as yielded', async () => {
    await importWhole();
    const documents = (line: number) => ({
      ...documentOf(line),
      ...(line < 102 ? { company_status: 'liquidation' } : {}),
    });
    const later = { ...FILE, date: '2026-08-01' };
    expect(await importWhole({ documents }, { name: later })).toMatchObject({
      inserted: 0,
      updated: 100,
      yielded: 0,
    });
    expect(await importWhole()).toMatchObject({ inserted: 0, updated: 0 });
    expect(
      await read(`select count(*) from register.companies where company_status = 'liquidation'`),
    ).toEqual([{ count: 100 }]);
  });

  it.each([2_002, 5_002, 9_002])('continues after a kill, at line %i', async (endsBefore) => {
    await expect(start({ endsBefore })).rejects.toThrow('killed');
    const staged = () => read('select chunk, staged_at from ingest.snapshot_chunks order by chunk');
    const before = await staged();
    expect(before).toHaveLength(Math.floor((endsBefore - 1) / 2_000));
    expect(await importWhole()).toMatchObject({ rows: ROWS, merged: ROWS, inserted: ROWS });
    expect((await staged()).slice(0, before.length)).toEqual(before);
    expect(await read('select count(*) from ingest.snapshots')).toEqual([{ count: 1 }]);
  });

  it('merges nothing before the end of the file was read, not even a queued job', async () => {
    const halfway = async () => {
      const [row] = await read('select id from ingest.snapshots');
      jobs.push({ snapshotId: row?.id as number, chunk: 0 });
      await mergeAll();
      expect(await read('select count(*) from register.companies')).toEqual([{ count: 0 }]);
    };
    expect(await importWhole({ halfway })).toMatchObject({ merged: ROWS, inserted: ROWS });
  });

  it('imports nothing of a file with a fault at its end, and imports the good file afterwards', async () => {
    for (const code of ['zip-broken', 'zip-entries', 'source-cut']) {
      const end = new TimepointError(code, 'The file is bad.');
      const refused = expect.objectContaining({
        code,
        message: 'The file is bad. Nothing of it was imported.',
      });
      await expect(importWhole({ end })).rejects.toEqual(refused);
      await expect(importWhole({ end })).rejects.toEqual(refused);
    }
    expect(await read('select count(*) from register.companies')).toEqual([{ count: 0 }]);
    expect(await read('select distinct state from ingest.snapshots')).toEqual([{ state: 'abandoned' }]);
    expect(await stagingTables()).toEqual([]);
    const documents = (line: number) => ({ company_name: `REPAIRED ${line}` });
    expect(await importWhole({ documents })).toMatchObject({ state: 'done', inserted: ROWS });
  });

  it('keeps merged rows when the same file is bad at the next import', async () => {
    await expect(start({}, { diesWhen: 'merging' })).rejects.toThrow('killed');
    const [job] = jobs;
    if (job !== undefined) await mergeChunk(database, job);
    const end = new TimepointError('zip-broken', 'The file is bad.');
    await expect(start({ end })).rejects.toThrow(/Only 1998 rows of an earlier run were imported/);
    expect(await read('select count(*) from register.companies')).toEqual([{ count: 1_998 }]);
  });

  it('keeps staged rows when the source is interrupted', async () => {
    const end = new TimepointError('source-interrupted', 'It broke off.', { retryable: true });
    await expect(start({ end })).rejects.toThrow('It broke off.');
    expect(await read('select state from ingest.snapshots')).toEqual([{ state: 'reading' }]);
    expect(await importWhole()).toMatchObject({ state: 'done', inserted: ROWS });
    expect(await read('select count(*) from ingest.snapshots')).toEqual([{ count: 1 }]);
  });

  it('refuses a file without a good row, and does not record it as done', async () => {
    const everyLine = Array.from({ length: ROWS }, (_, place) => place + 2);
    const refused = importWhole({ badLines: everyLine }, { maxRejects: ROWS });
    await expect(refused).rejects.toThrow(/holds no good row, and 12000 bad ones.*Download it again/);
    expect(await read('select state from ingest.snapshots')).toEqual([{ state: 'abandoned' }]);
  });

  it('stages rows again that a crash of Postgres removed from the unlogged table', async () => {
    await expect(start({}, { diesWhen: 'merging' })).rejects.toThrow('killed');
    const [job] = jobs;
    if (job !== undefined) await mergeChunk(database, job);
    const [table] = await read(`select tablename from pg_tables where tablename like 'snapshot_staging%'`);
    await database.query(`truncate ingest.${table?.tablename}`);
    // The job of a chunk whose rows are gone has nothing to merge.
    await mergeAll();
    expect(await importWhole()).toMatchObject({ rows: ROWS, merged: ROWS, inserted: ROWS });
  });

  it('does not count a file as staged when a crash of Postgres removed a whole chunk', async () => {
    const halfway = () => database.query('delete from ingest.snapshot_chunks where chunk = 0');
    await expect(start({ halfway })).rejects.toThrow(/lost staged rows. The same command/);
    expect(await importWhole()).toMatchObject({ rows: ROWS, merged: ROWS });
  });

  it('lets the workers finish when the importer died after the last line', async () => {
    await expect(start({}, { diesWhen: 'merging' })).rejects.toThrow('killed');
    await mergeAll();
    expect(await read('select state from ingest.snapshots')).toEqual([{ state: 'done' }]);
    expect(await stagingTables()).toEqual([]);
  });

  it('refuses another file with the same name, and starts again with restart', async () => {
    await expect(start({ endsBefore: 11_002 })).rejects.toThrow('killed');
    const documents = (line: number) => ({ company_name: `OTHER ${line}` });
    await expect(start({ documents })).rejects.toThrow(/differs between the lines 2 and 1999.*--restart/);
    jobs = [];
    expect(await importWhole({ documents }, { restart: true })).toMatchObject({ inserted: ROWS });
    expect(await read('select state from ingest.snapshots order by id')).toEqual([
      { state: 'abandoned' },
      { state: 'done' },
    ]);
    expect(await stagingTables()).toEqual([]);
  });

  it('keeps bad lines with their reason, and stops above the limit without losing rows', async () => {
    const badLines = [3, 4_000, 7_000, 13_001];
    await expect(start({ badLines }, { maxRejects: 2 })).rejects.toThrow(
      /3 lines are bad.*--max-rejects 2.*continues the import/s,
    );
    expect(await importWhole({ badLines })).toMatchObject({ rows: ROWS - 3, rejects: 3, merged: ROWS - 3 });
    expect(await read('select line, reason from ingest.snapshot_rejects order by line')).toEqual(
      [3, 4_000, 7_000].map((line) => ({ line, reason: 'bad' })),
    );
  });

  it('rejects the row that the database refuses, and imports its neighbours', async () => {
    const documents = (line: number) =>
      line === 6_000
        ? { registered_office_address: { postal_code: 'REFUSED' } }
        : line === 9_000
          ? { company_name: '\0' }
          : documentOf(line);
    await database.query(
      `alter table register.companies add constraint of_a_user check (postal_code <> 'REFUSED')`,
    );
    try {
      const summary = await importWhole({ documents });
      expect(summary).toMatchObject({ rows: ROWS - 2, merged: ROWS - 2, rejects: 2 });
    } finally {
      await database.query('alter table register.companies drop constraint of_a_user');
    }
    expect(await read('select line, reason from ingest.snapshot_rejects order by line')).toEqual([
      { line: 6_000, reason: expect.stringMatching(/the database refuses it: .*of_a_user/) },
      { line: 9_000, reason: expect.stringMatching(/the database refuses it: .*\\u0000|Unicode/) },
    ]);
  });

  it('records schema drift once, with its file and line, and keeps raw lines', async () => {
    await database.query('truncate ingest.schema_drift, ingest.raw_lines');
    const mood = {
      fingerprint: 'unknown-field mood',
      kind: 'unknown-field',
      path: 'mood',
      value: null,
    } as const;
    const nul = {
      fingerprint: 'unstorable x = U+0000',
      kind: 'unstorable',
      path: 'x',
      value: 'U+0000',
    } as const;
    const notes = (line: number) =>
      line === 5_000 ? { drift: [mood, nul], raw: 'A\udcc9' } : line > 4_000 ? { drift: [mood] } : {};
    expect(await importWhole({ notes })).toMatchObject({ rows: ROWS, schema_drift: 2 });
    const kept = await read(
      `select fingerprint, timepoint, line, sample ->> 'company_name' as name from ingest.schema_drift order by 1`,
    );
    expect(kept).toEqual([
      { fingerprint: mood.fingerprint, timepoint: null, line: 4_001, name: 'COMPANY 4001 LIMITED' },
      { fingerprint: nul.fingerprint, timepoint: null, line: 5_000, name: 'COMPANY 5000 LIMITED' },
    ]);
    const raw = `select line, reason, encode(raw, 'hex') as raw from ingest.raw_lines`;
    expect(await read(raw)).toEqual([{ line: 5_000, reason: 'U+0000 at x', raw: '41c9' }]);
    expect(await importWhole({ notes })).toMatchObject({ rows: ROWS, schema_drift: 0 });
    expect(await read('select count(*) from ingest.schema_drift')).toEqual([{ count: 2 }]);
  });

  it('does not import a file twice at the same time', async () => {
    const ends = await Promise.allSettled([importWhole(), importWhole()]);
    expect(ends.flatMap((end) => (end.status === 'fulfilled' ? end.value.inserted : []))).toEqual([ROWS]);
    expect(ends.flatMap((end) => (end.status === 'rejected' ? String(end.reason) : []))).toEqual([
      expect.stringMatching(/Another process is importing this file/),
    ]);
  });
});
