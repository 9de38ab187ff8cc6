import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '@timepoint/database/pool';
import { openTestRegister, type TestRegister } from '@timepoint/testkit/register';
import { startCommand } from '../test-command-line.ts';

const COMPANY = '/company/09876543';
/** Every character that a terminal may interpret, or that hides or reorders text. Postgres can not store NUL. */
const HOSTILE = Array.from({ length: 0xe0080 }, (_, code) => String.fromCodePoint(code))
  .filter((sign) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(sign) && sign !== '\0')
  .join('');
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

let register: TestRegister;

beforeAll(async () => {
  register = await openTestRegister();
  const hostile = `evil ${HOSTILE}`;
  await register.apply('companies', COMPANY, { company_name: hostile, [hostile]: hostile });
  await register.apply('companies', COMPANY, { company_name: hostile, [hostile]: 1 });
  await register.apply('filings', `${COMPANY}/filing-history/a${HOSTILE}`, {
    description: hostile,
    type: hostile,
  });
  await register.apply('officers', `${COMPANY}/appointments/b${HOSTILE}`, { name: hostile });
  const database = openDatabase(register.url, 1);
  await database.query(
    `insert into ingest.dead_letters (stream, timepoint, reason, detail, path, raw, resource_uri)
     values ('companies', 7, 'rejected', $1, $1, $1, $1)`,
    [hostile],
  );
  await database.query(
    `insert into ingest.snapshots (product, snapshot_date, part, parts, location, state)
     values ('psc-snapshot', '2026-11-24', 2, 31, $1, 'reading')`,
    [hostile],
  );
  // Makes verify find a difference.
  await database.query('delete from ingest.events where stream = $1', ['officers']);
  await database.close();
});
afterAll(() => register.close());

describe('Timepoint, printing data of documents,', () => {
  it.each([
    'status',
    'history 09876543',
    'explain 09876543',
    'dead-letters list',
    'dead-letters list --each',
    'dead-letters show 1',
    'dead-letters replay --all --dry-run',
    'snapshot list',
    'snapshot show 1',
    'verify --stream officers',
    'doctor',
  ])('prints no control character: %s', async (command) => {
    for (const args of [command, `${command} --json`]) {
      const { printed } = await startCommand(args, register.url).ended;
      expect(printed.length).toBeGreaterThan(2);
      expect(printed).not.toMatch(UNSAFE);
      if (args.endsWith('--json')) JSON.parse(printed);
    }
  });

  it('shows control characters of a letter as escapes', async () => {
    const { printed } = await startCommand('dead-letters show 1', register.url).ended;
    expect(printed.split('\n').at(-2)).toMatch(/^evil \\u0001.*\\u001b.*\\u007f.*\\u009b.*\\u2028.*\\u202e/);
    const { raw } = JSON.parse(
      (await startCommand('dead-letters show 1 --json', register.url).ended).printed,
    );
    expect(raw).toBe(`evil ${HOSTILE}`);
  });
});
