import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { createLogger } from '@timepoint/shared/platform/logger';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { applyBatch } from '@timepoint/worker/apply/apply-batch';
import { compactLog } from '@timepoint/worker/maintenance/compact-log';
import type { Database } from '../pool.ts';
import { rebuildStream } from './rebuild.ts';
import { formatVerdict, verifyStream } from './verify.ts';

const DAY_MS = 86_400_000;
const NOW = 1_000 * DAY_MS;
const logger = createLogger({ name: 'test', level: 'silent' });

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(4);
});
afterAll(() => database.close());

const STATUSES = ['active', 'liquidation', 'dissolved'];
const line = (timepoint: number) => {
  const isDeleted = timepoint % 11 === 0;
  const company = 10_000_000 + (timepoint % 13);
  return JSON.stringify({
    resource_kind: 'company-profile',
    resource_uri: `/company/${company}`,
    data: isDeleted
      ? null
      : { company_name: `NAME AT ${timepoint}`, company_status: STATUSES[Math.floor(timepoint / 13) % 3] },
    event: { timepoint, published_at: '2026-03-02T10:15:30', type: isDeleted ? 'deleted' : 'changed' },
  });
};
const apply = (
  after: number,
  upTo: number,
  receivedAt = NOW,
  change = (text: string, _timepoint: number) => text,
) =>
  applyBatch(
    database,
    eventsJobSchema.parse({
      stream: 'companies',
      origin: 100,
      after,
      upTo,
      lines: Array.from({ length: upTo - after }, (_, index) =>
        change(line(after + 1 + index), after + 1 + index),
      ),
      receivedAt,
    }),
  );
const truncate = () =>
  database.query(
    `truncate register.companies, register.filings, register.company_status_changes, ingest.events, ingest.event_blocks,
       ingest.coverage, ingest.holes, ingest.dead_letters`,
  );
const verify = () => verifyStream(database, 'companies', 0);
const problems = async () => (await verify()).problems.map(({ problem }) => problem);

/**
 * Ways in which a copy can be wrong, each with the problem that is found. The company of 13 events ago is still live.
 */
const CORRUPTIONS: readonly (readonly [title: string, sql: string, found: string])[] = [
  ['a missing row', `delete from register.companies where resource_uri = '/company/10000005'`, 'missing-row'],
  [
    'a stale row',
    `update register.companies set timepoint = timepoint - 13, data_timepoint = data_timepoint - 13
     where resource_uri = '/company/10000005'`,
    'stale-row',
  ],
  [
    'a row ahead of the log',
    `update register.companies set timepoint = 100000 where resource_uri = '/company/10000005'`,
    'row-ahead-of-log',
  ],
  ['a resurrected delete', `update register.companies set deleted = false where deleted`, 'resurrected-row'],
  [
    'a row that was taken for deleted',
    `update register.companies set deleted = true where resource_uri = '/company/10000005'`,
    'lost-row',
  ],
  [
    'a changed document',
    `update register.companies set data = data || '{"company_name": "FORGED"}' where resource_uri = '/company/10000005'`,
    'other-document',
  ],
  [
    'a row of another company',
    `update register.companies set company_number = '99999999' where resource_uri = '/company/10000005'`,
    'other-envelope',
  ],
  [
    'an invented row',
    `insert into register.companies (resource_uri, resource_kind, timepoint, deleted) values ('/company/X', '', 395, true)`,
    'row-without-event',
  ],
  [
    'a hole in the coverage',
    `update ingest.coverage set covered = covered - '{[150,153)}'`,
    'gap-in-coverage',
  ],
  [
    'an open hole',
    `insert into ingest.holes (stream, after, up_to, cause, state) values ('companies', 400, 410, 'downstream', 'open')`,
    'open-hole',
  ],
  [
    'an event that the log lost',
    `delete from ingest.events where timepoint = (select min(timepoint) from ingest.events where timepoint > 120)`,
    'missing-event',
  ],
  ['a lost coverage', `delete from ingest.coverage`, 'event-outside-coverage'],
  [
    'an open dead letter',
    `insert into ingest.dead_letters (stream, timepoint, reason, detail, raw) values ('companies', 150, 'envelope', 'x', '{}')`,
    'open-dead-letter',
  ],
  [
    'a missing status change',
    `delete from register.company_status_changes where timepoint = (select max(timepoint) from register.company_status_changes)`,
    'missing-status-change',
  ],
  [
    'an invented status change',
    `insert into register.company_status_changes (company_number, timepoint, to_status) values ('10000005', 399, 'removed')`,
    'unexpected-status-change',
  ],
  [
    'a wrong status change',
    `update register.company_status_changes set to_status = 'removed'
     where timepoint = (select max(timepoint) from register.company_status_changes)`,
    'other-status-change',
  ],
];
/** The faults that a rebuild from the log can't repair. */
const OF_THE_LEDGER = [
  'gap-in-coverage',
  'open-hole',
  'missing-event',
  'event-outside-coverage',
  'open-dead-letter',
];

describe.each([
  ['a whole log', async () => void (await apply(100, 400))],
  [
    'a log that is partly packed and partly expired',
    async () => {
      await apply(100, 180, NOW - 91 * DAY_MS);
      await apply(180, 400, NOW - DAY_MS);
      await compactLog(database, { retentionDays: 90, now: NOW, logger });
    },
  ],
])('Timepoint, verifying a copy with %s,', (_title, fill) => {
  beforeEach(async () => {
    await truncate();
    await fill();
  });

  it('finds it exact', async () => {
    expect(await verify()).toMatchObject({ verdict: 'exact', problems: [], extent: { watermark: 400 } });
    expect(formatVerdict(await verify())).toMatch(
      /^companies: exact {2}up to 400, checked against the log after 1\d0$/,
    );
  });

  it.each(CORRUPTIONS)('finds %s', async (_corruption, sql, found) => {
    await database.query(sql);
    const verdict = await verify();
    expect(verdict.verdict).toBe('not-exact');
    expect(verdict.problems.map(({ problem }) => problem)).toContain(found);
    expect(formatVerdict(verdict)).toContain(`\n  ${found}: `);
  });

  it.each(CORRUPTIONS.filter(([, , found]) => !OF_THE_LEDGER.includes(found)))(
    'repairs %s by a rebuild',
    async (_c, sql) => {
      const read = async (table: string) =>
        (
          await database.query(
            `select to_jsonb(t) - 'updated_at' as row from register.${table} as t order by 1`,
          )
        ).rows;
      const before = [await read('companies'), await read('company_status_changes')];
      await database.query(sql);
      await rebuildStream(database, 'companies', 'test');
      expect(await problems()).toEqual([]);
      expect([await read('companies'), await read('company_status_changes')]).toEqual(before);
    },
  );
});

describe('Timepoint, verifying,', () => {
  beforeEach(truncate);

  it('distinguishes a stream of which nothing arrived from one that is exact', async () => {
    expect(await verifyStream(database, 'filings', 0)).toMatchObject({ verdict: 'empty', extent: null });
  });

  it('does not take for wrong that a batch has just overtaken another', async () => {
    await apply(100, 110);
    let looks = 0;
    let compared = 0;
    const overtaking: Database = {
      ...database,
      transaction: async (work) => {
        looks += 1;
        if (looks === 1) await apply(120, 130);
        if (looks === 2) await apply(110, 120);
        return database.transaction((tx) =>
          work({
            ...tx,
            query: (text, values) => {
              if (text.includes('register.companies')) compared += 1;
              return tx.query(text, values);
            },
          }),
        );
      },
    };
    expect(await verifyStream(overtaking, 'companies', 10_000)).toMatchObject({
      verdict: 'exact',
      extent: { watermark: 130 },
    });
    expect({ looks, compared }).toEqual({ looks: 2, compared: 1 });
  });

  it('does not take for open a hole that was filled a moment ago', async () => {
    await apply(100, 110);
    await database.query(
      `insert into ingest.holes (stream, after, up_to, cause, state) values ('companies', 102, 105, 'downstream', 'open')`,
    );
    expect(await verify()).toMatchObject({ verdict: 'exact' });
  });

  it('takes an accepted hole for what the publisher never sent, and says so', async () => {
    const hole = { after: 149, upTo: 153, cause: 'jump', attempts: 3 };
    await apply(100, 149);
    await applyBatch(
      database,
      eventsJobSchema.parse({
        stream: 'companies',
        origin: 100,
        after: 149,
        upTo: 154,
        lines: [line(154)],
        receivedAt: NOW,
        holes: [hole],
      }),
    );
    expect(await problems()).toEqual([]);
    expect(formatVerdict(await verify())).toContain('4 events were never delivered (accepted holes)');
  });

  it('counts a dead letter as a problem until it is applied', async () => {
    await apply(100, 120, NOW, (text, timepoint) => (timepoint === 110 ? '{"garbage' : text));
    expect(await problems()).toEqual(['open-dead-letter']);
    await apply(109, 110);
    expect(await problems()).toEqual([]);
  });

  it('waits for jobs that are on their way', async () => {
    await apply(100, 110);
    await apply(120, 130);
    const verifying = verifyStream(database, 'companies', 20_000);
    await apply(110, 120);
    expect(await verifying).toMatchObject({ verdict: 'exact', extent: { watermark: 130 } });
  });
});

describe('Timepoint, rebuilding while workers go on,', () => {
  it('ends exact, and touches no row that was right', async () => {
    await truncate();
    await apply(100, 300);
    await database.query(`delete from register.companies where resource_uri = '/company/10000005'`);
    const work = async () => {
      for (let after = 300; after < 800; after += 10) await apply(after, after + 10);
    };
    const rebuilding = (async () => {
      const rebuilt = [];
      for (let round = 0; round < 5; round++)
        rebuilt.push(await rebuildStream(database, 'companies', 'test'));
      return rebuilt;
    })();
    await work();
    const [first, ...others] = await rebuilding;
    expect(first).toMatchObject({ removed: 0, changed: 0, status_changes: 0 });
    for (const other of others)
      expect(other).toMatchObject({ added: 0, removed: 0, changed: 0, status_changes: 0 });
    expect(await problems()).toEqual([]);
  });
});
