import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { applyTestEvents, forget, type TestEvent, toLine } from '@timepoint/testkit/letters';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { replayLetter } from '@timepoint/worker/letters/replay-letter';
import { deriveBehind } from '@timepoint/worker/reconcile/keep-deriving';
import { discardLetters } from '../letters/discard-letters.ts';
import { rebuildStream } from '../verification/rebuild.ts';
import { verifyStream } from '../verification/verify.ts';

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(4);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query('drop function if exists refuse cascade');
  await forget(database);
});

const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
const refuse = (condition: string, timing = 'before insert') =>
  database.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$;
    create ${timing.startsWith('after') ? 'constraint' : ''} trigger refuse ${timing} on register.company_status_changes
      ${timing.startsWith('after') ? 'deferrable initially deferred' : ''}
      for each row when (${condition}) execute function refuse()`);
const cure = () => database.query('drop function refuse cascade');
const changes = () =>
  rows(
    'select company_number, timepoint, from_status, to_status from register.company_status_changes order by 2',
  );
const letters = () =>
  rows(`select timepoint, reason, state, detail, company_number from ingest.dead_letters order by timepoint`);
const idOf = async (timepoint: number) =>
  Number((await rows(`select id from ingest.dead_letters where timepoint = ${timepoint}`))[0]?.id);
const verdict = async () => verifyStream(database, 'companies', 0);
const watermark = async () =>
  (await rows('select ingest.watermark(origin, covered), derived_up_to from ingest.coverage'))[0];

const EVENTS: TestEvent[] = [
  { timepoint: 101, company: '00000001', name: 'A', status: 'active' },
  { timepoint: 102, company: '00000002', name: 'B', status: 'active' },
  { timepoint: 103, company: '00000001', name: 'A', status: 'liquidation' },
  { timepoint: 104, company: '00000001', name: 'A', status: 'liquidation' },
  { timepoint: 105, company: '00000001', name: 'A', status: 'dissolved' },
  { timepoint: 106, company: '00000002', name: 'B', status: 'dissolved' },
];
const whole = [
  { company_number: '00000001', timepoint: 101, from_status: null, to_status: 'active' },
  { company_number: '00000002', timepoint: 102, from_status: null, to_status: 'active' },
  { company_number: '00000001', timepoint: 103, from_status: 'active', to_status: 'liquidation' },
  { company_number: '00000001', timepoint: 105, from_status: 'liquidation', to_status: 'dissolved' },
  { company_number: '00000002', timepoint: 106, from_status: 'active', to_status: 'dissolved' },
];

describe('Timepoint, when a change of status is refused,', () => {
  const splits: [string, number[]][] = [
    ['one job', [6]],
    ['a job for each event', [1, 1, 1, 1, 1, 1]],
    ['two jobs', [3, 3]],
  ];
  it.each(
    ['before insert', 'after insert'].flatMap((timing) =>
      splits.map(([title, sizes]) => [title, timing, sizes] as const),
    ),
  )(
    'makes a letter of it, brought by %s and refused %s, and derives all others',
    async (_title, timing, sizes) => {
      await refuse('new.timepoint = 103', timing);
      let place = 0;
      for (const size of sizes) {
        await applyTestEvents(database, EVENTS.slice(place, place + size));
        place += size;
      }
      expect(await watermark()).toEqual({ watermark: 106, derived_up_to: 106 });
      expect(await changes()).toEqual(whole.filter(({ timepoint }) => timepoint !== 103));
      expect(await letters()).toEqual([
        {
          timepoint: 103,
          reason: 'derivation',
          state: 'open',
          detail: 'not this one',
          company_number: '00000001',
        },
      ]);
      expect(await verdict()).toMatchObject({
        verdict: 'not-exact',
        problems: [{ problem: 'open-dead-letter', count: 1 }],
      });
      // The same job again changes nothing.
      await applyTestEvents(database, EVENTS);
      expect(await letters()).toMatchObject([{ state: 'open' }]);

      const id = await idOf(103);
      expect(await replayLetter(database, id, { isDryRun: true })).toMatchObject({ kind: 'refused' });
      expect(await replayLetter(database, id)).toEqual({ kind: 'refused', detail: 'not this one' });
      expect(await letters()).toMatchObject([{ reason: 'derivation', state: 'open' }]);
      await cure();
      expect(await replayLetter(database, id)).toEqual({ kind: 'applied' });
      expect(await letters()).toMatchObject([{ state: 'replayed' }]);
      expect(await changes()).toEqual(whole);
      expect(await verdict()).toMatchObject({ verdict: 'exact', problems: [] });
      expect(await replayLetter(database, id)).toEqual({ kind: 'settled' });
    },
  );

  it('passes the watermark when the culprit was committed long ago, before the events in front of it', async () => {
    await refuse('new.timepoint = 103');
    await applyTestEvents(database, EVENTS.slice(2));
    await applyTestEvents(database, EVENTS.slice(0, 2));
    expect(await watermark()).toEqual({ watermark: 106, derived_up_to: 106 });
    expect(await letters()).toMatchObject([{ timepoint: 103, reason: 'derivation' }]);
  });

  it('makes a letter of each when all are refused, and replays them in any order', async () => {
    await refuse('true');
    await applyTestEvents(database, EVENTS);
    expect(await letters()).toHaveLength(5);
    expect(await watermark()).toMatchObject({ derived_up_to: 106 });
    await cure();
    for (const timepoint of [105, 101, 106, 103, 102]) await replayLetter(database, await idOf(timepoint));
    expect(await changes()).toEqual(whole);
    expect(await verdict()).toMatchObject({ verdict: 'exact' });
  });

  it('is exact again when the letter is discarded, and goes on from what the log has', async () => {
    await refuse('new.timepoint = 103');
    await applyTestEvents(database, EVENTS.slice(0, 4));
    await discardLetters(database, [await idOf(103)]);
    await applyTestEvents(database, EVENTS.slice(4));
    expect(await changes()).toEqual(whole.filter(({ timepoint }) => timepoint !== 103));
    expect(await verdict()).toMatchObject({ verdict: 'exact' });
  });

  it('is rebuilt with the letter, and without it once its cause is gone', async () => {
    await refuse('new.timepoint = 103');
    await applyTestEvents(database, EVENTS);
    await database.query('delete from register.company_status_changes where timepoint = 105');
    await rebuildStream(database, 'companies', 'test');
    expect(await changes()).toEqual(whole.filter(({ timepoint }) => timepoint !== 103));
    expect(await letters()).toMatchObject([{ timepoint: 103, state: 'open' }]);
    await cure();
    await rebuildStream(database, 'companies', 'test');
    expect(await changes()).toEqual(whole);
    expect(await letters()).toMatchObject([{ timepoint: 103, state: 'superseded' }]);
    expect(await verdict()).toMatchObject({ verdict: 'exact' });
  });
});

describe('Timepoint, when the watermark jumps,', () => {
  it('derives in steps of a bounded size what it has passed, and ends exact', async () => {
    await applyTestEvents(database, [{ timepoint: 101, name: 'A', status: 'active' }]);
    const events = 30_000;
    await database.query(
      `insert into ingest.events (stream, timepoint, resource_uri, company_number, type, received_at, payload, outcome)
       select 'companies', 102 + n, '/company/' || (10000000 + n % 7000), (10000000 + n % 7000)::text, 'changed', now(),
         jsonb_build_object('resource_kind', 'a-kind', 'data', jsonb_build_object('company_status', 'status ' || n % 3)), 'applied'
       from generate_series(1, ${events}) as n`,
    );
    await database.query(
      `update ingest.coverage set covered = covered + int8multirange(int8range(103, 103 + ${events}))`,
    );
    await applyTestEvents(database, [{ timepoint: 102, name: 'A', status: 'dissolved' }]);
    expect(await watermark()).toEqual({ watermark: 102 + events, derived_up_to: 101 + 5_000 });
    expect(await verdict()).toMatchObject({
      verdict: 'not-exact',
      problems: expect.arrayContaining([expect.objectContaining({ problem: 'status-changes-to-derive' })]),
    });
    await deriveBehind(database);
    expect(await watermark()).toEqual({ watermark: 102 + events, derived_up_to: 102 + events });
    const { problems } = await verdict();
    expect(problems.map(({ problem }) => problem)).toEqual(['missing-row']);
    expect(await rows('select count(*) from register.company_status_changes')).toEqual([
      { count: 2 + events },
    ]);
    await deriveBehind(database);
  });

  it('passes a gap between two epochs in one step, in a job and behind it', async () => {
    const far = 2_000_000_000_001;
    await applyTestEvents(database, [{ timepoint: 101, name: 'A', status: 'active' }]);
    await database.query(
      `update ingest.coverage set covered = covered + int8multirange(int8range(102, ${far}))`,
    );
    await applyTestEvents(
      database,
      [{ timepoint: far, name: 'A', status: 'dissolved' }],
      [toLine({ timepoint: 1, name: 'A', status: 'dissolved' })],
    );
    expect(await watermark()).toEqual({ watermark: far, derived_up_to: far });
    await database.query('delete from register.company_status_changes where to_status = $1', ['dissolved']);
    await database.query('update ingest.coverage set derived_up_to = 101');
    await deriveBehind(database);
    expect(await watermark()).toEqual({ watermark: far, derived_up_to: far });
    await database.query('update ingest.coverage set covered = covered + int8multirange(int8range($1, $2))', [
      far,
      2 * far,
    ]);
    await deriveBehind(database);
    expect(await watermark()).toEqual({ watermark: 2 * far - 1, derived_up_to: 2 * far - 1 });
    expect(await changes()).toMatchObject([
      { timepoint: 101, to_status: 'active' },
      { timepoint: far, from_status: 'active', to_status: 'dissolved' },
    ]);
    const { problems } = await verdict();
    expect(problems.map(({ problem }) => problem)).not.toContain('status-changes-to-derive');
  });
});
