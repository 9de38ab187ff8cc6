import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await openMigratedDatabase(1);
});
afterAll(() => database.close());

/** The cut-off of this file is 2026-07-01 00:00 in London, which is 23:00 UTC of the day before. */
const FILE = '2026-07-01';
const BEFORE = '2026-06-29T22:59:59Z';
const AT_MARGIN = '2026-06-29T23:00:00Z';
const IN_MARGIN = '2026-06-30T12:00:00Z';
const AT_CUT_OFF = '2026-06-30T23:00:00Z';
const AFTER = '2026-07-20T09:00:00Z';

type Document = Record<string, unknown>;

interface Case {
  /** The title of the row in docs/conflicts.md. */
  readonly title: string;
  readonly stream: Document | null;
  readonly published: string | null;
  readonly file: Document | null;
  readonly says: Document | null;
  /** The fields that drift. */
  readonly drift?: readonly string[];
}

const NAME = { company_name: 'HALLAM LIMITED' };
const OLD = { ...NAME, company_status: 'active' };
const NEW = { ...NAME, company_status: 'liquidation' };
const STRIKE_OFF = { ...OLD, company_status_detail: 'active-proposal-to-strike-off' };
const streamOnly = { etag: 'e', jurisdiction: 'wales', subtype: 'slp', can_file: true };

const CASES: readonly Case[] = [
  { title: 'only the stream has it', stream: OLD, published: BEFORE, file: null, says: OLD },
  { title: 'only a file has it', stream: null, published: null, file: NEW, says: NEW },
  {
    title: 'an event before the margin yields',
    stream: OLD,
    published: BEFORE,
    file: NEW,
    says: NEW,
    drift: ['company_status'],
  },
  {
    title: 'an event at the start of the margin wins',
    stream: OLD,
    published: AT_MARGIN,
    file: NEW,
    says: OLD,
  },
  { title: 'an event inside the margin wins', stream: OLD, published: IN_MARGIN, file: NEW, says: OLD },
  { title: 'an event at the cut-off wins', stream: OLD, published: AT_CUT_OFF, file: NEW, says: OLD },
  { title: 'an event after the cut-off wins', stream: OLD, published: AFTER, file: NEW, says: OLD },
  { title: 'an event without a readable time wins', stream: OLD, published: null, file: NEW, says: OLD },
  {
    title: 'what only the stream carries stays',
    stream: { ...OLD, ...streamOnly },
    published: BEFORE,
    file: NEW,
    says: { ...NEW, ...streamOnly },
    drift: ['company_status'],
  },
  {
    title: 'what only files carry is added to a recent event',
    stream: OLD,
    published: AFTER,
    file: { ...NEW, mortgages: { charges: 2 }, country_of_origin: 'CYPRUS' },
    says: { ...OLD, mortgages: { charges: 2 }, country_of_origin: 'CYPRUS' },
  },
  {
    title: 'an annual return that a recent event lacks is added, too',
    stream: OLD,
    published: AFTER,
    file: { ...OLD, annual_return: { last_made_up_to: '2016-05-01' } },
    says: { ...OLD, annual_return: { last_made_up_to: '2016-05-01' } },
  },
  {
    title: 'an annual return of a recent event stays',
    stream: { ...OLD, annual_return: { last_made_up_to: '2016-05-01' } },
    published: AFTER,
    file: { ...OLD, annual_return: { last_made_up_to: '2015-05-01', next_due: '2016-05-29' } },
    says: { ...OLD, annual_return: { last_made_up_to: '2016-05-01' } },
  },
  {
    title: 'an annual return of an older event yields, and does not drift',
    stream: { ...OLD, annual_return: { last_made_up_to: '2015-05-01', overdue: true } },
    published: BEFORE,
    file: { ...OLD, annual_return: { last_made_up_to: '2016-05-01' } },
    says: { ...OLD, annual_return: { last_made_up_to: '2016-05-01', overdue: true } },
  },
  {
    title: 'what a recent event lacks is not taken from a file',
    stream: OLD,
    published: AFTER,
    file: { ...STRIKE_OFF, sic_codes: ['62020'] },
    says: OLD,
  },
  {
    title: 'what an older event lacks is taken from a file',
    stream: OLD,
    published: BEFORE,
    file: STRIKE_OFF,
    says: STRIKE_OFF,
    drift: ['company_status_detail'],
  },
  {
    title: 'a whole part that an older event lacks is taken too',
    stream: OLD,
    published: BEFORE,
    file: {
      ...OLD,
      confirmation_statement: { next_due: '2027-01-14' },
      registered_office_address: { locality: 'SALTBY' },
    },
    says: {
      ...OLD,
      confirmation_statement: { next_due: '2027-01-14' },
      registered_office_address: { locality: 'SALTBY' },
    },
    drift: ['confirmation_statement', 'registered_office_address'],
  },
  {
    title: 'a file never nulls: a detail stays with its status, and drifts',
    stream: STRIKE_OFF,
    published: BEFORE,
    file: OLD,
    says: STRIKE_OFF,
    drift: ['company_status_detail'],
  },
  {
    title: 'a detail goes with the status that it qualified',
    stream: STRIKE_OFF,
    published: BEFORE,
    file: NEW,
    says: NEW,
    drift: ['company_status'],
  },
  {
    title: 'a disputed status text leaves the status of the stream',
    stream: OLD,
    published: BEFORE,
    file: { ...NAME, company_status: 'ADMINISTRATIVE RECEIVER' },
    says: OLD,
  },
  {
    title: 'a disputed status text stands when nothing else is known',
    stream: null,
    published: null,
    file: { ...NAME, company_status: 'ADMINISTRATIVE RECEIVER' },
    says: { ...NAME, company_status: 'ADMINISTRATIVE RECEIVER' },
  },
  {
    title: 'an unclear category leaves the type of the stream',
    stream: { ...OLD, type: 'oversea-company' },
    published: BEFORE,
    file: { ...OLD, type: 'Other company type' },
    says: { ...OLD, type: 'oversea-company' },
  },
  {
    title: 'the same address in another letter case is the same',
    stream: {
      ...OLD,
      registered_office_address: { address_line_1: '1 Mill Street', locality: 'Saltby', country: 'England' },
    },
    published: BEFORE,
    file: { ...OLD, registered_office_address: { address_line_1: '1 MILL STREET', locality: 'SALTBY' } },
    says: {
      ...OLD,
      registered_office_address: { address_line_1: '1 Mill Street', locality: 'Saltby', country: 'England' },
    },
  },
  {
    title: 'another address is taken whole',
    stream: {
      ...OLD,
      registered_office_address: { address_line_1: '1 Mill Street', address_line_2: 'The Yard' },
    },
    published: BEFORE,
    file: { ...OLD, registered_office_address: { address_line_1: '9 QUAY WALK' } },
    says: { ...OLD, registered_office_address: { address_line_1: '9 QUAY WALK' } },
    drift: ['registered_office_address'],
  },
  {
    title: 'the parts of accounts stand for themselves',
    stream: {
      ...OLD,
      accounts: {
        next_due: '2026-03-31',
        overdue: true,
        last_accounts: { type: 'null', period_start_on: '2024-01-01' },
      },
    },
    published: BEFORE,
    file: { ...OLD, accounts: { next_due: '2027-03-31', last_accounts: { type: 'dormant' } } },
    says: {
      ...OLD,
      accounts: {
        next_due: '2027-03-31',
        overdue: true,
        last_accounts: { type: 'dormant', period_start_on: '2024-01-01' },
      },
    },
    drift: ['accounts.last_accounts.type', 'accounts.next_due'],
  },
  {
    title: 'a reference date is the same as number and as text',
    stream: { ...OLD, accounts: { accounting_reference_date: { day: 25, month: '3' } } },
    published: BEFORE,
    file: { ...OLD, accounts: { accounting_reference_date: { day: '25', month: '03' } } },
    says: { ...OLD, accounts: { accounting_reference_date: { day: 25, month: '3' } } },
  },
  {
    title: 'previous names say the same though the file lacks when they began',
    stream: {
      ...OLD,
      previous_company_names: [{ name: 'A', ceased_on: '2020-01-01', effective_from: '2019-01-01' }],
    },
    published: BEFORE,
    file: { ...OLD, previous_company_names: [{ name: 'A', ceased_on: '2020-01-01' }] },
    says: {
      ...OLD,
      previous_company_names: [{ name: 'A', ceased_on: '2020-01-01', effective_from: '2019-01-01' }],
    },
  },
  {
    title: 'a list of codes is a set, and is taken whole',
    stream: { ...OLD, sic_codes: ['62020', '01110'] },
    published: BEFORE,
    file: { ...OLD, sic_codes: ['01110', '62012'] },
    says: { ...OLD, sic_codes: ['01110', '62012'] },
    drift: ['sic_codes'],
  },
  {
    title: 'a stub of the stream says nothing',
    stream: { links: { self: '/company/09876543' } },
    published: AFTER,
    file: NEW,
    says: { ...NEW, links: { self: '/company/09876543' } },
  },
];

const PSC = { kind: 'individual-person-with-significant-control', name: 'Blair Jessop' };
const WHOLE_CASES: readonly Case[] = [
  {
    title: 'a whole document that is older yields wholly',
    stream: { ...PSC, etag: 'a', nationality: 'British' },
    published: BEFORE,
    file: { ...PSC, etag: 'b', ceased_on: '2026-05-01' },
    says: { ...PSC, etag: 'b', ceased_on: '2026-05-01' },
    drift: ['ceased_on', 'nationality'],
  },
  {
    title: 'a part of a whole document that only one side has drifts',
    stream: { ...PSC, address: { locality: 'Saltby' } },
    published: BEFORE,
    file: { ...PSC, date_of_birth: { year: 1992, month: 12 } },
    says: { ...PSC, date_of_birth: { year: 1992, month: 12 } },
    drift: ['address', 'date_of_birth'],
  },
  {
    title: 'a whole document that is recent wins wholly',
    stream: PSC,
    published: IN_MARGIN,
    file: { ...PSC, ceased_on: '2026-05-01' },
    says: PSC,
  },
  {
    title: 'a whole document that only a file has stands',
    stream: null,
    published: null,
    file: PSC,
    says: PSC,
  },
];

const TOMBSTONES: readonly (readonly [
  title: string,
  published: string | null,
  isInFile: boolean,
  isDeleted: boolean,
])[] = [
  ['a delete without a file stands', BEFORE, false, true],
  ['a delete before the margin is undone by a file that has the resource', BEFORE, true, false],
  ['a delete inside the margin stands against a file', IN_MARGIN, true, true],
  ['a delete after the cut-off stands against a file', AFTER, true, true],
  ['a delete without a readable time stands against a file', null, true, true],
];

describe.each([
  ['register.resolve', 'register.drift', CASES],
  ['register.resolve_whole', 'register.drift_whole', WHOLE_CASES],
])('Timepoint, deciding by %s,', (resolve, drift, cases) => {
  it.each(cases)(
    'keeps to the rule: $title',
    async ({ stream, published, file, says, drift: fields = [] }) => {
      const { rows } = await database.query(
        `select ${resolve}($1, $2, $3, $4) as says,
         (select coalesce(array_agg(field order by field), '{}') from ${drift}($1, $2, $3, $4)) as drift`,
        [stream, published, file, file && FILE],
      );
      expect(rows[0]).toEqual({ says, drift: fields });
    },
  );
});

describe('Timepoint, deciding on tombstones,', () => {
  it.each(TOMBSTONES)('keeps to the rule: %s', async (_title, published, isInFile, isDeleted) => {
    const { rows } = await database.query('select register.is_deleted(105, 101, $1, $2) as deleted', [
      published,
      isInFile ? FILE : null,
    ]);
    expect(rows).toEqual([{ deleted: isDeleted }]);
  });

  it('takes a resource that only a file has, or whose newest event is a change, for live', async () => {
    const { rows } = await database.query(
      `select register.is_deleted(null, null, null, '${FILE}') as of_file, register.is_deleted(105, 105, $1, null) as changed`,
      [AFTER],
    );
    expect(rows).toEqual([{ of_file: false, changed: false }]);
  });
});

it('Timepoint documents each row of the conflict rule that it tests, and no other', async () => {
  const text = await readFile(new URL('../../../../docs/conflicts.md', import.meta.url), 'utf8');
  const titles = text.split('\n').flatMap((line) => /^\| (?!case|-)(.+?) +\|/.exec(line)?.[1] ?? []);
  const tested = [...CASES, ...WHOLE_CASES].map(({ title }) => title);
  expect(titles).toEqual([...tested, ...TOMBSTONES.map(([title]) => title)]);
});
