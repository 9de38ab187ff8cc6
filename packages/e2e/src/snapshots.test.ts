import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type StreamName, streamNamed } from '@timepoint/shared/contract/streams';
import { createRandom } from '@timepoint/simulator/random';
import { type Postgres, startPostgres, TEST_SETTINGS } from '@timepoint/testkit/stores/postgres';
import { createTempFolder } from '@timepoint/testkit/temp-folder';
import { until } from '@timepoint/testkit/until';
import { Client } from 'pg';
import { runTimepoint, type ServiceProcess, startTimepoint } from './service-process.ts';
import { type System, startSystem } from './system.ts';

const SEED = Number(process.env.E2E_SEED ?? Date.now() % 1_000_000);
const STREAMS: readonly StreamName[] = [
  'companies',
  'persons-with-significant-control',
  'persons-with-significant-control-statements',
  'company-exemptions',
];
const ROWS = 30_000;
const TODAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date());
const COMPANIES_FILE = `BasicCompanyDataAsOneFile-${TODAY}.zip`;
const CONTROLLERS_FILE = `psc-snapshot-${TODAY}_1of1.zip`;
const FILE_ONLY = ['annual_return', 'country_of_origin', 'limited_partnerships', 'mortgages'];

interface Truth {
  readonly resource_uri: string;
  readonly stream: StreamName;
  readonly timepoint: number;
  readonly deleted: boolean;
  readonly data_timepoint: number | null;
  readonly data: Document | null;
}
type Document = Readonly<Record<string, unknown>>;

let system: System;
let postgres: Postgres | undefined;
afterEach(async () => {
  await system.close();
  await postgres?.close();
  postgres = undefined;
});

const simulatorUrl = () => system.env.CH_STREAM_URL ?? '';
const queryOf = (at: number) => `at=${at}&rows=${ROWS}`;

async function download(name: string, at: number): Promise<string> {
  const response = await fetch(`${simulatorUrl()}/snapshots/${name}?${queryOf(at)}`);
  const path = join(createTempFolder(), name);
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
  return path;
}

async function truthOf(name: string, at: number): Promise<Truth[]> {
  const response = await fetch(`${simulatorUrl()}/simulator/snapshot-truth/${name}?${queryOf(at)}`);
  return (await response.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Truth);
}

const mergedRows = async (sql: Client) =>
  Number(
    (
      await sql.query(
        `select coalesce(sum(rows), 0) as rows from ingest.snapshot_chunks where state = 'merged'`,
      )
    ).rows[0].rows,
  );

/** Imports a file, killing the importer or a worker before each of the goals is reached. */
async function importWithKills(
  path: string,
  workers: ServiceProcess[],
  goals: readonly number[],
  random: () => number,
) {
  const before = await mergedRows(system.sql);
  let importer = startTimepoint(['snapshot', 'import', path], system.env);
  for (const goal of goals) {
    await until(async () => (await mergedRows(system.sql)) - before >= goal);
    const victim = Math.floor(random() * 3);
    if (victim === 2) {
      await importer.kill();
      importer = startTimepoint(['snapshot', 'import', path], system.env);
    } else {
      await workers[victim]?.kill();
      workers[victim] = await system.start('worker');
    }
  }
  // Killed once more for sure; when all of it is merged by then, this one imports it again.
  await importer.kill();
  expect(await runTimepoint(['snapshot', 'import', path], system.env)).toMatchObject({
    code: 0,
    output: expect.stringContaining('done'),
  });
}

/** Whether a document says nothing but what another says, in whatever letter case. */
function isWithin(document: unknown, whole: unknown): boolean {
  if (typeof document !== 'object' || document === null)
    return String(document).toLowerCase() === String(whole).toLowerCase();
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(document).every(([field, value]) => isWithin(value, (whole as Document)[field]));
}

const without = (document: Document | null, fields: readonly string[]) =>
  document && Object.fromEntries(Object.entries(document).filter(([field]) => !fields.includes(field)));

describe('Timepoint, importing snapshots while the streams go on,', () => {
  it(`ends equal to the truth though importer and workers are killed (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    system = await startSystem({
      streams: STREAMS,
      simulator: { SIMULATOR_SEED: String(SEED), SIMULATOR_BACKLOG: '3000' },
    });
    const workers = await Promise.all([system.start('worker'), system.start('worker')]);
    await system.start('ingestor');
    // First the streams, from now; then the files, which bring what was before.
    await until(async () => (await system.status()).connections.length === STREAMS.length);
    await system.simulate('rate', { eventsPerSecond: 150 });
    await until(async () => (await system.watermark()) > 0);
    await until(async () => (await system.newest()) > 0);
    const at = (await system.status()).newest.companies;
    const companies = await download(COMPANIES_FILE, at);
    // From the URL, which is read again from its beginning when the importer was killed.
    const controllers = `${simulatorUrl()}/snapshots/${CONTROLLERS_FILE}?${queryOf(at)}`;
    await importWithKills(companies, workers, [2_000, 9_000, 15_000, 22_000], random);
    await importWithKills(controllers, workers, [2_000, 9_000, 15_000], random);
    await system.simulate('rate', { eventsPerSecond: 0 });
    const { newest } = await system.status();
    for (const stream of STREAMS) await until(async () => (await system.watermark(stream)) >= newest[stream]);

    const inFiles = [...(await truthOf(COMPANIES_FILE, at)), ...(await truthOf(CONTROLLERS_FILE, at))];
    expect(inFiles).toHaveLength(2 * ROWS);
    for (const stream of STREAMS)
      await expectBoth(
        stream,
        inFiles.filter((expected) => expected.stream === stream),
      );
    expect(await runTimepoint(['verify'], system.env)).toMatchObject({ code: 0 });
    expect((await system.sql.query('select * from ingest.drift')).rows).toEqual([]);
    expect((await system.sql.query('select * from register.missing_from_snapshot')).rows).toEqual([]);
    expect((await system.sql.query('select * from ingest.snapshot_rejects')).rows).toEqual([]);
  }, 400_000);

  it('goes on after Postgres was killed in the middle', async () => {
    const dataDir = join(createTempFolder(), 'postgres');
    postgres = await startPostgres({ dataDir, settings: TEST_SETTINGS });
    const { port, url } = postgres;
    const shared = process.env.TEST_DATABASE_URL;
    process.env.TEST_DATABASE_URL = url;
    system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '1000' } });
    process.env.TEST_DATABASE_URL = shared;
    // The server takes this connection with it.
    system.sql.on('error', () => undefined);
    await system.start('worker');
    const path = await download(COMPANIES_FILE, (await system.status()).newest.companies);
    const importer = startTimepoint(['snapshot', 'import', path], system.env);
    await until(async () => (await mergedRows(system.sql)) >= 5_000);
    await postgres.kill();
    expect(await importer.ended).toBe(1);
    expect(importer.output()).toMatch(/The import stopped: .*The same command continues the import/);
    postgres = await startPostgres({ dataDir, port, settings: TEST_SETTINGS });
    const sql = new Client({ connectionString: system.env.DATABASE_URL });
    await sql.connect();
    expect(await mergedRows(sql)).toBeLessThan(ROWS);
    expect(await runTimepoint(['snapshot', 'import', path], system.env)).toMatchObject({ code: 0 });
    const { rows } = await sql.query(
      `select (select count(*)::int from register.companies) as companies, (select count(*)::int from ingest.snapshots) as imports`,
    );
    expect(rows).toEqual([{ companies: ROWS, imports: 1 }]);
    await sql.end();
  }, 200_000);
});

/** Compares a table with the events of the stream since it was connected, and with the files for the time before. */
async function expectBoth(stream: StreamName, inFile: readonly Truth[]): Promise<void> {
  const { rows } = await system.sql.query(
    `select resource_uri, timepoint::int, deleted, data_timepoint::int, data,
       (select origin::int from ingest.coverage where stream = $1) as origin
     from register.${streamNamed(stream).table}`,
    [stream],
  );
  const origin = rows[0]?.origin ?? Number.POSITIVE_INFINITY;
  const held = new Map(rows.map((row) => [row.resource_uri, row]));
  const ofFile = new Map(inFile.map((expected) => [expected.resource_uri, expected]));
  const truth = await system.truth<Truth>(stream);
  const differing = truth.filter((expected) => {
    const row = held.get(expected.resource_uri);
    if (expected.timepoint <= origin) {
      const file = ofFile.get(expected.resource_uri);
      return file === undefined ? row !== undefined : !isSaidByFile(row, file);
    }
    if (row?.timepoint !== expected.timepoint || row.deleted !== expected.deleted) return true;
    if ((expected.data_timepoint ?? 0) <= origin) return false;
    // A stub without a name says nothing: the file fills it.
    if (stream === 'companies' && expected.data?.company_name === undefined)
      return !isWithin(expected.data, row.data);
    return !isDeepStrictEqual(without(row.data, FILE_ONLY), expected.data);
  });
  expect(differing.slice(0, 2).map((expected) => [held.get(expected.resource_uri), expected])).toEqual([]);
  const known = new Set(truth.map((expected) => expected.resource_uri));
  const padding = inFile.filter((expected) => !known.has(expected.resource_uri));
  expect(
    padding.filter((expected) => !isSaidByFile(held.get(expected.resource_uri), expected)).slice(0, 2),
  ).toEqual([]);
  const ofStream = truth
    .filter((expected) => expected.timepoint > origin)
    .map((expected) => expected.resource_uri);
  expect(held.size).toBe(new Set([...ofStream, ...ofFile.keys()]).size);
}

/** A status or category whose meaning is disputed stays as the text of the file. */
const isApiWord = (value: unknown) => /^[a-z0-9-]+$/.test(String(value));

function isSaidByFile(row: Partial<Truth> | undefined, expected: Truth): boolean {
  const disputed = ['company_status', 'type'].filter((field) => !isApiWord(row?.data?.[field]));
  const said = without(row?.data ?? null, [...FILE_ONLY, ...disputed]);
  return row?.timepoint === null && row.deleted === false && isWithin(said, expected.data);
}
