import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '@timepoint/database/pool';
import { openTestRegister, type TestRegister } from '@timepoint/testkit/register';
import { startCommand } from '../test-command-line.ts';

let register: TestRegister;
beforeAll(async () => {
  register = await openTestRegister();
  await register.apply('companies', '/company/09876543', {
    company_name: 'HALLAM',
    company_status: 'active',
  });
});
afterAll(() => register.close());

const run = (args: string) => startCommand(args, register.url).ended;
const corrupt = async () => {
  const database = openDatabase(register.url, 1);
  await database.query('delete from register.companies');
  await database.query('delete from register.company_status_changes');
  await database.close();
};

describe('Timepoint, asked whether its copy is exact,', () => {
  it('reports that each stream is exact', async () => {
    const { printed, exitCode } = await run('verify');
    expect(printed).toMatch(
      /^companies: exact {2}up to 101, checked against the log after 100\nfilings: nothing has been/,
    );
    expect(exitCode).toBeUndefined();
  });

  it('reports the differences, with exit code 1, until the table is rebuilt', async () => {
    await corrupt();
    const problems = [
      { problem: 'missing-row', count: 1, examples: ['/company/09876543 (row missing, log at 101)'] },
      { problem: 'missing-status-change', count: 1, examples: ['09876543 at 101'] },
    ];
    const { printed, exitCode } = await run('verify --stream companies --json');
    expect(JSON.parse(printed)).toMatchObject([{ stream: 'companies', verdict: 'not-exact', problems }]);
    expect(exitCode).toBe(1);
    expect((await run('rebuild --stream companies')).printed).toBe(
      'companies: 1 rows added, 0 changed, 0 removed, 1 status changes corrected\n',
    );
    expect((await run('verify --stream companies')).exitCode).toBeUndefined();
    expect(JSON.parse((await run('rebuild --stream filings --json')).printed)).toEqual({
      stream: 'filings',
      added: 0,
      changed: 0,
      removed: 0,
      status_changes: null,
    });
  });

  it('names the streams when it is asked for another', async () => {
    await expect(run('verify --stream nonsense')).rejects.toThrow(
      '"nonsense" is not a stream; use one or more of: companies',
    );
  });
});
