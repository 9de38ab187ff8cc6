import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createLogger } from '@timepoint/shared/platform/logger';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { until } from '@timepoint/testkit/until';
import { createMetrics } from '../metrics.ts';
import { keepDeriving } from './keep-deriving.ts';
import { createRecurringWork } from './recurring-work.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase(2);
});
afterAll(() => database.close());

const derivedUpTo = async (stream: string) =>
  (
    await database.query<{ derived_up_to: number }>(
      'select derived_up_to from ingest.coverage where stream = $1',
      [stream],
    )
  ).rows[0]?.derived_up_to;

it('Timepoint derives the status changes of one stream while those of another fail, and counts the failures', async () => {
  await database.query(`
    insert into ingest.coverage (stream, origin, covered, derived_up_to) values
      ('companies', 100, '{[101,111)}', 100), ('filings', 100, '{[101,111)}', 100);
    create function fail() returns trigger language plpgsql as $$
      begin raise exception using errcode = '58030', message = 'could not write block'; end $$;
    create trigger fail before update on ingest.coverage
      for each row when (new.stream = 'companies') execute function fail()`);
  const metrics = createMetrics();
  const work = createRecurringWork({ metrics, logger });
  const deriving = keepDeriving({ database, work, streams: ['companies', 'filings'] });
  try {
    await until(async () => (await derivedUpTo('filings')) === 110);
    await until(() => work.failure());
    expect(work.failure()).toMatch(/^derive-status-changes-of-companies failed 3 .*: could not write block$/);
    expect((await metrics.failures.get()).values).toHaveLength(1);
    await database.query('drop function fail cascade');
    await until(() => work.failure() === null);
    expect(await derivedUpTo('companies')).toBe(110);
  } finally {
    await deriving.close();
  }
});
