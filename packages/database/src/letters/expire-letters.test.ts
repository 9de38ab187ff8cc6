import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { streamNamed } from '@timepoint/shared/contract/streams';
import { applyTestEvents, forget } from '@timepoint/testkit/letters';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { boundStrays } from './bound-strays.ts';
import { expireLetters } from './expire-letters.ts';
import type { Letter } from './save-letters.ts';
import { saveLetters } from './save-letters.ts';

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(2);
});
afterAll(() => database.close());
beforeEach(async () => {
  await forget(database);
  await database.query('truncate ingest.raw_lines');
});

const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
const DAY_MS = 86_400_000;
const stray = (raw: string): Letter => ({
  timepoint: null,
  resourceUri: null,
  reason: 'unreadable',
  detail: 'the line is not JSON',
  path: null,
  raw,
});

describe('Timepoint, keeping letters small,', () => {
  it('takes out old ones that are settled, old raw lines and old audit, and never an open letter', async () => {
    await applyTestEvents(
      database,
      [101, 102, 103, 104].map((timepoint) => ({ timepoint, name: 'A', type: 'renamed' })),
    );
    await database.query(`
      update ingest.dead_letters set last_seen_at = now() - interval '400 days',
        state = case timepoint when 101 then 'open' when 102 then 'replayed' when 103 then 'discarded' else 'superseded' end`);
    await database.query(`update ingest.dead_letters set last_seen_at = now() where timepoint = 104`);
    await database.query(`
      insert into ingest.raw_lines (stream, digest, timepoint, reason, raw, bytes, seen_at) values
        ('companies', 'old', 1, 'x', '', 0, now() - interval '400 days'), ('companies', 'new', 2, 'x', '', 0, now())`);
    await database.query(`
      insert into ingest.audit (at, who, what, details) values
        (now() - interval '400 days', 'ada', 'replay', '{}'), (now() - interval '2000 days', 'ada', 'replay', '{}')`);
    const retention = { keepAfter: Date.now() - 365 * DAY_MS, keepAuditAfter: Date.now() - 1_095 * DAY_MS };
    expect(await expireLetters(database, retention)).toBe(4);
    expect(await expireLetters(database, retention)).toBe(0);
    expect(await rows('select timepoint, state from ingest.dead_letters order by timepoint')).toEqual([
      { timepoint: 101, state: 'open' },
      { timepoint: 104, state: 'superseded' },
    ]);
    expect(await rows('select digest from ingest.raw_lines')).toEqual([{ digest: 'new' }]);
    expect(await rows('select count(*)::integer from ingest.audit')).toEqual([{ count: 1 }]);
  });

  it('keeps of settled letters no more than the newest bytes, and all that are open', async () => {
    const raws = Array.from({ length: 10 }, () => randomBytes(5_000).toString('hex'));
    await database.transaction((tx) => saveLetters(tx, streamNamed('companies'), raws.map(stray)));
    await database.query(`update ingest.dead_letters set last_seen_at = now() + id * interval '1 ms'`);
    await database.query(
      `update ingest.dead_letters set state = 'discarded' where id > (select min(id) from ingest.dead_letters)`,
    );
    expect(await expireLetters(database, { keepAfter: 0, keepAuditAfter: 0 }, 35_000)).toBe(6);
    expect(
      await rows('select state, count(*)::integer from ingest.dead_letters group by state order by state'),
    ).toEqual([
      { state: 'discarded', count: 3 },
      { state: 'open', count: 1 },
    ]);
  });
});

describe('Timepoint, flooded with lines that have no place,', () => {
  const save = (letters: readonly Letter[], bounds: { letters: number; bytes: number }) =>
    database.transaction(async (tx) => {
      const kept = await boundStrays(tx, 'companies', letters, bounds);
      await saveLetters(tx, streamNamed('companies'), kept);
      return kept.length;
    });
  const state = () =>
    rows(
      'select length(raw) as length, attempts from ingest.dead_letters where timepoint is null order by id',
    );

  it('keeps as many as there is room for, counts the rest, and keeps every one that has a place', async () => {
    const noise = Array.from({ length: 6 }, () => stray(randomBytes(50).toString('hex')));
    const placed = { ...stray('x'), timepoint: 101 };
    const bounds = { letters: 4, bytes: 1_000_000 };
    expect(await save([...noise.slice(0, 3), placed], bounds)).toBe(4);
    expect(await save([...noise.slice(3), { ...placed, timepoint: 102 }], bounds)).toBe(2);
    const attempts = async () =>
      (await state()).map(({ length, attempts }) => `${length} ${attempts}`).toSorted();
    expect(await attempts()).toEqual(['0 2', '100 1', '100 1', '100 1', '100 1']);
    await save(noise.slice(4), bounds);
    expect((await state()).find(({ length }) => length === 0)).toEqual({ length: 0, attempts: 4 });
    expect(
      await rows('select timepoint from ingest.dead_letters where timepoint is not null order by 1'),
    ).toEqual([{ timepoint: 101 }, { timepoint: 102 }]);
  });

  it('is bounded in bytes', async () => {
    const noise = Array.from({ length: 20 }, () => stray(randomBytes(500).toString('hex')));
    await save(noise, { letters: 1_000, bytes: 5_500 });
    expect(await rows('select sum(octet_length(raw))::integer as bytes from ingest.dead_letters')).toEqual([
      { bytes: 5_000 },
    ]);
  });
});
