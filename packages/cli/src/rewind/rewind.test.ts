import { hostname, userInfo } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { readRewinds } from '@timepoint/shared/queues/rewinds';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { applyBatch } from '@timepoint/worker/apply/apply-batch';
import { CommanderError } from 'commander';
import { startCommand } from '../test-command-line.ts';

const DAY_MS = 86_400_000;
let database: MigratedDatabase;
let queues: Queues;
let env: Record<string, string>;

beforeAll(async () => {
  database = await openMigratedDatabase(2);
});
afterAll(() => database.close());
beforeEach(async () => {
  await queues?.close();
  env = { QUEUE_PREFIX: uniquePrefix(), ...(hasTestRedis() ? { REDIS_URL: testRedisUrl() } : {}) };
  queues = await openQueues(
    { redisUrl: env.REDIS_URL, databaseUrl: database.url, prefix: env.QUEUE_PREFIX ?? '' },
    createLogger({ name: 'test', level: 'silent' }),
  );
  await database.query(
    'truncate register.companies, ingest.events, ingest.coverage, ingest.holes, ingest.audit',
  );
});
afterAll(() => queues.close());

/** Writes the events 101 to `newest` to the log, as if published `ageDays` ago. */
async function fillLog(newest: number, ageDays = 0): Promise<void> {
  const publishedAt = new Date(Date.now() - ageDays * DAY_MS).toISOString().slice(0, 19);
  const timepoints = Array.from({ length: newest - 100 }, (_, index) => 101 + index);
  const lines = timepoints.map((timepoint) =>
    JSON.stringify({
      resource_uri: `/company/00000${timepoint}`,
      data: {},
      event: { timepoint, type: 'changed', published_at: publishedAt },
    }),
  );
  const job = { stream: 'companies', origin: 100, after: 100, upTo: newest, lines, receivedAt: 0 };
  await applyBatch(database, eventsJobSchema.parse(job));
}

const run = (args: string) => startCommand(`rewind ${args}`, database.url, { env }).ended;
/** The one pending request. */
const asked = async () => {
  const requests = await readRewinds(queues, 'companies');
  expect(requests.length).toBeLessThanOrEqual(1);
  return requests[0]?.data;
};
const audit = async () => (await database.query('select who, what, details from ingest.audit')).rows;

describe('Timepoint, asked to read a stream again,', () => {
  it('passes the request to the ingestor of the stream, and records the user', async () => {
    await fillLog(110);
    const { printed, exitCode } = await run('companies 105');
    expect(printed).toMatch(
      /^companies is read again from 105 to 110, as soon as an ingestor has the stream/,
    );
    expect(exitCode).toBeUndefined();
    expect(await asked()).toEqual({ timepoint: 105 });
    const details = { stream: 'companies', timepoint: 105, newest: 110, forced: false };
    const who = `${userInfo().username}@${hostname()}`;
    expect(await audit()).toEqual([{ who, what: 'rewind', details }]);
  });

  it('reports a request that no ingestor has taken up yet, and only moves it further back', async () => {
    await fillLog(110);
    await run('companies 105');
    expect((await run('companies 107')).printed).toMatch(
      /^A rewind of companies to 105 is requested already, which includes 107: nothing to do/,
    );
    expect((await run('companies 105')).printed).toMatch(/which includes 105: nothing to do/);
    expect(await asked()).toEqual({ timepoint: 105 });
    expect(JSON.parse((await run('companies 103 --json')).printed)).toEqual({
      stream: 'companies',
      timepoint: 103,
      newest: 110,
      request: 'moved-back',
      pending_timepoint: 105,
      is_held: false,
    });
    expect(await asked()).toEqual({ timepoint: 103 });
    expect(await audit()).toHaveLength(2);
  });

  it('records the user before an ingestor can take up the request', async () => {
    await fillLog(110);
    const rows: unknown[] = [];
    const worker = queues.consume(catalogue.rewinds, async () => void rows.push(await audit()), {});
    await run('companies 105');
    await until(() => rows.length === 1);
    await worker.close();
    expect(rows).toMatchObject([[{ what: 'rewind', details: { timepoint: 105 } }]]);
  });

  it.each([
    [100, /from 101 to 110, not from 100\. Its log begins with 101\. What was before is in the files/],
    [111, /from 101 to 110, not from 111\. Newer events are read anyway/],
  ])('names the range when %p is outside of it', async (timepoint, message) => {
    await fillLog(110);
    await expect(run(`companies ${timepoint}`)).rejects.toThrow(message);
    expect(await asked()).toBeUndefined();
    expect(await audit()).toEqual([]);
  });

  it('takes both ends of the range', async () => {
    await fillLog(110);
    await run('companies 110');
    await run('companies 101');
    expect(await asked()).toEqual({ timepoint: 101 });
  });

  it('refuses a position that Companies House no longer has and explains the risk, unless it is forced', async () => {
    await fillLog(110, 4);
    await expect(run('companies 105')).rejects.toThrow(
      /^105 of companies was published 4 days ago, and Companies House keeps events for about 3 days\..*--force/,
    );
    expect(await asked()).toBeUndefined();
    await run('companies 105 --force');
    expect(await asked()).toEqual({ timepoint: 105 });
    expect(await audit()).toMatchObject([{ details: { forced: true } }]);
  });

  it('treats an event that the log no longer has as too old', async () => {
    await fillLog(110);
    await database.query('update ingest.coverage set expired_up_to = 108');
    await database.query('delete from ingest.events where timepoint <= 108');
    await expect(run('companies 105')).rejects.toThrow(/was published before the log begins/);
    await run('companies 109');
    expect(await asked()).toEqual({ timepoint: 109 });
  });

  it('reports that nothing of the stream was read yet', async () => {
    await expect(run('officers 1')).rejects.toThrow('Nothing of officers was read yet');
  });

  it('explains what a stream and a timepoint look like', async () => {
    const failure = run('company 5');
    await expect(failure).rejects.toBeInstanceOf(CommanderError);
    await expect(failure).rejects.toThrow(/"company" is not a stream; use one or more of: companies/);
    await expect(run('companies today')).rejects.toThrow(/Write a timepoint, a whole number such as/);
  });
});

describe('Timepoint, rebuilding a table,', () => {
  it('records the user and the result', async () => {
    await fillLog(105);
    await database.query('delete from register.companies');
    await startCommand('rebuild --stream companies', database.url).ended;
    const who = `${userInfo().username}@${hostname()}`;
    expect(await audit()).toMatchObject([
      { who, what: 'rebuild', details: { stream: 'companies', added: 5 } },
    ]);
  });
});
