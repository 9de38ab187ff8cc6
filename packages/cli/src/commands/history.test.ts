import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from '@timepoint/database/pool';
import { openTestRegister, type TestRegister } from '@timepoint/testkit/register';
import { startCommand } from '../test-command-line.ts';

const COMPANY = '/company/09876543';
const OFFICER = `${COMPANY}/appointments/abc`;

let register: TestRegister;

beforeAll(async () => {
  register = await openTestRegister();
});
afterAll(() => register.close());

const at = (minute: number) => ({ published_at: `2026-03-02T10:${minute}:00` });
const run = (args: string) => startCommand(`history ${args}`, register.url).ended;
/** The first words of each event. */
const heads = async (args: string) => (await run(args)).printed.match(/(?<=^2026.*? {2}).*$/gm);

async function execute(sql: string): Promise<void> {
  const database = openDatabase(register.url, 1);
  await database.query(sql).finally(() => database.close());
}

beforeEach(async () => {
  await register.empty();
  await register.apply('companies', COMPANY, { company_name: 'PARGETER CANAL LTD', etag: 'a' }, at(10));
  await register.apply('officers', OFFICER, { name: 'PARGETER, Anne' }, at(15));
  await register.apply('companies', '/company/SC123456', { company_name: 'ANOTHER LTD' }, at(16));
  await register.apply('companies', COMPANY, { company_name: 'PARGETER LOCK LTD', etag: 'b' }, at(20));
  await register.apply('companies', COMPANY, { company_name: 'PARGETER LOCK LTD', etag: 'c' }, at(11));
  await register.remove('officers', OFFICER, { links: {} });
  await register.apply('officers', OFFICER, { name: 'PARGETER, Anne', resigned_on: '2026-03-01' }, at(30));
});

describe('Timepoint, asked for the history of a company,', () => {
  it('shows the changes of all streams field by field', async () => {
    expect(await run('9876543')).toEqual({
      printed: `PARGETER LOCK LTD (09876543), 6 events

2026-03-02 10:10:00Z  companies  101  first seen  /company/09876543
  company PARGETER CANAL LTD

2026-03-02 10:15:00Z  officers  102  first seen  /company/09876543/appointments/abc
  officer PARGETER, Anne

2026-03-02 10:15:30Z  officers  106  deleted  /company/09876543/appointments/abc
  officer PARGETER, Anne

2026-03-02 10:20:00Z  companies  104  changed  /company/09876543
  company_name: "PARGETER CANAL LTD" → "PARGETER LOCK LTD"

2026-03-02 10:11:00Z  companies  105  published again without a change  /company/09876543

2026-03-02 10:30:00Z  officers  107  re-created  /company/09876543/appointments/abc
  officer PARGETER, Anne, resigned 2026-03-01
  resigned_on: – → "2026-03-01"
`,
      exitCode: undefined,
    });
  });

  it('prints JSON', async () => {
    const events = JSON.parse((await run('09876543 --json --stream companies --limit 2')).printed);
    expect(events).toEqual([
      {
        stream: 'companies',
        timepoint: 104,
        resource_uri: COMPANY,
        published_at: '2026-03-02T10:20:00.000Z',
        received_at: '1970-01-01T00:00:00.000Z',
        what: 'changed',
        changes: [{ path: 'company_name', from: 'PARGETER CANAL LTD', to: 'PARGETER LOCK LTD' }],
      },
      expect.objectContaining({ what: 'published again without a change', changes: [] }),
    ]);
  });

  it('compares with events that are not shown', async () => {
    expect(await heads('09876543 --stream companies')).toHaveLength(3);
    expect(await heads('09876543 --limit 1')).toEqual([`officers  107  re-created  ${OFFICER}`]);
    expect(await heads('09876543 --since 2026-03-02T10:20:00')).toEqual([
      `companies  104  changed  ${COMPANY}`,
      `officers  107  re-created  ${OFFICER}`,
    ]);
    expect((await run('09876543 --since 2026-03-03')).printed).toBe(
      'PARGETER LOCK LTD (09876543), 0 of 6 events\n',
    );
  });

  it('shows the same when payloads are compacted, and where the log of a stream begins', async () => {
    const before = await heads('09876543');
    await execute(`
      with block as (
        insert into ingest.event_blocks (stream, last_timepoint, payloads)
        select 'companies', max(timepoint), jsonb_object_agg(timepoint, payload)
        from ingest.events where stream = 'companies'
        returning id
      )
      update ingest.events set payload = null, block_id = id from block where stream = 'companies'`);
    expect(await heads('09876543')).toEqual(before);
    await execute(`
      delete from ingest.events where stream = 'companies' and timepoint <= 101;
      update ingest.coverage set expired_up_to = 101 where stream = 'companies'`);
    expect((await run('09876543')).printed).toMatch(
      /^.*, 5 events\nthe log of companies begins after timepoint 101\n\n/,
    );
    expect(await heads('09876543 --stream companies')).toContain(`companies  104  first seen  ${COMPANY}`);
  });

  it('says of a delete whose earlier documents have expired what the register holds of it', async () => {
    const never = `${COMPANY}/appointments/never`;
    const gone = `${COMPANY}/appointments/gone`;
    await register.apply('officers', gone, { name: 'LOCK, Bert', officer_role: 'director' }, at(31));
    await register.remove('officers', gone, { links: {} });
    await register.remove('officers', never, null as never);
    await execute(`
      delete from ingest.events where stream = 'officers' and type = 'changed';
      update ingest.coverage set expired_up_to = 107 where stream = 'officers'`);
    const { printed } = await run('09876543 --stream officers');
    expect(printed).toContain(
      `deleted  ${gone}\n  officer LOCK, Bert, director, as the register holds it: the log no longer does\n`,
    );
    const unknown = 'what it was is not known: neither the log nor the register holds a document of it';
    expect(printed).toContain(`deleted  ${never}\n  ${unknown}\n`);
    // The row is of a later document.
    expect(printed).toContain(`deleted  ${OFFICER}\n  ${unknown}\n`);
    const events: { resource_uri: string }[] = JSON.parse(
      (await run('9876543 --json --stream officers')).printed,
    );
    expect(events.find((event) => event.resource_uri === gone)).toMatchObject({
      about: { thing: 'officer', facts: { name: 'LOCK, Bert', officer_role: 'director' } },
      about_from: 'tombstone',
    });
    expect(events.find((event) => event.resource_uri === never)).toMatchObject({ about: null });
  });

  it('reports a company that the log does not have, and the format of a number', async () => {
    await expect(run('123')).rejects.toThrow(
      'The log holds nothing about company 00000123. A company number has eight digits, or letters among them',
    );
    await expect(run('09876543 --stream charges')).rejects.toThrow('The log of charges holds nothing');
  });

  it('stops at 10,000 events unless it has a limit', async () => {
    await execute(`
      insert into ingest.events (stream, timepoint, resource_uri, company_number, type, received_at, payload, outcome)
      select 'filings', place, '/company/09876543/filing-history/' || place, '09876543', 'changed', now(), '{"data": {}}', 'applied'
      from generate_series(1, 10000) as place`);
    await expect(run('09876543')).rejects.toThrow(
      'The log holds more than 10000 events of company 09876543. Add --limit',
    );
    expect((await run('09876543 --limit 2')).printed).toMatch(
      /^PARGETER LOCK LTD \(09876543\), 2 of 10006 events/,
    );
    expect((await run('09876543 --stream filings')).printed).toMatch(/, 10000 events\n/);
  });

  it.each([
    ['--since 2026-02-30', 'Write a date such as 2026-01-01.'],
    ['--limit 0', 'Write a number of events, at least 1.'],
    ['--stream company', '"company" is not a stream; use one or more of: companies, filings'],
  ])('refuses %s', async (option, explanation) => {
    await expect(run(`09876543 ${option}`)).rejects.toThrow(explanation);
  });
});
