import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from '@timepoint/database/pool';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { companyFile, companyRecord } from '@timepoint/testkit/company-csv';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { openTestRegister, type TestRegister } from '@timepoint/testkit/register';
import { createMetrics } from '@timepoint/worker/metrics';
import { startMergeWorker } from '@timepoint/worker/snapshots/merge-worker';
import { zipOf } from '../snapshots/files/test-zip.ts';
import { type CommandWorld, startCommand } from '../test-command-line.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const prefix = uniquePrefix();
const redisUrl = hasTestRedis() ? testRedisUrl() : undefined;

let register: TestRegister;
let queues: Queues;
let folder: string;
let close: () => Promise<void>;

beforeAll(async () => {
  register = await openTestRegister();
  folder = await mkdtemp(join(tmpdir(), 'timepoint-test-'));
  queues = await openQueues({ redisUrl, databaseUrl: register.url, prefix }, logger);
  const database = openDatabase(register.url, 3);
  const worker = startMergeWorker({ queues, database, metrics: createMetrics(), logger });
  close = async () => {
    await worker.close();
    await queues.close();
    await database.close();
    await register.close();
    await rm(folder, { recursive: true });
  };
});
afterAll(() => close());
beforeEach(() => register.empty());

const run = (args: string, world: CommandWorld = {}) => {
  const env = { QUEUE_PREFIX: prefix, ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }) };
  return startCommand(args, register.url, { signal: new AbortController().signal, env, ...world }).ended;
};
const write = async (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

const C = '/company/09876543';

describe('Timepoint, importing files on the command line,', () => {
  it('imports the company file, and lists and shows the result', async () => {
    await register.apply(
      'companies',
      C,
      { company_name: 'TREGARTH TIDAL LIMITED', company_status: 'active' },
      {
        published_at: '2026-03-02T10:15:30',
      },
    );
    const file = await write(
      'BasicCompanyDataAsOneFile-2026-07-01.csv',
      companyFile(
        companyRecord({ CompanyStatus: 'Liquidation' }),
        companyRecord({ CompanyNumber: 'SC000123', CompanyName: 'SECOND LIMITED' }),
        companyRecord({ CompanyNumber: '1', IncorporationDate: '31/02/2020' }),
      ),
    );
    const { printed, exitCode } = await run(`snapshot import ${file}`);
    expect(exitCode).toBeUndefined();
    expect(printed).toMatch(/basic-company-data 2026-07-01, done/);
    expect(printed).toMatch(/2 good, 2 of them merged; 1 rejects/);
    expect(printed).toMatch(/1 inserted, 1 updated, 0 yielded to the stream, 1 drifted/);
    expect(await register.select('company_number, company_status', 'register.companies order by 1')).toEqual([
      { company_number: '09876543', company_status: 'liquidation' },
      { company_number: 'SC000123', company_status: 'active' },
    ]);
    const [{ id }] = JSON.parse((await run('snapshot list --json')).printed) as [{ id: number }];
    expect((await run('snapshot list')).printed).toMatch(
      /basic-company-data 2026-07-01 +done +2 +1 +1 +0 +1 +1/,
    );
    const shown = (await run(`snapshot show ${id}`)).printed;
    expect(shown).toMatch(/drift +companies company_status: 1, 1 of them open/);
    expect(shown).toMatch(/reject +line 4: .*IncorporationDate/);
    expect(shown).toMatch(/s to read and stage, then .* s to merge/);
    expect(JSON.parse((await run(`snapshot show ${id} --json`)).printed)).toMatchObject({
      id,
      rejected: [{ line: 4 }],
      drift: expect.arrayContaining([
        { stream: 'companies', field: 'company_status', resources: 1, open: 1 },
      ]),
    });
  });

  it('shows the source and date of each field', async () => {
    await register.apply(
      'companies',
      C,
      { company_name: 'OLD LIMITED', etag: 'e' },
      { published_at: '2026-03-02T10:15:30' },
    );
    await run(`snapshot import - --date 2026-08-01`, {
      input: Readable.from([Buffer.from(companyFile(companyRecord()))]),
    });
    const { printed } = await run('explain 9876543');
    expect(printed).toMatch(
      /sources: stream companies at 101, published 2026-03-02T10:15:30.000Z; file of 2026-08-01/,
    );
    expect(printed).toMatch(/etag +stream, 2026-03-02 +"e"/);
    expect(printed).toMatch(
      /company_name +file, 2026-08-01 +"TREGARTH TIDAL LIMITED" +\(the other source: "OLD LIMITED"\)/,
    );
    expect(JSON.parse((await run('explain 09876543 --json')).printed)).toMatchObject({
      company_number: '09876543',
      resources: [{ stream: 'companies', resource_uri: C, snapshot_date: '2026-08-01' }],
    });
    await expect(run('explain 00000007')).rejects.toThrow(/Neither a stream nor a file has company 00000007/);
  });

  it('imports persons with significant control, and reports totals that differ', async () => {
    const lines = [
      {
        company_number: '09876543',
        data: {
          kind: 'individual-person-with-significant-control',
          name: 'Blair Jessop',
          links: { self: `${C}/persons-with-significant-control/individual/x` },
        },
      },
      {
        company_number: '09876543',
        data: {
          kind: 'persons-with-significant-control-statement',
          links: { self: `${C}/persons-with-significant-control-statements/y` },
        },
      },
      {
        company_number: '09876543',
        data: { kind: 'exemptions', exemptions: {}, links: { self: `${C}/exemptions` } },
      },
    ];
    const totals = (controllers: number) => ({
      data: {
        kind: 'totals#persons-of-significant-control-snapshot',
        persons_of_significant_control_count: controllers,
        statements_count: 1,
        exemptions_count: 1,
        generated_at: '2026-07-28T03:40:50+01:00',
      },
    });
    const content = (controllers: number) =>
      [...lines, totals(controllers)].map((line) => JSON.stringify(line)).join('\n');
    const good = await run(`snapshot import ${await write('psc-snapshot-2026-07-28_1of1.txt', content(1))}`);
    expect(good.exitCode).toBeUndefined();
    expect(await register.select('resource_kind, name', 'register.persons_with_significant_control')).toEqual(
      [{ resource_kind: 'company-psc-individual', name: 'Blair Jessop' }],
    );
    expect(await register.select('count(*)', 'register.persons_with_significant_control_statements')).toEqual(
      [{ count: 1 }],
    );
    expect(await register.select('count(*)', 'register.company_exemptions')).toEqual([{ count: 1 }]);
    const bad = await run(`snapshot import ${await write('psc-snapshot-2026-07-29_1of1.txt', content(7))}`);
    expect(bad.exitCode).toBe(1);
    expect(bad.printed).toMatch(
      /holds 7 controllers, 1 statements and 1 exemptions, but 1, 1 and 1 were read/,
    );
  });

  it('lists resources that a newer file lacks, and does not change them', async () => {
    const old = { published_at: '2026-03-02T10:15:30' };
    await register.apply(
      'companies',
      '/company/00000001',
      { company_name: 'GONE LIMITED', company_status: 'active' },
      old,
    );
    await register.apply(
      'companies',
      '/company/00000002',
      { company_name: 'NEW LIMITED', company_status: 'active' },
      {
        published_at: '2026-09-02T10:15:30',
      },
    );
    await register.apply(
      'companies',
      '/company/00000003',
      { company_name: 'ENDED LIMITED', company_status: 'dissolved' },
      old,
    );
    const file = await write('BasicCompanyDataAsOneFile-2026-09-01.csv', companyFile(companyRecord()));
    await run(`snapshot import ${file}`);
    expect(
      await register.select(
        'company_number, last_seen_in, missing_from::text',
        'register.missing_from_snapshot',
      ),
    ).toEqual([{ company_number: '00000001', last_seen_in: null, missing_from: '2026-09-01' }]);
    expect(
      await register.select('company_status', `register.companies where company_number = '00000001'`),
    ).toEqual([{ company_status: 'active' }]);
  });

  it('refuses empty and bad files, and reports no company as missing from them', async () => {
    await register.apply(
      'companies',
      '/company/00000001',
      { company_name: 'HERE LIMITED', company_status: 'active' },
      { published_at: '2026-03-02T10:15:30' },
    );
    const name = 'BasicCompanyDataAsOneFile-2026-10-01';
    const before = await register.select('count(*)', 'ingest.snapshots');
    const whole = companyFile(
      ...Array.from({ length: 2_500 }, (_, n) => companyRecord({ CompanyNumber: `${n}` })),
    );
    const totals =
      '{"data":{"kind":"totals#persons-of-significant-control-snapshot",' +
      '"persons_of_significant_control_count":0,"statements_count":0,"exemptions_count":0}}\n';
    const files: readonly (readonly [string, string | Buffer, RegExp])[] = [
      [`${name}.csv`, companyFile(), /holds no rows. Download it again/],
      [`${name}.csv`, '', /is empty/],
      ['psc-snapshot-2026-10-01_1of1.txt', '\n', /holds no rows/],
      ['psc-snapshot-2026-10-01_1of1.txt', totals, /holds no rows/],
      [`${name}.csv`, whole.slice(0, -40), /stops within a line.*Nothing of it was imported/],
      [
        `${name}.zip`,
        zipOf({ name: `${name}.csv`, content: whole, crc32: 1 }),
        /checksum.*Nothing of it was imported/,
      ],
      [
        `${name}.zip`,
        zipOf({ name: `${name}.csv`, content: whole }, { name: 'b.csv', content: whole, crc32: 1 }),
        /must hold one file.*Nothing of it was imported/,
      ],
      [
        `${name}.zip`,
        zipOf({ name: `${name}.csv`, content: whole }, { name: 'b.md', content: whole, crc32: 1 }),
        /b.md has another length.*Nothing of it was imported/,
      ],
    ];
    for (const [file, content, message] of files)
      for (const _ of [1, 2])
        await expect(run(`snapshot import ${await write(file, content)}`)).rejects.toThrow(message);
    expect(await register.select('count(*)', `ingest.snapshots where state <> 'abandoned'`)).toEqual(before);
    expect(await register.select('count(*)', 'register.companies')).toEqual([{ count: 1 }]);
    expect(
      await register.select(
        'company_number',
        `register.missing_from_snapshot where missing_from = '2026-10-01'`,
      ),
    ).toEqual([]);
    const good = await run(`snapshot import ${await write(`${name}.csv`, whole)}`);
    expect(good.printed).toMatch(/2026-10-01, done/);
  });

  it('lists the missing parts of a file, and reports a last part without totals', async () => {
    const line = (n: number) =>
      JSON.stringify({
        company_number: '09876543',
        data: {
          kind: 'individual-person-with-significant-control',
          links: { self: `${C}/persons-with-significant-control/individual/${n}` },
        },
      });
    const part = async (n: number) =>
      run(`snapshot import ${await write(`psc-snapshot-2026-08-03_${n}of3.txt`, `${line(n)}\n`)}`);
    expect((await part(3)).printed).toMatch(/parts +not imported yet: 1, 2 of 3/);
    const second = await part(1);
    expect(second.printed).toMatch(/parts +not imported yet: 2 of 3/);
    expect(second.exitCode).toBeUndefined();
    const last = await part(2);
    expect(last.printed).not.toMatch(/not imported yet/);
    expect(last.printed).toMatch(/totals +The line of totals.* is not there/);
    expect(last.exitCode).toBe(1);
  });

  it('names the remedy for a file that can not be imported, before anything is written', async () => {
    const before = await register.select('count(*)', 'ingest.snapshots');
    const odd = await write('companies.csv', companyFile(companyRecord()));
    await expect(run(`snapshot import ${odd}`)).rejects.toThrow(
      /"companies.csv" does not contain the day.*--date/,
    );
    const header = await write('BasicCompanyDataAsOneFile-2026-10-01.csv', 'a,b,c\n1,2,3\n');
    await expect(run(`snapshot import ${header}`)).rejects.toThrow(/CompanyName/);
    await expect(run(`snapshot import ${join(folder, 'missing.zip')} --date 2026-10-01`)).rejects.toThrow(
      /missing.zip/,
    );
    await expect(run(`snapshot import ${odd} --date 2062-07-01`)).rejects.toThrow(
      /2062-07-01 is in the future/,
    );
    await expect(run('snapshot import x --date 2026-02-30')).rejects.toThrow(/Write a day such as/);
    await expect(run('snapshot import x --max-rejects few')).rejects.toThrow(/Write a number/);
    await expect(run('snapshot import x --product officers')).rejects.toThrow(
      /basic-company-data or psc-snapshot/,
    );
    await expect(run('snapshot show 999999')).rejects.toThrow(/There is no import 999999/);
    await expect(run('snapshot show none')).rejects.toThrow(/Write the id of an import/);
    expect(await register.select('count(*)', 'ingest.snapshots')).toEqual(before);
  });
});
