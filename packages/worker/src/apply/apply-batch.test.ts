import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventsJob, eventsJobSchema } from '@timepoint/shared/contract/job';
import { CURE, POISON } from '@timepoint/testkit/letters';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { applyBatch } from './apply-batch.ts';

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(4);
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.query(
    'truncate register.companies, register.company_status_changes, ingest.events, ingest.coverage, ingest.holes, ingest.dead_letters',
  );
});

interface Written {
  readonly type?: 'changed' | 'deleted';
  readonly company?: string;
  readonly data?: unknown;
  readonly status?: string;
  readonly detail?: string;
}

const line = (timepoint: number, { type = 'changed', company = '09876543', ...written }: Written = {}) =>
  JSON.stringify({
    resource_kind: 'company-profile',
    resource_uri: `/company/${company}`,
    resource_id: company,
    data:
      'data' in written
        ? written.data
        : {
            company_name: `NAME AT ${timepoint}`,
            company_status: written.status,
            company_status_detail: written.detail,
          },
    event: { timepoint, published_at: '2026-03-02T10:15:30', type },
  });

const job = (after: number, upTo: number, lines: readonly string[], changes: object = {}): EventsJob =>
  eventsJobSchema.parse({
    stream: 'companies',
    origin: 100,
    after,
    upTo,
    lines,
    receivedAt: 1_000,
    ...changes,
  });

const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
const companies = () =>
  rows(
    'select company_number, company_name, timepoint, data_timepoint, deleted from register.companies order by resource_uri',
  );
const changes = () =>
  rows(`select company_number, timepoint, from_status, from_status_detail, to_status, to_status_detail
    from register.company_status_changes order by company_number, timepoint`);
const letters = () =>
  rows('select timepoint, reason, detail, raw, state, attempts from ingest.dead_letters order by id');
const watermark = async () =>
  (await rows('select ingest.watermark(origin, covered) from ingest.coverage'))[0]?.watermark;

describe('Timepoint, applying a batch,', () => {
  it('writes the events, the newest state and the coverage in one go', async () => {
    const result = await applyBatch(
      database,
      job(100, 103, [line(101), line(102, { company: 'SC123456' }), line(103)]),
    );
    expect(result).toMatchObject({ applied: 3, stale: 0, duplicate: 0, dead: 0, watermark: 103 });
    expect(await companies()).toEqual([
      {
        company_number: '09876543',
        company_name: 'NAME AT 103',
        timepoint: 103,
        data_timepoint: 103,
        deleted: false,
      },
      {
        company_number: 'SC123456',
        company_name: 'NAME AT 102',
        timepoint: 102,
        data_timepoint: 102,
        deleted: false,
      },
    ]);
    expect(await rows('select timepoint, outcome from ingest.events order by timepoint')).toHaveLength(3);
  });

  it('keeps the newer state when an older event arrives late', async () => {
    await applyBatch(database, job(101, 102, [line(102)]));
    expect(await applyBatch(database, job(100, 101, [line(101)]))).toMatchObject({
      applied: 0,
      stale: 1,
      watermark: 102,
    });
    expect(await companies()).toMatchObject([{ company_name: 'NAME AT 102', timepoint: 102 }]);
  });

  it('changes nothing when the same batch comes again', async () => {
    const batch = job(100, 102, [line(101), line(102)]);
    await applyBatch(database, batch);
    const before = [await companies(), await changes()];
    expect(await applyBatch(database, batch)).toMatchObject({
      applied: 0,
      stale: 0,
      duplicate: 2,
      watermark: 102,
    });
    expect([await companies(), await changes()]).toEqual(before);
  });

  it('keeps the newest document when content comes back to what it was', async () => {
    const data = (company_name: string) => ({ company_name, etag: company_name });
    await applyBatch(
      database,
      job(100, 103, [
        line(101, { data: data('A') }),
        line(102, { data: data('B') }),
        line(103, { data: data('A') }),
      ]),
    );
    expect(await companies()).toMatchObject([{ company_name: 'A', timepoint: 103 }]);
  });

  it.each([
    ['null', null],
    ['nothing', undefined],
    ['a stub', { links: {} }],
    ['a whole document', { company_name: 'AS DELETED' }],
  ])('keeps the last known data on the tombstone of a delete with %s', async (_title, data) => {
    await applyBatch(database, job(100, 102, [line(101), line(102, { type: 'deleted', data })]));
    expect(await companies()).toMatchObject([
      { company_name: 'NAME AT 101', timepoint: 102, data_timepoint: 101, deleted: true },
    ]);
  });

  it('keeps a document that came alone when its batch brings an older one and a later delete', async () => {
    await applyBatch(database, job(101, 102, [line(102)]));
    const broken = '{"event":{"timepoint":102}}';
    await applyBatch(
      database,
      job(100, 103, [line(101), broken, line(103, { type: 'deleted', data: null })]),
    );
    expect(await companies()).toMatchObject([
      { company_name: 'NAME AT 102', timepoint: 103, data_timepoint: 102, deleted: true },
    ]);
  });

  it('keeps the newest data on a tombstone that came before it', async () => {
    await applyBatch(database, job(102, 103, [line(103, { type: 'deleted', data: null })]));
    await applyBatch(database, job(100, 101, [line(101)]));
    await applyBatch(database, job(101, 102, [line(102)]));
    expect(await companies()).toMatchObject([{ company_name: 'NAME AT 102', timepoint: 103, deleted: true }]);
  });

  it('keeps a tombstone for a company that it never knew', async () => {
    await applyBatch(database, job(100, 101, [line(101, { type: 'deleted', data: null })]));
    expect(await companies()).toEqual([
      { company_number: '09876543', company_name: null, timepoint: 101, data_timepoint: null, deleted: true },
    ]);
  });

  it('brings a company back when it changes after a delete', async () => {
    await applyBatch(database, job(100, 102, [line(101, { type: 'deleted' }), line(102)]));
    expect(await companies()).toMatchObject([{ deleted: false, timepoint: 102 }]);
  });
});

describe('Timepoint, meeting a bad line,', () => {
  it('makes a dead letter of it and applies its neighbours', async () => {
    const result = await applyBatch(database, job(100, 103, [line(101), '{"cut', line(103)]));
    expect(result).toMatchObject({ applied: 2, stale: 0, duplicate: 0, dead: 1, watermark: 103 });
    expect(await letters()).toEqual([
      {
        timepoint: 102,
        reason: 'unreadable',
        detail: 'the line is not JSON',
        raw: '{"cut',
        state: 'open',
        attempts: 1,
      },
    ]);
  });

  it('finds the events that the database refuses and applies all others', async () => {
    await database.query(POISON);
    const poison = (timepoint: number) =>
      line(timepoint, { company: `10000${timepoint}`, data: { company_name: 'POISON' } });
    const lines = Array.from({ length: 40 }, (_, index) =>
      [17, 18, 39].includes(index) ? poison(101 + index) : line(101 + index),
    );
    const result = await applyBatch(database, job(100, 140, lines)).finally(() => database.query(CURE));
    expect(result).toMatchObject({ applied: 37, dead: 3, watermark: 140 });
    expect(
      await rows('select timepoint, reason, resource_uri from ingest.dead_letters order by timepoint'),
    ).toEqual(
      [118, 119, 140].map((timepoint) => ({
        timepoint,
        reason: 'rejected',
        resource_uri: `/company/10000${timepoint}`,
      })),
    );
  });

  it('treats an error that a trigger raises as a refusal of the event', async () => {
    await database.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not here'; end $$;
      create trigger refuse before insert or update on register.companies
        for each row when (new.timepoint = 102) execute function refuse()
    `);
    try {
      const lines = [101, 102, 103].map((timepoint) => line(timepoint, { company: `10000${timepoint}` }));
      expect(await applyBatch(database, job(100, 103, lines))).toMatchObject({
        applied: 2,
        dead: 1,
        watermark: 103,
      });
      expect(await letters()).toMatchObject([{ timepoint: 102, reason: 'rejected', detail: 'not here' }]);
    } finally {
      await database.query('drop function refuse cascade');
    }
  });

  it('counts a letter that comes again, with a place or without', async () => {
    const batch = job(100, 102, ['{"cut', line(101), '{"stray', '{"stray too', line(102)]);
    await applyBatch(database, batch);
    await applyBatch(database, batch);
    expect(await letters()).toMatchObject([{ attempts: 2 }, { attempts: 2 }, { attempts: 2 }]);
  });

  it('keeps a line of zero bytes readable', async () => {
    await applyBatch(database, job(100, 101, ['\0\0']));
    expect(await letters()).toMatchObject([{ timepoint: null, raw: '\ufffd\ufffd' }]);
  });

  it('closes a letter when its event arrives after all, whichever comes first', async () => {
    const cut = (timepoint: number) => `{"cut":,"event":{"timepoint":${timepoint}}}`;
    await applyBatch(database, job(100, 101, [cut(101)]));
    await applyBatch(database, job(100, 101, [line(101)]));
    await applyBatch(database, job(101, 102, [line(102)]));
    await applyBatch(database, job(101, 102, [cut(102)]));
    expect(await letters()).toMatchObject([
      { timepoint: 101, state: 'superseded' },
      { timepoint: 102, state: 'superseded' },
    ]);
  });
});

describe('Timepoint, keeping count,', () => {
  it('moves the watermark along the contiguous prefix only', async () => {
    await applyBatch(database, job(102, 104, [line(103), line(104)]));
    expect(await watermark()).toBe(100);
    await applyBatch(database, job(100, 102, [line(101), line(102)]));
    expect(await watermark()).toBe(104);
  });

  it('records holes except for events that it holds already, and moves on', async () => {
    await applyBatch(database, job(100, 102, [line(101), line(102)]));
    const holes = [{ after: 101, upTo: 104, cause: 'jump', attempts: 3 }];
    await applyBatch(database, job(101, 105, [line(105)], { holes }));
    expect(await rows('select after, up_to, cause, state, attempts from ingest.holes')).toEqual([
      { after: 102, up_to: 104, cause: 'jump', state: 'accepted', attempts: 3 },
    ]);
    expect(await watermark()).toBe(105);
  });

  it('records what a batch claims to cover but lacks', async () => {
    await applyBatch(database, job(100, 103, [line(101), line(103)]));
    expect(await rows('select after, up_to, cause from ingest.holes')).toEqual([
      { after: 101, up_to: 102, cause: 'unexplained' },
    ]);
  });
});

describe('Timepoint, following statuses,', () => {
  it('records every change in timepoint order, the first from null', async () => {
    await applyBatch(
      database,
      job(100, 105, [
        line(101, { status: 'active' }),
        line(102, { status: 'active' }),
        line(103, { status: 'active', detail: 'active-proposal-to-strike-off' }),
        line(104, { data: { links: {} } }),
        line(105, { status: 'dissolved' }),
      ]),
    );
    const strikeOff = 'active-proposal-to-strike-off';
    expect(await changes()).toEqual([
      {
        company_number: '09876543',
        timepoint: 101,
        from_status: null,
        from_status_detail: null,
        to_status: 'active',
        to_status_detail: null,
      },
      {
        company_number: '09876543',
        timepoint: 103,
        from_status: 'active',
        from_status_detail: null,
        to_status: 'active',
        to_status_detail: strikeOff,
      },
      {
        company_number: '09876543',
        timepoint: 105,
        from_status: 'active',
        from_status_detail: strikeOff,
        to_status: 'dissolved',
        to_status_detail: null,
      },
    ]);
  });

  it('waits for the batch in between', async () => {
    await applyBatch(database, job(101, 102, [line(102, { status: 'dissolved' })]));
    expect(await changes()).toEqual([]);
    await applyBatch(database, job(100, 101, [line(101, { status: 'active' })]));
    expect(await changes()).toMatchObject([
      { timepoint: 101, to_status: 'active' },
      { timepoint: 102, from_status: 'active', to_status: 'dissolved' },
    ]);
  });

  it('derives the changes again when an event is applied after the watermark has passed it', async () => {
    const batch = job(100, 103, [line(101, { status: 'active' }), '{"cut', line(103, { status: 'active' })]);
    await applyBatch(database, batch);
    await applyBatch(database, job(101, 102, [line(102, { status: 'liquidation' })]));
    expect(await changes()).toMatchObject([
      { timepoint: 101, from_status: null, to_status: 'active' },
      { timepoint: 102, from_status: 'active', to_status: 'liquidation' },
      { timepoint: 103, from_status: 'liquidation', to_status: 'active' },
    ]);
  });
});
