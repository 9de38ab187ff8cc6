import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { applyTestEvents, forget, POISON } from '@timepoint/testkit/letters';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { readLines } from '@timepoint/worker/apply/read-lines';
import { writeBatch } from '@timepoint/worker/apply/write-batch';
import type { Sql } from '../pool.ts';

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(2);
});
afterAll(() => database.close());
beforeEach(() => forget(database));

const sound = (timepoint: number) => ({ timepoint, company: `00000${timepoint}`, name: 'A' });
/** Fills a stream that has a hole from 102 to 105. */
async function leaveHole(): Promise<void> {
  await applyTestEvents(database, [sound(101)]);
  await applyTestEvents(database, [102, 103, 104, 105].map(sound), []);
  await applyTestEvents(database, [sound(106)]);
}
const holes = async () =>
  (
    await database.query<{ hole: string }>(
      `select after || '-' || up_to || ' ' || state as hole from ingest.holes order by after`,
    )
  ).rows.map(({ hole }) => hole);

describe('Timepoint, given the events that a hole lacked,', () => {
  it.each([
    ['in order', [102, 103, 104, 105]],
    ['its ends first', [102, 105, 103, 104]],
    ['backwards', [105, 104, 103, 102]],
  ])('says that it is repaired when the last one has come, %s', async (_title, timepoints) => {
    await leaveHole();
    for (const timepoint of timepoints) {
      expect(await holes()).toEqual(['101-105 accepted']);
      await applyTestEvents(database, [sound(timepoint)]);
    }
    expect(await holes()).toEqual(['101-105 repaired']);
  });

  it('counts one that can not be applied as come', async () => {
    await leaveHole();
    await applyTestEvents(database, [102, 103, 104].map(sound));
    await database.query(POISON);
    await applyTestEvents(database, [{ ...sound(105), name: 'POISON' }]);
    expect(await holes()).toEqual(['101-105 repaired']);
  });

  it('leaves other holes, and those of other streams, as they are', async () => {
    await leaveHole();
    await database.query(
      `insert into ingest.holes (stream, after, up_to, cause, state)
       values ('officers', 101, 105, 'jump', 'accepted'), ('companies', 1000, 1001, 'jump', 'accepted'),
              ('companies', 102, 104, 'downstream', 'open')`,
    );
    await applyTestEvents(database, [102, 103, 104, 105].map(sound));
    expect((await holes()).toSorted()).toEqual([
      '1000-1001 accepted',
      '101-105 accepted',
      '101-105 repaired',
      '102-104 open',
    ]);
  });

  it('looks at no more rows for a new event because of holes that it does not lie in', async () => {
    await leaveHole();
    const job = eventsJobSchema.parse({
      stream: 'companies',
      origin: 100,
      after: 106,
      upTo: 107,
      lines: [
        JSON.stringify({
          resource_uri: '/company/00000107',
          data: {},
          event: { timepoint: 107, type: 'changed', published_at: '2026-03-02T10:15:30' },
        }),
      ],
      receivedAt: 0,
    });
    const scans = async (tx: Sql) =>
      (
        await tx.query<{ scans: number }>(
          `select coalesce(sum(idx_scan + seq_scan), 0)::integer as scans from pg_stat_xact_user_tables
           where schemaname = 'ingest' and relname in ('events', 'dead_letters')`,
        )
      ).rows[0]?.scans ?? 0;
    const cost = async () => {
      let cost = 0;
      await database.tryAndRollBack(async (tx) => {
        const before = await scans(tx);
        await writeBatch(tx, readLines(job));
        cost = (await scans(tx)) - before;
      });
      return cost;
    };
    const before = await cost();
    await database.query(
      `insert into ingest.holes (stream, after, up_to, cause, state)
       select 'companies', place * 10, place * 10 + 3, 'jump', 'accepted' from generate_series(11, 500) as place`,
    );
    expect(await cost()).toBe(before);
    expect(before).toBeGreaterThan(0);
  });
});
