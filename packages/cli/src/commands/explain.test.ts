import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestRegister, type TestRegister } from '@timepoint/testkit/register';
import { startCommand } from '../test-command-line.ts';

let register: TestRegister;

beforeAll(async () => {
  register = await openTestRegister();
  for (const id of ['a', 'b', 'c'])
    await register.apply('filings', `/company/09876543/filing-history/${id}`, { type: 'AA' });
  await register.remove('filings', '/company/09876543/filing-history/a', {});
  await register.apply('officers', '/company/09876543/appointments/x', { name: 'PARGETER, Anne' });
  await register.apply('companies', '/company/SC123456', { company_name: 'ANOTHER LTD' });
});
afterAll(() => register.close());

const run = (args: string) => startCommand(`explain ${args}`, register.url).ended;

describe('Timepoint, explaining a company,', () => {
  it.each(['09876543', '9876543'])(
    'shows the rows of %s, whose profile has not arrived yet',
    async (number) => {
      const { printed, exitCode } = await run(number);
      expect(printed).toMatch(/^09876543\nheld +rows +of them deleted +newest timepoint +newest published\n/);
      expect(printed).toMatch(/^filings +3 +1 +104 +2026-03-02T10:15:30\.000Z$/m);
      expect(printed).toMatch(/^officers +1 +0 +105 /m);
      expect(printed).toContain('No profile has arrived yet, as the streams have only what changes.');
      expect(exitCode).toBeUndefined();
    },
  );

  it('prints JSON', async () => {
    expect(JSON.parse((await run('9876543 --json')).printed)).toEqual({
      company_number: '09876543',
      has_profile: false,
      held: [
        expect.objectContaining({ stream: 'filings', rows: 3, deleted: 1, newest_timepoint: 104 }),
        expect.objectContaining({ stream: 'officers', rows: 1, deleted: 0 }),
      ],
      resources: [],
    });
  });

  it.each(['SC123456', 'sc123456'])('finds the company %s', async (number) => {
    const { printed } = await run(number);
    expect(printed).toMatch(/^SC123456\n/);
    expect(printed).toMatch(/^ {2}company_name +stream, 2026-03-02 +"ANOTHER LTD"$/m);
    expect(printed).not.toContain('No profile');
  });

  it('reports a company without rows as an error, with exit code 1', async () => {
    await expect(run('7')).rejects.toThrow('Neither a stream nor a file has company 00000007');
  });
});
