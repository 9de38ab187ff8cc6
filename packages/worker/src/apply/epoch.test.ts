import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startCommand } from '@timepoint/cli/test-command-line';
import { verifyStream } from '@timepoint/database/verification/verify';
import { EPOCH_STEP } from '@timepoint/shared/contract/epoch';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { readRewinds, requestRewind } from '@timepoint/shared/queues/rewinds';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { replayLetter } from '../letters/replay-letter.ts';
import { createMetrics } from '../metrics.ts';
import { deriveBehind } from '../reconcile/keep-deriving.ts';
import { registerStreams } from '../reconcile/register-streams.ts';
import { repairHoles } from '../reconcile/repair-holes.ts';
import { applyBatch } from './apply-batch.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const OLD = 22_000_000;
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
    logger,
  );
  await database.query(
    `truncate register.companies, register.company_status_changes, ingest.events, ingest.coverage, ingest.holes,
      ingest.dead_letters, ingest.audit, ingest.epochs`,
  );
  await applyBatch(database, job(OLD, OLD + 1, OLD + 5));
  const data = { timepoint: OLD + 5, origin: OLD } as never;
  await queues.streams.add('companies', data, { jobId: 'companies' });
});
afterAll(() => queues.close());

/** Events of two companies in turn, each with its timepoint for a name, as the publisher numbers them. */
const line = (published: number) =>
  JSON.stringify({
    resource_uri: `/company/0000000${published % 2}`,
    resource_kind: 'company-profile',
    data: {
      company_name: `as of ${published}`,
      company_status: published % 3 === 0 ? 'dissolved' : 'active',
    },
    event: { timepoint: published, type: 'changed' },
  });
/** A job of the stored timepoints from `first` to `last`. */
function job(origin: number, first: number, last: number, lines?: string[]): EventsJob {
  const published = Array.from({ length: last - first + 1 }, (_, index) => (first + index) % EPOCH_STEP);
  const raw = lines ?? published.map(line);
  return eventsJobSchema.parse({
    stream: 'companies',
    origin,
    after: first - 1,
    upTo: last,
    lines: raw,
    receivedAt: Date.now(),
  });
}

const run = (args: string) => startCommand(args, database.url, { env }).ended;
const begin = (options = '') => run(`epoch begin companies --because rebuilt --force${options}`);
const asked = async () => (await readRewinds(queues, 'companies')).map(({ data }) => data.timepoint);
const forgetRequests = async () => {
  for (const request of await readRewinds(queues, 'companies')) await request.remove();
};
const rows = async () =>
  (
    await database.query(
      `select resource_uri, timepoint, data ->> 'company_name' as name from register.companies order by 1`,
    )
  ).rows;
const select = async (text: string) => (await database.query<Record<string, unknown>>(text)).rows;

describe('Timepoint, beginning a new epoch of a stream,', () => {
  it('records it with its reason, and asks for the first event by its new number', async () => {
    const { printed } = await begin();
    expect(printed).toContain(
      'Epoch 1 of companies begins with 1000000000001 (1 of epoch 1), after 22000005.',
    );
    expect(await asked()).toEqual([EPOCH_STEP + 1]);
    expect(await select('select stream, epoch, after, first, because from ingest.epochs')).toEqual([
      { stream: 'companies', epoch: 1, after: OLD + 5, first: EPOCH_STEP + 1, because: 'rebuilt' },
    ]);
    expect(await select('select what, details from ingest.audit')).toEqual([
      { what: 'epoch', details: expect.objectContaining({ epoch: 1, because: 'rebuilt', forced: true }) },
    ]);
    expect(
      await select('select accepted_holes, recent_holes, open_holes, is_contiguous from ingest.status'),
    ).toEqual([{ accepted_holes: 1, recent_holes: 0, open_holes: 0, is_contiguous: true }]);
  });

  it('refuses while the stream counts on, and for a stream of which nothing was read', async () => {
    await expect(run('epoch begin companies --because rebuilt')).rejects.toThrow(
      'reports no restarted timepoints',
    );
    await expect(run('epoch begin filings --because rebuilt --force')).rejects.toThrow('Nothing of filings');
    await expect(run('epoch begin companies')).rejects.toThrow();
    expect([await asked(), await select('select from ingest.epochs')]).toEqual([[], []]);
  });

  it('refuses a second epoch that was seen before the first', async () => {
    const report = { asked: OLD + 5, seen: [1, 2], since: Date.now() };
    const streamJob = await queues.streams.getJob('companies');
    await streamJob?.updateProgress({
      state: 'waiting',
      since: 0,
      downSince: 0,
      nextTryAt: null,
      ending: 'counted-anew',
      detail: null,
      countedAnew: report,
      lastByteAt: null,
      lastEventAt: null,
      silenceLimitMs: 1,
      connection: null,
      holder: 'a',
      at: Date.now(),
    });
    expect((await run('epoch begin companies --because rebuilt')).printed).toContain('Epoch 1');
    await expect(run('epoch begin companies --because rebuilt')).rejects.toThrow('has begun already');
  });

  it('lets new events update old rows, and ignores an old job that comes late', async () => {
    const late = job(OLD, OLD + 6, OLD + 9);
    await (await queues.streams.getJob('companies'))?.updateData({
      timepoint: OLD + 9,
      origin: OLD,
    } as never);
    await begin();
    await applyBatch(database, job(OLD, EPOCH_STEP + 1, EPOCH_STEP + 4));
    const after = [
      { resource_uri: '/company/00000000', timepoint: EPOCH_STEP + 4, name: 'as of 4' },
      { resource_uri: '/company/00000001', timepoint: EPOCH_STEP + 3, name: 'as of 3' },
    ];
    expect(await rows()).toEqual(after);
    const result = await applyBatch(database, late);
    expect(result).toMatchObject({ applied: 0, stale: 4, watermark: EPOCH_STEP + 4 });
    expect(await rows()).toEqual(after);
    const statuses = await select(
      'select timepoint, to_status from register.company_status_changes order by 1',
    );
    expect(statuses.length).toBeGreaterThan(4);
    expect((await verifyStream(database, 'companies')).problems).toEqual([]);
  });

  it('counts epochs on, each above all that is stored', async () => {
    await begin();
    await applyBatch(database, job(OLD, EPOCH_STEP + 1, EPOCH_STEP + 2));
    await begin(' --from 7');
    expect(await asked()).toEqual([2 * EPOCH_STEP + 7]);
    await applyBatch(database, job(OLD, 2 * EPOCH_STEP + 7, 2 * EPOCH_STEP + 8));
    expect(await select('select watermark from ingest.status')).toEqual([{ watermark: 2 * EPOCH_STEP + 8 }]);
    expect((await run('epoch list')).printed).toMatch(
      /companies +1 +22000005 .*\n *companies +2 +1000000000002/,
    );
  });

  it('is requested from a queue that lost the request, or everything', async () => {
    await begin();
    await forgetRequests();
    await registerStreams(queues, database, ['companies']);
    expect(await asked()).toEqual([EPOCH_STEP + 1]);
    for (const [first, last] of [
      [1, 0],
      [1, 1],
      [2, 3],
    ] as const) {
      await queues.streams.remove('companies');
      if (last >= first) await applyBatch(database, job(OLD, EPOCH_STEP + first, EPOCH_STEP + last));
      await registerStreams(queues, database, ['companies']);
      const timepoint = EPOCH_STEP + Math.max(1, last);
      expect((await queues.streams.getJob('companies'))?.data).toEqual({ timepoint, origin: OLD });
    }
  });

  it('ignores a request to read the earlier epoch again', async () => {
    await requestRewind(queues, 'companies', (OLD + 1) as Timepoint);
    await begin();
    expect(await asked()).toEqual([EPOCH_STEP + 1]);
    await forgetRequests();
    await applyBatch(database, job(OLD, EPOCH_STEP + 1, EPOCH_STEP + 4));
    await expect(run('rewind companies 22000003 --force')).rejects.toThrow(
      'can be read again from 1000000000001',
    );
    expect((await run('rewind companies 3')).printed).toContain(
      'from 1000000000003 (3 of epoch 1) to 1000000000004',
    );
    expect(await asked()).toEqual([EPOCH_STEP + 3]);
  });

  it('accepts lost events of the earlier epoch, as they can not be read again', async () => {
    await (await queues.streams.getJob('companies'))?.updateData({
      timepoint: OLD + 9,
      origin: OLD,
    } as never);
    await begin();
    await forgetRequests();
    const repair = () => repairHoles({ queues, database, graceSeconds: 0, metrics: createMetrics(), logger });
    const waiting = await queues.events.add('companies', job(OLD, OLD + 6, OLD + 9), { jobId: 'late' });
    await repair();
    const lost = `select state from ingest.holes where cause = 'downstream'`;
    expect(await select(lost)).toEqual([{ state: 'open' }]);
    await waiting.remove();
    await repair();
    expect(await asked()).toEqual([]);
    expect(await select(lost)).toEqual([{ state: 'accepted' }]);
    await deriveBehind(database);
    expect((await verifyStream(database, 'companies')).problems).toEqual([]);
  });

  it('asks again for events that were lost at its beginning, from its first event on', async () => {
    await begin(' --from 40');
    await forgetRequests();
    await applyBatch(database, job(OLD, EPOCH_STEP + 43, EPOCH_STEP + 44));
    await repairHoles({ queues, database, graceSeconds: 0, metrics: createMetrics(), logger });
    expect(await asked()).toEqual([EPOCH_STEP + 40]);
  });

  it.each([
    ['with a place', [line(1), '{"not":"an event"}', line(3)], EPOCH_STEP + 2],
    ['without one', [line(1), '{"not":"an event"}'], null],
  ])('replays a letter %s in the epoch in which it came', async (_, lines, place) => {
    await begin();
    await applyBatch(database, job(OLD, EPOCH_STEP + 1, EPOCH_STEP + lines.length, lines));
    await database.query('update ingest.dead_letters set raw = $1', [line(2)]);
    const [letter] = await select('select id, timepoint from ingest.dead_letters');
    expect(letter).toMatchObject({ timepoint: place });
    expect(await replayLetter(database, Number(letter?.id))).toEqual({ kind: 'applied' });
    const written = await select('select timepoint from ingest.events where timepoint > 22000005 order by 1');
    expect(written.map(({ timepoint }) => timepoint)).toEqual(
      lines.length === 2
        ? [EPOCH_STEP + 1, EPOCH_STEP + 2]
        : [EPOCH_STEP + 1, EPOCH_STEP + 2, EPOCH_STEP + 3],
    );
  });

  it('makes a letter of a timepoint that no stream has counted to', async () => {
    await applyBatch(database, job(OLD, OLD + 6, OLD + 7, [line(EPOCH_STEP + 1), line(OLD + 7)]));
    expect(await select('select timepoint, detail from ingest.dead_letters')).toEqual([
      { timepoint: OLD + 6, detail: `event.timepoint: no stream has counted to ${EPOCH_STEP + 1}` },
    ]);
  });
});
