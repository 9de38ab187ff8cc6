import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { createTempFolder } from '@timepoint/testkit/temp-folder';
import type { SimulatorOptions } from './options.ts';
import { type Simulator, startSimulator } from './server.ts';
import { fetchFile, fetchTruth, type TruthLine } from './test-snapshots.ts';

const COMPANIES = (day: string) => `BasicCompanyDataAsOneFile-${day}.csv`;
const CONTROLLERS = (day: string) => `psc-snapshot-${day}_1of1.txt`;
const CONTROLLER_STREAMS = [
  'persons-with-significant-control',
  'persons-with-significant-control-statements',
  'company-exemptions',
] as const;

const folder = createTempFolder();
const opened: Simulator[] = [];

async function start(options: SimulatorOptions): Promise<Simulator> {
  const simulator = await startSimulator({ seed: 9, ...options });
  opened.push(simulator);
  return simulator;
}

afterEach(async () => {
  for (const simulator of opened.splice(0)) await simulator.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const uris = (lines: readonly { readonly resource_uri: string }[]) =>
  lines.map(({ resource_uri }) => resource_uri).toSorted();
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));
const byUri = (lines: readonly Pick<TruthLine, 'resource_uri' | 'data'>[]) =>
  lines
    .map(({ resource_uri, data }) => [resource_uri, data] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

/** The expected companies of the file after an event. */
async function liveCompanies(simulator: Simulator, timepoint: number) {
  const resources = await simulator.truth().resources(timepoint);
  const isListed = (data: object | null) =>
    data !== null &&
    'company_name' in data &&
    'company_status' in data &&
    data.company_status !== 'dissolved';
  return resources.filter(({ deleted, data }) => !deleted && isListed(data));
}

describe("Timepoint's simulator writes the snapshot of a moment so that", () => {
  it('the file of a day has what was published before that day began in UK time', async () => {
    let now = Date.parse('2026-06-30T22:59:59Z');
    const simulator = await start({ now: () => now, backlog: 2_000 });
    const { newest } = simulator.status();
    // Midnight in London in summer, an hour before UTC.
    now += 1_000;
    await simulator.emit(2_000);
    const names = ['2026-06-30', '2026-07-01', '2026-07-02'].map(COMPANIES);
    const [before, at, after] = await Promise.all(names.map((name) => fetchTruth(simulator, name)));
    expect(before).toEqual([]);
    expect(uris(at ?? [])).toEqual(uris(await liveCompanies(simulator, newest.companies)));
    const latest = simulator.status().newest.companies;
    expect(uris(after ?? [])).toEqual(uris(await liveCompanies(simulator, latest)));
    expect(at?.length).not.toBe(after?.length);
  });

  it('in winter the day begins with that of UTC, and days without events begin where the last one ended', async () => {
    let now = Date.parse('2026-12-01T23:59:59Z');
    const simulator = await start({ streams: ['companies'], now: () => now, backlog: 300 });
    now = Date.parse('2026-12-04T00:00:00Z');
    await simulator.emit(300);
    const files = ['2026-12-01', '2026-12-02', '2026-12-03', '2026-12-04', '2026-12-05'].map(COMPANIES);
    const counts = await Promise.all(files.map(async (name) => (await fetchTruth(simulator, name)).length));
    const after = (timepoint: number) => liveCompanies(simulator, timepoint);
    const [first, second] = await Promise.all([after(22_000_300), after(22_000_600)]);
    expect(counts).toEqual([0, first.length, first.length, first.length, second.length]);
  });

  it('it can be that after an event of companies, on all streams of the world', async () => {
    const simulator = await start({ backlog: 3_000 });
    const at = simulator.status().newest;
    // The slice ends with an event of companies, else `at` is not quite the newest of the others.
    let { newest } = simulator.status();
    while (newest.companies === at.companies) newest = { ...at, ...(await simulator.emit(1)) };
    await simulator.emit(1_000);
    const query = `at=${newest.companies}`;
    const companies = await fetchTruth(simulator, COMPANIES('2020-01-01'), query);
    expect(byUri(companies)).toEqual(byUri(asJson(await liveCompanies(simulator, newest.companies))));
    const controllers = await fetchTruth(simulator, CONTROLLERS('2020-01-01'), query);
    const truths = await Promise.all(
      CONTROLLER_STREAMS.map(async (stream) => simulator.truth(stream).resources(newest[stream])),
    );
    const current = truths.flat().filter(({ deleted, data }) => !deleted && data !== null);
    expect(byUri(controllers)).toEqual(byUri(asJson(current)));
    expect(current.length).toBeGreaterThan(50);
  });

  it('it can be the newest, for every day', async () => {
    const simulator = await start({ backlog: 1_000 });
    const { newest } = simulator.status();
    const expected = uris(await liveCompanies(simulator, newest.companies));
    for (const day of ['1999-12-31', '2100-01-01']) {
      expect(uris(await fetchTruth(simulator, COMPANIES(day), 'at=newest'))).toEqual(expected);
    }
  });

  it('a restart with the state file does not change what the file of a day holds', async () => {
    const stateFile = join(mkdtempSync(join(folder, 'world-')), 'state.json');
    let now = Date.parse('2026-03-02T12:00:00Z');
    const options = { stateFile, now: () => now };
    const first = await start({ ...options, backlog: 1_234 });
    now += 24 * 3_600_000;
    await first.emit(500);
    const names = [COMPANIES('2026-03-03'), CONTROLLERS('2026-03-03')];
    const before = await Promise.all(names.map((name) => fetchFile(first, name)));
    now += 24 * 3_600_000;
    const second = await start(options);
    expect(await Promise.all(names.map((name) => fetchFile(second, name)))).toEqual(before);
    expect(before[0]?.length).toBeGreaterThan(10_000);
  });

  it('streams that the simulator does not have are empty in it', async () => {
    const simulator = await start({ streams: ['companies'], backlog: 100 });
    expect(await fetchTruth(simulator, CONTROLLERS('2026-01-01'), 'at=newest')).toEqual([]);
    const without = await start({ streams: ['filings'], backlog: 100 });
    expect(await fetchTruth(without, COMPANIES('2026-01-01'), 'at=newest')).toEqual([]);
  });
});
