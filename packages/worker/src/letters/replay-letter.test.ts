import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { expireEvents } from '@timepoint/database/events/expire-events';
import { verifyStream } from '@timepoint/database/verification/verify';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { applyTestEvents, CURE, forget, POISON, type TestEvent, toLine } from '@timepoint/testkit/letters';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import fc from 'fast-check';
import { applyBatch } from '../apply/apply-batch.ts';
import { replayLetter } from './replay-letter.ts';

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(4);
});
afterAll(() => database.close());
beforeEach(() => forget(database));

const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
const letters = () =>
  rows(
    'select timepoint, state, reason, path, company_number, attempts from ingest.dead_letters order by id',
  );
const ids = async () =>
  (await rows('select id from ingest.dead_letters order by id')).map(({ id }) => Number(id));
const tables = async () => ({
  companies: await rows('select company_number, company_name, timepoint from register.companies order by 1'),
  statuses: await rows(
    'select company_number, timepoint, from_status, to_status from register.company_status_changes order by 1, 2',
  ),
  log: await rows('select timepoint from ingest.events order by 1'),
});
const verdict = async () => (await verifyStream(database, 'companies', 0)).verdict;

describe('Timepoint, replaying a dead letter,', () => {
  it('reports which constraint refused it, and of which company it is', async () => {
    await database.query(POISON);
    await applyTestEvents(database, [{ timepoint: 101, company: 'sc123456', name: 'POISON' }]);
    expect(await letters()).toEqual([
      {
        timepoint: 101,
        state: 'open',
        reason: 'rejected',
        path: 'no_poison',
        company_number: 'SC123456',
        attempts: 1,
      },
    ]);
  });

  it('applies it once its cause is repaired, and the copy is exact', async () => {
    await database.query(POISON);
    await applyTestEvents(database, [
      { timepoint: 101, name: 'FIRST', status: 'active' },
      { timepoint: 102, name: 'POISON', status: 'liquidation' },
    ]);
    const [id = 0] = await ids();
    expect(await verdict()).toBe('not-exact');
    expect(await replayLetter(database, id)).toMatchObject({ kind: 'refused', detail: /no_poison/ });
    expect(await letters()).toMatchObject([{ state: 'open', attempts: 2 }]);

    await database.query(CURE);
    expect(await replayLetter(database, id)).toEqual({ kind: 'applied' });
    expect(await letters()).toMatchObject([{ state: 'replayed', attempts: 3 }]);
    expect(await tables()).toMatchObject({
      companies: [{ company_name: 'POISON', timepoint: 102 }],
      statuses: [{ to_status: 'active' }, { timepoint: 102, to_status: 'liquidation' }],
    });
    expect(await verdict()).toBe('exact');
    expect(await replayLetter(database, id)).toEqual({ kind: 'settled' });
    const [event] = await rows('select received_at from ingest.events where timepoint = 102');
    expect([event]).toEqual(await rows('select first_seen_at as received_at from ingest.dead_letters'));
  });

  it('never applies a line whose timepoint the events around it contradict', async () => {
    const lines = [
      toLine({ timepoint: 101, name: 'FIRST' }),
      toLine({ timepoint: 1_020_000_000, company: '09876544', name: 'FAR' }),
      toLine({ timepoint: 103, name: 'LAST' }),
    ];
    const job = {
      stream: 'companies',
      origin: 100,
      after: 100,
      upTo: 103,
      lines,
      receivedAt: 1,
      misnumbered: [1],
    };
    await applyBatch(database, eventsJobSchema.parse(job));
    expect(await letters()).toMatchObject([{ timepoint: 102, state: 'open', reason: 'envelope' }]);
    const [id = 0] = await ids();
    for (const isDryRun of [true, false, false])
      expect(await replayLetter(database, id, { isDryRun })).toMatchObject({
        kind: 'refused',
        detail: /contradict/,
      });
    expect((await tables()).companies).toEqual([
      { company_number: '09876543', company_name: 'LAST', timepoint: 103 },
    ]);
    expect(await letters()).toMatchObject([{ state: 'open', attempts: 3 }]);
  });

  it('changes nothing in a dry run', async () => {
    await database.query(POISON);
    await applyTestEvents(database, [{ timepoint: 101, name: 'POISON' }]);
    const [id = 0] = await ids();
    const before = [await tables(), await letters()];
    expect(await replayLetter(database, id, { isDryRun: true })).toMatchObject({ kind: 'refused' });
    await database.query(CURE);
    expect(await replayLetter(database, id, { isDryRun: true })).toEqual({ kind: 'applied' });
    expect([await tables(), await letters()]).toEqual(before);
  });

  it.each([
    ['before', [[102], [101]]],
    ['after', [[101], [102]]],
  ])('has it superseded by a newer document of its resource that comes %s it', async (_title, jobs) => {
    await database.query(POISON);
    const events: TestEvent[] = [
      { timepoint: 101, name: 'POISON', status: 'liquidation' },
      { timepoint: 102, name: 'NEWER', status: 'active' },
    ];
    for (const job of jobs)
      await applyTestEvents(
        database,
        events.filter(({ timepoint }) => job.includes(timepoint)),
      );
    expect(await letters()).toMatchObject([{ timepoint: 101, state: 'superseded' }]);
    expect(await verdict()).toBe('exact');

    await database.query(CURE);
    const [id = 0] = await ids();
    expect(await replayLetter(database, id)).toEqual({ kind: 'applied' });
    expect(await tables()).toMatchObject({
      companies: [{ company_name: 'NEWER', timepoint: 102 }],
      statuses: [{ to_status: 'liquidation' }, { from_status: 'liquidation', to_status: 'active' }],
    });
    expect(await verdict()).toBe('exact');
  });

  it.each([
    ['before', [[102], [103]]],
    ['after', [[103], [102]]],
    ['with', [[102, 103]]],
  ])(
    'keeps it open when a delete comes %s it, as the document of the deleted one is in it',
    async (_title, jobs) => {
      await database.query(POISON);
      await applyTestEvents(database, [{ timepoint: 101, name: 'OLDER' }]);
      const events: TestEvent[] = [
        { timepoint: 102, name: 'POISON' },
        { timepoint: 103, name: 'GONE', type: 'deleted' },
      ];
      for (const job of jobs)
        await applyTestEvents(
          database,
          events.filter(({ timepoint }) => job.includes(timepoint)),
        );
      expect(await letters()).toMatchObject([{ timepoint: 102, state: 'open' }]);

      await database.query(CURE);
      const [id = 0] = await ids();
      expect(await replayLetter(database, id)).toEqual({ kind: 'applied' });
      expect(await rows('select deleted, data_timepoint, company_name from register.companies')).toEqual([
        { deleted: true, data_timepoint: 102, company_name: 'POISON' },
      ]);
      expect(await verdict()).toBe('exact');
    },
  );

  it('does not derive the status of a superseded one that is older than the log, as its order is lost', async () => {
    await database.query(POISON);
    const events: TestEvent[] = [
      { timepoint: 101, name: 'A', status: 'active' },
      { timepoint: 102, name: 'POISON', status: 'liquidation' },
      { timepoint: 103, name: 'B', status: 'dissolved' },
      { timepoint: 104, name: 'C', status: 'dissolved' },
    ];
    for (const event of events) await applyTestEvents(database, [event]);
    expect(await letters()).toMatchObject([{ timepoint: 102, state: 'superseded' }]);
    await expireEvents(database, { stream: 'companies', receivedBefore: 2_000, isHeldByLetters: true });
    const before = await tables();
    expect(before.log).toEqual([]);

    await database.query(CURE);
    const [id = 0] = await ids();
    expect(await replayLetter(database, id)).toEqual({ kind: 'applied' });
    const { companies, statuses } = await tables();
    expect({ companies, statuses }).toEqual({ companies: before.companies, statuses: before.statuses });
    expect(await verdict()).toBe('exact');
  });

  it('is not superseded by a newer event of another company, or by an older one', async () => {
    await database.query(POISON);
    await applyTestEvents(database, [
      { timepoint: 101, name: 'OLDER' },
      { timepoint: 102, name: 'POISON' },
      { timepoint: 103, company: 'SC123456', name: 'ANOTHER' },
    ]);
    expect(await letters()).toMatchObject([{ timepoint: 102, state: 'open' }]);
  });

  it('records the resource of an event with a broken envelope, and refuses it until the envelope is understood', async () => {
    const event = { timepoint: 101, name: 'A', type: 'renamed' };
    await applyTestEvents(database, [event]);
    expect(await letters()).toMatchObject([
      { reason: 'envelope', path: 'event.type', company_number: '09876543', state: 'open' },
    ]);
    const [id = 0] = await ids();
    expect(await replayLetter(database, id)).toMatchObject({ kind: 'refused', detail: /event\.type/ });
    expect(await letters()).toMatchObject([{ attempts: 2, state: 'open' }]);
    await database.query(`update ingest.dead_letters set raw = replace(raw, 'renamed', 'changed')`);
    expect(await replayLetter(database, id)).toEqual({ kind: 'applied' });
    expect(await verdict()).toBe('exact');
  });

  it('treats a letter that does not exist as settled', async () => {
    expect(await replayLetter(database, 4711)).toEqual({ kind: 'settled' });
  });

  it('ends in the tables of a stream without poison, whatever the order of the replays', async () => {
    const event = fc.record({
      company: fc.constantFrom('00000001', '00000002', '00000003'),
      name: fc.constantFrom('POISON', 'SOUND'),
      status: fc.constantFrom('active', 'liquidation', 'dissolved'),
    });
    const cases = fc.record({
      events: fc.array(event, { minLength: 1, maxLength: 20 }),
      order: fc.infiniteStream(fc.nat()),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ events, order }) => {
        const numbered = events.map((each, index) => ({ ...each, timepoint: 101 + index }));
        await forget(database);
        await applyTestEvents(database, numbered);
        const expected = await tables();

        await forget(database);
        await database.query(POISON);
        await applyTestEvents(database, numbered);
        await database.query(CURE);
        const replays = (await ids())
          .map((id) => ({ id, key: order.next().value ?? 0 }))
          .toSorted((one, other) => one.key - other.key);
        await Promise.all(replays.map(({ id }) => replayLetter(database, id)));
        expect(await tables()).toEqual(expected);
        expect(await verdict()).toBe('exact');
      }),
      { numRuns: 40 },
    );
  });
});
