import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestRegister, type TestRegister } from '@timepoint/testkit/register';

let register: TestRegister;
beforeAll(async () => {
  register = await openTestRegister();
});
beforeEach(() => register.empty());
afterAll(() => register.close());

const C = '/company/09876543';

describe('Timepoint, answering questions about the register,', () => {
  const company = (number: string, status: string, detail?: string) =>
    register.apply('companies', `/company/${number}`, {
      company_name: `NAME ${number}`,
      company_status: status,
      company_status_detail: detail,
    });

  it('lists live companies', async () => {
    await company('00000001', 'active');
    await company('00000002', 'dissolved');
    await company('00000003', 'liquidation');
    await company('00000004', 'active');
    await register.remove('companies', '/company/00000004');
    await register.apply('companies', '/company/00000005', { links: {} });
    expect(await register.select('company_number', 'register.live_companies order by 1')).toEqual([
      { company_number: '00000001' },
      { company_number: '00000003' },
    ]);
  });

  it('lists proposals for strike-off, and since when', async () => {
    const proposed = 'active-proposal-to-strike-off';
    await company('00000001', 'active');
    await company('00000001', 'active', proposed);
    await company('00000001', 'active', proposed);
    await company('00000002', 'active', proposed);
    await company('00000003', 'active', proposed);
    await company('00000003', 'active');
    await company('00000004', 'active', proposed);
    await company('00000004', 'dissolved');
    expect(
      await register.select(
        'company_number, proposed_timepoint, is_start_known',
        'register.strike_offs order by 1',
      ),
    ).toEqual([
      { company_number: '00000001', proposed_timepoint: 102, is_start_known: true },
      { company_number: '00000002', proposed_timepoint: 104, is_start_known: false },
    ]);
  });

  it('lists current officers and controllers, with their company when it is known', async () => {
    await company('09876543', 'active');
    const officer = (id: string, data: object, of = C) =>
      register.apply('officers', `${of}/appointments/${id}`, { officer_role: 'director', ...data });
    await officer('1', { name: 'NOW, Robin' });
    await officer('2', { name: 'GONE, Robin', resigned_on: '2026-01-01' });
    await officer('3', { name: 'ODD, Robin', resigned_on: 'unknown' });
    await officer('4', { name: 'ORPHAN, Robin' }, '/company/00000009');
    await officer('5', { name: 'DELETED, Robin' });
    await register.remove('officers', `${C}/appointments/5`);
    expect(await register.select('name, company_name', 'register.current_officers order by name')).toEqual([
      { name: 'NOW, Robin', company_name: 'NAME 09876543' },
      { name: 'ORPHAN, Robin', company_name: null },
    ]);
    const controller = (id: string, data: object) =>
      register.apply(
        'persons-with-significant-control',
        `${C}/persons-with-significant-control/individual/${id}`,
        data,
      );
    await controller('1', { name: 'Now' });
    await controller('2', { name: 'Gone', ceased_on: '2026-01-01' });
    await controller('3', { description: 'super-secure', ceased: false });
    await controller('4', { description: 'super-secure', ceased: true });
    expect(await register.select('name, company_name', 'register.current_controllers order by name')).toEqual(
      [
        { name: 'Now', company_name: 'NAME 09876543' },
        { name: null, company_name: 'NAME 09876543' },
      ],
    );
  });

  it('shows everything that it holds about a company as one document', async () => {
    const data = { name: 'ONE', links: { self: C } };
    await register.apply('companies', C, { company_name: 'ONE', company_status: 'active' });
    await register.apply('officers', `${C}/appointments/1`, { ...data, appointed_on: '2020-01-01' });
    await register.apply('officers', `${C}/appointments/2`, { ...data, appointed_on: '2021-01-01' });
    await register.apply(
      'persons-with-significant-control',
      `${C}/persons-with-significant-control/individual/1`,
      data,
    );
    await register.apply(
      'persons-with-significant-control-statements',
      `${C}/persons-with-significant-control-statements/1`,
      data,
    );
    await register.apply('charges', `${C}/charges/1`, data);
    await register.remove('charges', `${C}/charges/1`);
    await register.apply('insolvency-cases', `${C}/insolvency`, { cases: [] });
    await register.apply('company-exemptions', 'company/09876543/exemptions', { exemptions: {} });
    await register.apply('disqualified-officers', '/disqualified-officers/corporate/1', {
      company_number: '09876543',
    });
    await register.apply('filings', `${C}/filing-history/1`, { type: 'AA' });
    await register.apply('officers', '/company/00000009/appointments/9', data);
    const overview = async (number: string) =>
      (
        await register.select(`register.company_overview('${number}') as overview`, 'ingest.coverage limit 1')
      )[0]?.overview as Record<string, unknown>;
    const found = await overview(' 9876543');
    const short = Object.fromEntries(
      Object.entries(found).map(([part, held]) => [part, Array.isArray(held) ? held.length : typeof held]),
    );
    expect(short).toEqual({
      company_number: 'string',
      company: 'object',
      officers: 2,
      persons_with_significant_control: 1,
      persons_with_significant_control_statements: 1,
      charges: 1,
      insolvency: 'object',
      exemptions: 'object',
      disqualifications: 1,
      filings: 1,
      status_changes: 1,
    });
    expect(found.company).toEqual({
      resource_uri: C,
      resource_kind: 'a-kind',
      data: { company_name: 'ONE', company_status: 'active' },
      timepoint: 101,
      published_at: expect.any(String),
      deleted: false,
    });
    expect(found.officers).toMatchObject([
      { data: { appointed_on: '2021-01-01' } },
      { data: { appointed_on: '2020-01-01' } },
    ]);
    expect(found.charges).toMatchObject([{ deleted: true, data }]);
    expect(await overview('NI999999')).toBeNull();
  });
});
