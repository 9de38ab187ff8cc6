import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createSchemaDriftWatch } from '@timepoint/database/schema-drift/schema-drift-watch';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { applyTestEvents, forget, type TestEvent, toLine } from '@timepoint/testkit/letters';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { createMetrics } from '../metrics.ts';
import { applyBatch } from './apply-batch.ts';
import { openStoreBreaker } from './store-breaker.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase(4);
});
afterAll(() => database.close());
beforeEach(() => forget(database));
afterEach(() => database.query('drop function if exists refuse cascade'));

const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
const refuse = (table: string, condition: string) =>
  database.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not so'; end $$;
    create trigger refuse before insert or update on ${table}
      for each row when (${condition}) execute function refuse()`);
const EVENTS: TestEvent[] = [101, 102, 103].map((timepoint) => ({
  timepoint,
  company: `10000${timepoint}`,
  name: `AT ${timepoint}`,
}));
const watermark = async () =>
  (await rows('select ingest.watermark(origin, covered) from ingest.coverage'))[0]?.watermark;

describe('Timepoint, when the database refuses a part that belongs to no event,', () => {
  it('reports the coverage and not a failing store, and applies the job once it is accepted', async () => {
    await refuse('ingest.coverage', 'true');
    const breaker = openStoreBreaker({
      probe: async () => undefined,
      onOpen: () => undefined,
      onClose: () => undefined,
    });
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(breaker.execute(() => applyTestEvents(database, EVENTS))).rejects.toMatchObject({
        code: 'write-refused',
        part: 'coverage',
        message: expect.stringContaining('not so'),
      });
    expect(breaker.isOpen()).toBe(false);
    breaker.close();
    expect(await rows('select from ingest.dead_letters')).toEqual([]);
    await database.query('drop function refuse cascade');
    expect(await applyTestEvents(database, EVENTS)).toMatchObject({ applied: 3, dead: 0 });
  });

  it('shortens a refused letter until it is accepted, and applies its neighbours', async () => {
    await refuse('ingest.dead_letters', 'length(new.raw) > 1000');
    const lines = EVENTS.map((event) => (event.timepoint === 102 ? `{"${'x'.repeat(2_000)}` : toLine(event)));
    expect(await applyTestEvents(database, EVENTS, lines)).toMatchObject({
      applied: 2,
      dead: 1,
      watermark: 103,
    });
    expect(await rows('select timepoint, length(raw) < 300 as is_short from ingest.dead_letters')).toEqual([
      { timepoint: 102, is_short: true },
    ]);
  });

  it('reports the letter when its shortest form is refused', async () => {
    await refuse('ingest.dead_letters', 'true');
    const lines = EVENTS.map((event) => (event.timepoint === 102 ? '{"cut' : toLine(event)));
    await expect(applyTestEvents(database, EVENTS, lines)).rejects.toMatchObject({
      code: 'write-refused',
      part: 'letters',
    });
  });

  it('finds an event that is refused only at the commit', async () => {
    await database.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'too late'; end $$;
      create constraint trigger refuse after insert on register.companies deferrable initially deferred
        for each row when (new.timepoint = 102) execute function refuse()`);
    expect(await applyTestEvents(database, EVENTS)).toMatchObject({ applied: 2, dead: 1, watermark: 103 });
    expect(await rows('select timepoint, detail from ingest.dead_letters')).toEqual([
      { timepoint: 102, detail: 'too late' },
    ]);
  });

  it('makes a letter of the later one of two events that are refused only together', async () => {
    await database.query("create unique index one_name on register.companies ((data ->> 'company_name'))");
    try {
      const same = EVENTS.map((event) => ({ ...event, name: event.timepoint === 102 ? 'OTHER' : 'SAME' }));
      expect(await applyTestEvents(database, same)).toMatchObject({ applied: 2, dead: 1, watermark: 103 });
      expect(await rows('select timepoint from ingest.dead_letters')).toEqual([{ timepoint: 103 }]);
    } finally {
      await database.query('drop index register.one_name');
    }
  });

  it('applies an event when only its schema drift is refused', async () => {
    await refuse('ingest.schema_drift', `new.path like '%refused%'`);
    const lines = EVENTS.map(({ timepoint }) =>
      toLine({ timepoint, company: `10000${timepoint}`, name: 'A' }).replace(
        'company_name',
        timepoint === 102 ? 'refused' : `x${timepoint}`,
      ),
    );
    const drift = createSchemaDriftWatch({
      logger: createLogger({ name: 'test', level: 'silent' }),
      metrics: createMetrics(),
    });
    const job = eventsJobSchema.parse({
      stream: 'companies',
      origin: 100,
      after: 100,
      upTo: 103,
      lines,
      receivedAt: 0,
    });
    expect(await applyBatch(database, job, drift)).toMatchObject({ applied: 3, dead: 0 });
    expect(await watermark()).toBe(103);
    expect(await rows('select path from ingest.schema_drift order by path')).toMatchObject([
      { path: expect.stringContaining('x101') },
      { path: expect.stringContaining('x103') },
    ]);
  });
});
