import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '@timepoint/database/pool';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import { openQueues } from '@timepoint/shared/queues/queues';
import { createTestDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { until } from '@timepoint/testkit/until';
import { applyBatch } from '@timepoint/worker/apply/apply-batch';
import { CommanderError } from 'commander';
import { startCommand } from './test-command-line.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const logger = createLogger({ name: 'test', level: 'silent' });
const run = (args: string, { signal = AbortSignal.abort(), url = test.url } = {}) =>
  startCommand(args, url, { signal }).ended;

describe('Timepoint, on the command line,', () => {
  it('names the command to run when the database is not migrated', async () => {
    await expect(run('status')).rejects.toThrow('migrate up');
    expect(await run('migrate status')).toMatchObject({
      printed: expect.stringContaining('pending  0001_log'),
      exitCode: 1,
    });
  });

  it('migrates up and down, and lists the migrations', async () => {
    expect((await run('migrate up')).printed).toContain('applied  0002_coverage');
    expect((await run('migrate up')).printed).toBe('nothing to do\n');
    const last = JSON.parse((await run('migrate status --json')).printed).applied.at(-1);
    expect((await run('migrate down')).printed).toBe(`undone  ${last}\n`);
    const { applied, pending } = JSON.parse((await run('migrate status --json')).printed);
    expect(applied.slice(0, 2)).toEqual(['0001_log', '0002_coverage']);
    expect(pending).toEqual([last]);
    await run('migrate up');
    expect(await run('migrate status')).toEqual({
      printed: expect.stringMatching(/^(applied {2}\d{4}_\w+\n)+$/),
      exitCode: undefined,
    });
  });

  it('shows the status as text, as a table and as JSON, and watches it', async () => {
    const { printed: first, exitCode } = await run('status');
    expect(first).toMatch(
      /^NOT LIVE, .*: the queues can not be reached\n\ncritical {2}.*\n\nNo event has arrived yet/,
    );
    expect(exitCode).toBe(1);
    const database = openDatabase(test.url, 1);
    const line = JSON.stringify({
      resource_uri: '/company/09876543',
      data: {},
      event: { timepoint: 101, type: 'changed' },
    });
    await applyBatch(
      database,
      eventsJobSchema.parse({
        stream: 'companies',
        origin: 100,
        after: 100,
        upTo: 101,
        lines: [line],
        receivedAt: 0,
      }),
    );
    await database.close();
    expect((await run('status')).printed).toMatch(/\nstream .*\ncompanies +101 +101 .* \? +0 +0\n$/);
    expect(JSON.parse((await run('status --json')).printed)).toMatchObject({
      isLive: false,
      isExact: null,
      findings: [
        {
          kind: 'queue-unreachable',
          stream: null,
          severity: 'critical',
          text: expect.stringContaining('The reason: the queues do not exist yet'),
        },
      ],
      reading: {
        queues: null,
        writeRefusal: null,
        statuses: [
          {
            stream: 'companies',
            newest_timepoint: 101,
            watermark: 101,
            is_contiguous: true,
            open_dead_letters: 0,
            lag_seconds: null,
          },
        ],
      },
    });
    const stop = new AbortController();
    const watching = startCommand('status --watch', test.url, { signal: stop.signal });
    await until(() => (watching.printed().match(/^companies/gm)?.length ?? 0) >= 2);
    stop.abort();
    await watching.ended;
  });

  it('creates no queues when it only reads them', async () => {
    await run('status');
    const database = openDatabase(test.url, 1);
    const schemas = "select count(*) from pg_namespace where nspname like 'bullmq%'";
    expect((await database.query(schemas)).rows).toEqual([{ count: 0 }]);
    await database.close();
  });

  it('shows the connections with queues in Postgres', async () => {
    const queues = await openQueues({ databaseUrl: test.url, prefix: '{timepoint}' }, logger);
    await queues.streams.add('companies', {}, { jobId: 'companies' });
    const { printed } = await run('status');
    expect(printed).toMatch(
      /^NOT LIVE, EXACT as far as it goes: no connection for companies\n\nnote {6}companies has/,
    );
    expect(printed).toMatch(/\ncompanies +101 .* down \d+ s +0 +0\n$/);
    await queues.close();
  });

  it('never reports exact while Postgres refuses writes, and shows the reason', async () => {
    const readOnly = new URL(test.url);
    readOnly.searchParams.set('options', '-c default_transaction_read_only=on');
    const { printed, exitCode } = await run('status', { url: readOnly.href });
    expect(printed).toMatch(/^NOT LIVE, exactness unknown: .*Postgres refuses what is written/);
    expect(printed).toMatch(/^critical {2}Postgres refuses to write: .*read-only transaction$/m);
    expect(exitCode).toBe(1);
    const { findings, isExact } = JSON.parse((await run('status --json', { url: readOnly.href })).printed);
    expect(isExact).toBeNull();
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'store-failing', severity: 'critical' }));
  });

  it('answers while another session blocks writes', async () => {
    const database = openDatabase(test.url, 1);
    await database.transaction(async (tx) => {
      await tx.query('lock table ingest.coverage in exclusive mode');
      const { printed } = await run('status');
      expect(printed).toMatch(/^critical {2}Postgres refuses to write: .*lock timeout$/m);
    });
    await database.close();
  });

  it('leaves nothing in a database after the probe of its writes', async () => {
    const database = openDatabase(test.url, 1);
    const count = "select count(*) from pg_class where relname = 'timepoint_write_probe'";
    await run('status');
    expect((await database.query(count)).rows).toEqual([{ count: 0 }]);
    await database.close();
  });

  it('removes a stream that is no longer followed, unless it is read', async () => {
    const queues = await openQueues({ databaseUrl: test.url, prefix: '{timepoint}' }, logger);
    await queues.streams.add('companies', {}, { jobId: 'companies' });
    const held = Promise.withResolvers<void>();
    const taken = Promise.withResolvers<void>();
    const hold = () => {
      taken.resolve();
      return held.promise;
    };
    const worker = queues.consume(catalogue.streams, hold, { concurrency: 1 });
    await taken.promise;
    await expect(run('unfollow companies')).rejects.toThrow('Remove it from CH_STREAMS');
    held.resolve();
    await worker.close();
    await queues.streams.add('filings', {}, { jobId: 'filings' });
    expect((await run('unfollow filings')).printed).toBe('filings is no longer followed.\n');
    expect((await run('unfollow filings')).printed).toBe('filings is not followed: nothing to do.\n');
    await queues.close();
  });

  it('answers while the database can not be reached, and never shows its password', async () => {
    const { printed, exitCode } = await run('status', { url: 'postgres://me:secret@127.0.0.1:9/timepoint' });
    expect(printed).toMatch(/^NOT LIVE, exactness unknown: /);
    expect(printed).toContain('Postgres can not be reached');
    expect(printed).not.toMatch(/secret/);
    expect(exitCode).toBe(1);
  });

  it('names the server, never the password, when the database can not be reached', async () => {
    const failure = run('verify', { url: 'postgres://me:secret@127.0.0.1:9/timepoint' });
    await expect(failure).rejects.toThrow(
      /Postgres at 127\.0\.0\.1:9\/timepoint can't be reached.*Check DATABASE_URL/,
    );
    await expect(failure).rejects.not.toThrow(/secret/);
  });

  it('reports an unknown stream before it connects to the database', async () => {
    const failure = run('verify --stream company', { url: '' });
    await expect(failure).rejects.toThrow(
      /"company" is not a stream; use one or more of: companies, filings/,
    );
    await expect(failure).rejects.toBeInstanceOf(CommanderError);
  });

  it('lists every setting that is wrong', async () => {
    await expect(run('status', { url: '' })).rejects.toThrow('DATABASE_URL: is not set');
  });
});
