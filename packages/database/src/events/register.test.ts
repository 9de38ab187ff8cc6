import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { STREAMS, type StreamName } from '@timepoint/shared/contract/streams';
import { openTestRegister, type TestRegister } from '@timepoint/testkit/register';

let register: TestRegister;
beforeAll(async () => {
  register = await openTestRegister();
});
beforeEach(() => register.empty());
afterAll(() => register.close());

const C = '/company/09876543';

/** The columns that each table derives from a document, as text. */
const COLUMNS: readonly (readonly [
  stream: StreamName,
  uri: string,
  data: object,
  columns: Record<string, unknown>,
])[] = [
  [
    'companies',
    C,
    {
      company_name: 'HALLAM ORCHARD C.I.C.',
      type: 'private-limited-guarant-nsc',
      subtype: 'community-interest-company',
      company_status: 'active',
      company_status_detail: 'active-proposal-to-strike-off',
      jurisdiction: 'england-wales',
      date_of_creation: '2019-02-29',
      date_of_cessation: '2024-02-29',
      sic_codes: ['01110', '62020'],
      registered_office_address: { postal_code: 'ZZ1 1ZZ' },
      accounts: {
        accounting_reference_date: { day: 31, month: '03' },
        last_accounts: { type: 'null' },
        next_due: '2026-12-31',
      },
      confirmation_statement: { next_due: '2026-01-14' },
    },
    {
      company_number: '09876543',
      company_name: 'HALLAM ORCHARD C.I.C.',
      subtype: 'community-interest-company',
      // There is no such day.
      date_of_creation: null,
      date_of_cessation: '2024-02-29',
      sic_codes: '{01110,62020}',
      postal_code: 'ZZ1 1ZZ',
      accounts_next_due: '2026-12-31',
      confirmation_statement_next_due: '2026-01-14',
    },
  ],
  [
    'companies',
    '/company/fc012345',
    { links: { self: '/company/FC012345' } },
    { company_number: 'FC012345', company_status: null, sic_codes: null },
  ],
  [
    'filings',
    `${C}/filing-history/MzAwMDAwMDAwMQ`,
    {
      transaction_id: 3000000001,
      category: 'accounts',
      subcategory: ['a', 'b'],
      type: 'AA',
      date: '2026-02-01',
      description: 'accounts-with-accounts-type-micro-entity',
      pages: '5',
      action_date: '',
    },
    {
      company_number: '09876543',
      transaction_id: '3000000001',
      type: 'AA',
      date: '2026-02-01',
      pages: '5',
      action_date: null,
    },
  ],
  [
    'officers',
    `${C}/appointments/aBc`,
    {
      name: 'MARDEN, Robin',
      officer_role: 'director',
      appointed_before: '1992-05-01',
      is_pre_1992_appointment: true,
      date_of_birth: { month: 3, year: '1950' },
      links: { officer: { appointments: '/officers/zYx_1/appointments' } },
      address: { postal_code: 'ZZ2 2ZZ' },
    },
    {
      name: 'MARDEN, Robin',
      appointed_on: null,
      appointed_before: '1992-05-01',
      officer_id: 'zYx_1',
      birth_year: '1950',
      birth_month: '3',
      postal_code: 'ZZ2 2ZZ',
    },
  ],
  [
    'persons-with-significant-control',
    `${C}/persons-with-significant-control/individual-beneficial-owner/p1`,
    {
      kind: 'individual-beneficial-owner',
      name: 'Robin Marden',
      notified_on: '2023-11-20T08:47:45.378Z',
      ceased_on: '2024-01-02T08:47:45',
      natures_of_control: ['ownership-of-shares-75-to-100-percent'],
    },
    {
      notified_on: '2023-11-20',
      ceased_on: '2024-01-02',
      is_ceased: 'true',
      natures_of_control: '{ownership-of-shares-75-to-100-percent}',
    },
  ],
  [
    'persons-with-significant-control',
    `${C}/persons-with-significant-control/super-secure/p2`,
    {
      kind: 'super-secure-person-with-significant-control',
      description: 'super-secure-persons-with-significant-control',
      ceased: '0',
    },
    { name: null, is_ceased: 'false' },
  ],
  [
    'persons-with-significant-control',
    `${C}/persons-with-significant-control/null/p3`,
    { ceased: true },
    { company_number: '09876543', is_ceased: 'true' },
  ],
  [
    'charges',
    `${C}/charges/c1`,
    {
      charge_number: '17',
      status: 'outstanding',
      classification: { type: 'charge-description', description: 'Legal mortgage' },
      created_on: '2008-05-07',
      persons_entitled: [{ name: 'Pargeter Bank' }, { name: 'Dunmore Limited' }],
      assests_ceased_released: 'property-ceased-to-belong',
    },
    {
      charge_number: '17',
      status: 'outstanding',
      classification: 'Legal mortgage',
      persons_entitled: '{"Pargeter Bank","Dunmore Limited"}',
      assets_ceased_released: 'property-ceased-to-belong',
    },
  ],
  [
    'charges',
    `${C}/charges/c2`,
    { assets_ceased_released: 'whole-property-released' },
    { assets_ceased_released: 'whole-property-released', persons_entitled: '{}' },
  ],
  [
    'insolvency-cases',
    `${C}/insolvency`,
    {
      status: 'live-propopsed-transfer-from-gb',
      cases: [
        {
          number: 1,
          type: 'creditors-voluntary-liquidation',
          dates: [{ date: '2021-01-13', type: 'wound-up-on' }],
        },
        {
          number: '2',
          type: 'in-administration',
          dates: [{ date: '2022-03-01', type: 'administration-started-on' }],
        },
      ],
    },
    {
      company_number: '09876543',
      status: '{live-propopsed-transfer-from-gb}',
      case_types: '{creditors-voluntary-liquidation,in-administration}',
      case_count: '2',
      latest_date: '2022-03-01',
    },
  ],
  [
    'insolvency-cases',
    '/company/09876544/insolvency',
    { status: ['liquidation', 'receivership'], cases: [] },
    { status: '{liquidation,receivership}', case_count: '0', latest_date: null },
  ],
  [
    'disqualified-officers',
    '/disqualified-officers/natural/n1',
    {
      forename: 'Noel',
      other_forenames: 'Dale',
      surname: 'Marden',
      date_of_birth: '1957-02-10',
      disqualifications: [
        { disqualified_until: '2028-08-03', company_names: ['MARDEN FOUNDRY LIMITED'] },
        { disqualified_until: '2030-01-01' },
      ],
    },
    {
      company_number: null,
      name: 'Noel Dale Marden',
      surname: 'Marden',
      date_of_birth: '1957-02-10',
      disqualified_until: '2030-01-01',
      company_names: '{"MARDEN FOUNDRY LIMITED"}',
    },
  ],
  [
    'disqualified-officers',
    '/disqualified-officers/corporate/n2',
    { name: 'Elstow Limited', company_number: '09876543', disqualifications: [] },
    {
      company_number: null,
      name: 'Elstow Limited',
      disqualified_company_number: '09876543',
      disqualified_until: null,
    },
  ],
  [
    'company-exemptions',
    'company/09876543/exemptions',
    {
      exemptions: {
        psc_exempt_as_shares_admitted_on_market: {
          exemption_type: 'psc-exempt-as-shares-admitted-on-market',
          items: [{ exempt_from: '2016-10-29' }],
        },
      },
    },
    {
      resource_uri: '/company/09876543/exemptions',
      company_number: '09876543',
      exemption_types: '{psc-exempt-as-shares-admitted-on-market}',
    },
  ],
  [
    'persons-with-significant-control-statements',
    `${C}/persons-with-significant-control-statements/s1`,
    { statement: 'no-individual-or-entity-with-signficant-control', notified_on: '2018-03-20' },
    {
      statement: 'no-individual-or-entity-with-signficant-control',
      notified_on: '2018-03-20',
      ceased_on: null,
    },
  ],
];

const tableOf = (stream: StreamName) => STREAMS.find(({ name }) => name === stream)?.table ?? '';

describe('Timepoint, keeping the register,', () => {
  it.each(COLUMNS)(
    'reads typed columns out of a document of %s at %s',
    async (stream, uri, data, columns) => {
      await register.apply(stream, uri, data);
      const list = Object.keys(columns)
        .map((column) => `${column}::text`)
        .join(', ');
      expect(await register.select(`data, ${list}`, `register.${tableOf(stream)}`)).toEqual([
        { data, ...columns },
      ]);
    },
  );

  it.each(STREAMS.map(({ name, table }) => [name, table] as const))(
    'keeps the last document of %s on a tombstone, whatever form the delete has, and takes it off again',
    async (stream, table) => {
      const uri = stream === 'disqualified-officers' ? '/disqualified-officers/natural/x' : `${C}/a/x`;
      const forms = [{ name: 'AS DELETED' }, { links: { self: uri } }, null, undefined];
      for (const form of forms) {
        await register.apply(stream, uri, { name: 'KNOWN' });
        await register.remove(stream, uri, form);
        expect(await register.select('data, deleted', `register.${table}`)).toEqual([
          { data: { name: 'KNOWN' }, deleted: true },
        ]);
      }
      await register.apply(stream, uri, { name: 'AGAIN' });
      expect(await register.select('data, deleted', `register.${table}`)).toEqual([
        { data: { name: 'AGAIN' }, deleted: false },
      ]);
    },
  );

  it('keeps kinds that the publisher has not mapped, and deletes of what never was', async () => {
    await register.remove(
      'persons-with-significant-control',
      `${C}/persons-with-significant-control/null/x`,
      null,
    );
    const columns = 'company_number, data, deleted';
    expect(await register.select(columns, 'register.persons_with_significant_control')).toEqual([
      { company_number: '09876543', data: null, deleted: true },
    ]);
  });
});
