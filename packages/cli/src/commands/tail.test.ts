import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { migrateUp } from '@timepoint/database/migration/migrate';
import { type Database, openDatabase } from '@timepoint/database/pool';
import { eventsJobSchema } from '@timepoint/shared/contract/job';
import { createMigratedDatabase, type TestDatabase } from '@timepoint/testkit/private-database';
import { applyBatch } from '@timepoint/worker/apply/apply-batch';
import { startCommand, type TestRun } from '../test-command-line.ts';

const COMPANY = '/company/09876543';
const ORIGIN = 100;

let test: TestDatabase;
let database: Database;
let stop: AbortController;

beforeAll(async () => {
  test = await createMigratedDatabase(migrateUp);
  database = openDatabase(test.url, 2);
});
afterAll(async () => {
  await database.close();
  await test.drop();
});
beforeEach(async () => {
  stop = new AbortController();
  await database.query(
    'truncate register.companies, register.filings, register.company_status_changes, ingest.events, ingest.coverage',
  );
});
afterEach(() => stop.abort());

const start = (options: string) => startCommand(`tail${options}`, test.url, { signal: stop.signal });

async function applyEvent(stream: string, timepoint: number, uri: string, data: object): Promise<void> {
  const event = { timepoint, type: 'changed', published_at: '2026-03-02T10:15:30' };
  const lines = [JSON.stringify({ resource_uri: uri, data, event })];
  const range = { origin: ORIGIN, after: timepoint - 1, upTo: timepoint };
  await applyBatch(database, eventsJobSchema.parse({ stream, ...range, lines, receivedAt: 0 }));
}

const hasLines = (printed: string) => printed.split('\n').length > 3;

/**
 * Applies events of a company and a filing in turn until enough is printed, as the first event of the command is
 * unknown.
 */
async function applyUntil(run: TestRun, isEnough: (printed: string) => boolean): Promise<string[]> {
  for (let at = ORIGIN + 1; !isEnough(run.printed()) && !stop.signal.aborted; at++) {
    const company_status = at % 2 === 0 ? 'active' : 'dissolved';
    await applyEvent('companies', at, COMPANY, { company_name: 'PARGETER CANAL LTD', company_status });
    await applyEvent('filings', at, `${COMPANY}/filing-history/${at}`, {});
    await sleep(20);
  }
  stop.abort();
  const { printed, exitCode } = await run.ended;
  expect(exitCode).toBeUndefined();
  return printed.trimEnd().split('\n');
}

describe('Timepoint, showing commits,', () => {
  it('prints a line for each event of the requested streams', async () => {
    const lines = await applyUntil(start(' --stream filings --stream charges --company 9876543'), hasLines);
    expect(lines[0]).toMatch(
      /^2026-03-02 10:15:30Z {2}filings {2}\d+ {2}changed {2}09876543 {2}\/company\/09876543\/filing-history\/\d+$/,
    );
    expect(lines.every((line) => line.includes('  filings  '))).toBe(true);
  });

  it('prints JSON, one object per line', async () => {
    const hasBoth = (printed: string) => printed.includes('"companies"') && printed.includes('"filings"');
    const events = (await applyUntil(start(' --json'), hasBoth)).map((line) => JSON.parse(line));
    const company = events.find(({ stream }) => stream === 'companies');
    expect(company).toMatchObject({
      company_name: 'PARGETER CANAL LTD',
      resource_uri: COMPANY,
      type: 'changed',
    });
    expect(new Set(events.map(({ stream }) => stream))).toEqual(new Set(['companies', 'filings']));
  });

  it('prints only changes of status', async () => {
    const lines = await applyUntil(start(' --status'), hasLines);
    expect(lines.at(-1)).toMatch(
      /^2026-03-02 10:15:30Z {2}09876543 {2}PARGETER CANAL LTD: (active → dissolved|dissolved → active)$/,
    );
    expect(lines.slice(1).every((line) => / (active → dissolved|dissolved → active)$/.test(line))).toBe(true);
  });

  it.each([
    [' --stream company', '"company" is not a stream; use one or more of: companies, filings'],
    [' --status --stream filings', 'cannot be used with option'],
  ])('refuses%s', async (options, explanation) => {
    await expect(start(options).ended).rejects.toThrow(explanation);
  });
});
