import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { lockCoverage } from '@timepoint/database/coverage/lock-coverage';
import { discardLetters } from '@timepoint/database/letters/discard-letters';
import { noteFailedReplay } from '@timepoint/database/letters/note-failed-replay';
import type { Sql } from '@timepoint/database/pool';
import { type ActionProgress, letterSelectionSchema } from '@timepoint/shared/contract/job';
import { applyTestEvents, forget, POISON } from '@timepoint/testkit/letters';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { actOnLetters } from './act-on-letters.ts';

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(3);
});
afterAll(() => database.close());
beforeEach(async () => {
  await forget(database);
  await database.query(POISON);
  // 60 letters: 40 of one company's names, 20 of a constraint that stays.
  const events = Array.from({ length: 60 }, (_, index) => ({
    timepoint: 101 + index,
    company: `0000${1000 + index}`,
    name: index % 3 === 0 ? 'POISON FOR EVER' : 'POISON',
  }));
  await applyTestEvents(database, events);
  await database.query('alter table register.companies drop constraint no_poison');
  await database.query(
    `alter table register.companies add constraint no_poison check (company_name <> 'POISON FOR EVER')`,
  );
});

const act = (
  what: 'replay' | 'dry-run' | 'discard',
  selection: object,
  goesOn: (progress: ActionProgress) => boolean = () => true,
) =>
  actOnLetters(
    database,
    { what, selection: letterSelectionSchema.parse(selection), because: 'a test', who: 'ada' },
    async (progress) => goesOn(progress),
  );
const states = async () =>
  (
    await database.query<{ state: string; letters: number }>(
      'select state, count(*) as letters from ingest.dead_letters group by state order by state',
    )
  ).rows.map(({ state, letters }) => `${letters} ${state}`);
const audit = async () =>
  (await database.query('select who, what, details from ingest.audit order by id')).rows;

describe('Timepoint, acting on dead letters,', () => {
  it('reports in a dry run how many would pass, and why the others fail', async () => {
    const progress = await act('dry-run', {});
    expect(progress).toMatchObject({ total: 60, done: 60, passed: 40, failed: 20, isCancelled: false });
    expect(progress.failures).toEqual([{ detail: expect.stringContaining('no_poison'), letters: 20 }]);
    expect(await states()).toEqual(['60 open']);
    expect(await audit()).toEqual([
      {
        who: 'ada',
        what: 'dry-run',
        details: expect.objectContaining({ because: 'a test', total: 60, passed: 40 }),
      },
    ]);
  });

  it('leaves alone letters that came after the last one that was seen', async () => {
    const ids = (await database.query<{ id: number }>('select id from ingest.dead_letters order by id')).rows;
    expect(await act('discard', { upToId: ids[9]?.id })).toMatchObject({ total: 10, passed: 10 });
    expect(await states()).toEqual(['10 discarded', '50 open']);
  });

  it('replays those that can be applied, and reports its progress', async () => {
    const reports: ActionProgress[] = [];
    await act('replay', {}, (progress) => reports.push(progress) > 0);
    expect(await states()).toEqual(['20 open', '40 replayed']);
    expect(reports.map(({ done }) => done)).toEqual([0, 25, 50, 60]);
  });

  it('stops when it is cancelled, and keeps what was done', async () => {
    const progress = await act('replay', {}, ({ done }) => done < 25);
    expect(progress).toMatchObject({ total: 60, done: 25, isCancelled: true });
    const replayed = progress.passed;
    expect(await states()).toEqual([`${60 - replayed} open`, `${replayed} replayed`]);
    expect(await audit()).toMatchObject([{ details: { isCancelled: true, done: 25 } }]);
  });

  it('records in the audit who did what, and its progress, when it is interrupted', async () => {
    await act('dry-run', { stream: 'officers' });
    const seen: unknown[] = [];
    const failing = act('discard', {}, ({ done }) => {
      if (done === 50) throw new Error('killed');
      return seen.push(done) > 0;
    });
    await expect(failing).rejects.toThrow('killed');
    expect(seen).toEqual([0, 25]);
    expect(await states()).toEqual(['50 discarded', '10 open']);
    expect(await audit()).toMatchObject([
      { who: 'ada', what: 'dry-run', details: { total: 0, done: 0 } },
      { who: 'ada', what: 'discard', details: { because: 'a test', total: 60, done: 50, passed: 50 } },
    ]);
  });

  it('writes into the audit before it does anything', async () => {
    let before: unknown[] = [];
    await actOnLetters(
      database,
      { what: 'discard', selection: letterSelectionSchema.parse({}), because: 'a test', who: 'ada' },
      async ({ done }) => {
        if (done === 0) before = await audit();
        return true;
      },
    );
    expect(before).toMatchObject([{ who: 'ada', details: { total: 60, done: 0 } }]);
  });

  it.each([
    ['a company', { companyNumber: '1001' }, 1],
    ['numbers that are not there', { ids: [2_000_000] }, 0],
    ['a stream', { stream: 'officers' }, 0],
    ['a reason', { reason: 'rejected' }, 60],
    ['a moment to come', { since: '2999-01-01T00:00:00Z' }, 0],
    ['a moment that is not over', { until: '2999-01-01T00:00:00Z' }, 60],
    ['another group', { fingerprint: 'another' }, 0],
    ['a moment that is over', { until: '2000-01-01T00:00:00Z' }, 0],
    ['a state', { state: 'superseded' }, 0],
  ])('finds letters by %s', async (_title, selection, total) => {
    expect((await act('dry-run', selection)).total).toBe(total);
  });

  it('discards for a reason, and a discarded letter is not replayed', async () => {
    const { rows } = await database.query<{ fingerprint: string }>(
      'select fingerprint from ingest.dead_letter_groups',
    );
    expect(rows).toHaveLength(1);
    expect(await act('discard', { fingerprint: rows[0]?.fingerprint })).toMatchObject({
      passed: 60,
      failed: 0,
    });
    expect(await states()).toEqual(['60 discarded']);
    expect(await act('replay', {})).toMatchObject({ total: 0, passed: 0 });
    expect(await audit()).toMatchObject([{ what: 'discard' }, { what: 'replay' }]);
  });

  it('comes to no deadlock with a batch that touches the same letters', async () => {
    const { rows } = await database.query<{ id: number }>('select id from ingest.dead_letters order by id');
    const [first = 0, second = 0] = rows.map(({ id }) => id);
    const touch = (sql: Sql, id: number) =>
      sql.query('update ingest.dead_letters set last_seen_at = now() where id = $1', [id]);
    const isWaiting = async () =>
      (await database.query(`select from pg_stat_activity where wait_event_type = 'Lock'`)).rows.length > 0;
    let discarding: Promise<ActionProgress> | undefined;
    await database.transaction(async (tx) => {
      await lockCoverage(tx, 'companies', 100);
      await touch(tx, second);
      discarding = act('discard', { ids: [first, second] });
      while (!(await isWaiting()));
      await touch(tx, first);
    });
    expect(await discarding).toMatchObject({ passed: 2 });
  });

  it('does not change a letter that was settled meanwhile', async () => {
    const { rows } = await database.query<{ id: number }>(
      `update ingest.dead_letters set state = 'replayed' where timepoint = 101 returning id`,
    );
    const id = rows[0]?.id ?? 0;
    expect(await discardLetters(database, [id])).toBe(0);
    await noteFailedReplay(database, id, { reason: 'rejected', detail: 'late', path: null });
    const { rows: after } = await database.query(
      'select state, attempts, detail from ingest.dead_letters where id = $1',
      [id],
    );
    expect(after).toMatchObject([
      { state: 'replayed', attempts: 1, detail: expect.stringContaining('no_poison') },
    ]);
  });

  it('puts letters into one group that differ in values and numbers only', async () => {
    const fingerprints = async (...details: string[]) =>
      (
        await database.query<{ fingerprint: string }>(
          'select ingest.fingerprint(detail) as fingerprint from unnest($1::text[]) as detail',
          [details],
        )
      ).rows.map(({ fingerprint }) => fingerprint);
    const [one, other] = await fingerprints(
      'invalid input syntax for type date: "2021-13-01"',
      'invalid input syntax for type date: "x 7"',
    );
    expect(one).toBe(other);
    const [size, longer] = await fingerprints('value of 31 bytes', 'value of 4096 bytes');
    expect(size).toBe(longer);
    const [this_, that] = await fingerprints(
      'violates check constraint "a"',
      'violates check constraint "b"',
    );
    expect(this_).not.toBe(that);
  });
});
