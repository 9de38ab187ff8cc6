import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { applyTestEvents, forget, toLine } from '@timepoint/testkit/letters';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { until } from '@timepoint/testkit/until';
import { readLines } from '@timepoint/worker/apply/read-lines';
import { writeBatch } from '@timepoint/worker/apply/write-batch';
import { rebuildStream } from '../verification/rebuild.ts';
import { verifyStream } from '../verification/verify.ts';
import { expireEvents } from './expire-events.ts';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase(4);
});
afterAll(() => database.close());
beforeEach(() => forget(database));

const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
const companies = () => rows('select company_name, timepoint from register.companies order by 1');
const verdict = async () => (await verifyStream(database, 'companies', 0)).verdict;
const waitsForLock = async () =>
  (
    await rows(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  ).length > 0;
const lateJob = eventsJobSchema.parse({
  stream: 'companies',
  origin: 100,
  after: 102,
  upTo: 103,
  lines: [toLine({ timepoint: 103, name: 'LATE' })],
  receivedAt: 1_000,
});
const OPTIONS = { stream: 'companies', receivedBefore: 2_000, isHeldByLetters: false };

/** Fills the log of a company whose third event is a letter, so that it is applied late. */
async function fill(): Promise<void> {
  const events = [101, 102, 103, 104].map((timepoint) => ({
    timepoint,
    name: `AT ${timepoint}`,
    status: 'active',
  }));
  await applyTestEvents(
    database,
    events,
    events.map((event) => (event.timepoint === 103 ? '{"cut' : toLine(event))),
  );
}

describe('Timepoint, expiring the log while a late event is applied,', () => {
  it.each(['first', 'second'])('leaves nothing of it in the log when the event commits %s', async (order) => {
    await fill();
    const steps = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const late = () => database.transaction((tx) => writeBatch(tx, readLines(lateJob)));
    const expire = () => database.transaction((tx) => expireEvents(tx, OPTIONS));
    const first = database.transaction(async (tx) => {
      if (order === 'first') await writeBatch(tx, readLines(lateJob));
      else await expireEvents(tx, OPTIONS);
      begun.resolve();
      await steps.promise;
    });
    await begun.promise;
    const second = order === 'first' ? expire() : late();
    await until(waitsForLock);
    steps.resolve();
    await Promise.all([first, second]);
    expect(await rows('select timepoint from ingest.events')).toEqual([]);
    expect(await verdict()).toBe('exact');
    await rebuildStream(database, 'companies', 'test');
    expect(await companies()).toEqual([{ company_name: 'AT 104', timepoint: 104 }]);
    expect(await verdict()).toBe('exact');
  });

  it('neither folds nor puts back an orphan that an older version left, and takes it out', async () => {
    await fill();
    await database.query(`update ingest.dead_letters set state = 'discarded'`);
    await expireEvents(database, OPTIONS);
    const payload = toLine({ timepoint: 102, name: 'ORPHAN' });
    await database.query(
      `insert into ingest.events (stream, timepoint, resource_uri, company_number, type, received_at, payload, outcome)
       values ('companies', 102, '/company/09876543', '09876543', 'changed', now(), $1, 'stale')`,
      [payload],
    );
    expect(await verdict()).toBe('exact');
    await rebuildStream(database, 'companies', 'test');
    expect(await companies()).toEqual([{ company_name: 'AT 104', timepoint: 104 }]);
    expect(await verdict()).toBe('exact');
    for (const _round of [1, 2]) {
      expect(await expireEvents(database, OPTIONS)).toBeNull();
      expect(await rows('select timepoint from ingest.events')).toEqual([]);
    }
  });
});

describe('Timepoint, expiring the log of a stream that was counted anew,', () => {
  it('passes the gap between two epochs in one step', async () => {
    const far = 2_000_000_000_001;
    await applyTestEvents(database, [{ timepoint: 101, name: 'A', status: 'active' }]);
    await database.query(
      `update ingest.coverage set covered = covered + int8multirange(int8range(102, ${far}))`,
    );
    const events = [1, 2].map((timepoint) => ({ timepoint, name: `AT ${timepoint}` }));
    const stored = events.map((event) => ({ ...event, timepoint: far - 1 + event.timepoint }));
    await applyTestEvents(database, stored, events.map(toLine));
    expect(await rows('select timepoint from ingest.events')).toHaveLength(3);
    const steps = [await expireEvents(database, OPTIONS), await expireEvents(database, OPTIONS)];
    expect(steps).toEqual([20_100, far + 1]);
    expect(await rows('select timepoint from ingest.events')).toEqual([]);
    expect(await expireEvents(database, OPTIONS)).toBeNull();
  });
});
