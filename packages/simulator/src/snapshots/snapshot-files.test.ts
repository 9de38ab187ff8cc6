import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../server.ts';
import { fetchFile, fetchTruth, linesOf, readCsv, unzip } from '../test-snapshots.ts';

const DAY = '2026-06-01';
const COMPANIES = `BasicCompanyDataAsOneFile-${DAY}`;
const CONTROLLERS = `persons-with-significant-control-snapshot-${DAY}`;

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: 4, backlog: 2_000 });
});
afterAll(() => simulator.close());

const textOf = async (name: string, query: string) => (await fetchFile(simulator, name, query)).toString();

describe("Timepoint's simulator serves snapshot files so that", () => {
  it.each([
    [`${COMPANIES}.zip`, `${COMPANIES}.csv`],
    [`BasicCompanyData-${DAY}-part2_3.zip`, `BasicCompanyData-${DAY}-part2_3.csv`],
    [`${CONTROLLERS}.zip`, `${CONTROLLERS}.txt`],
    [`psc-snapshot-${DAY}_3of3.zip`, `psc-snapshot-${DAY}_3of3.txt`],
  ])('%s is a zip of %s alone', async (zip, plain) => {
    const query = 'at=newest&rows=3000';
    const { name, content } = await unzip(await fetchFile(simulator, zip, query));
    expect(name).toBe(plain);
    expect(content.equals(await fetchFile(simulator, plain, query))).toBe(true);
  });

  it.each(['', 'bad-bytes,ragged,duplicate-row,bare-empties'])(
    'the parts of companies add up to the whole, each with a header, with faults %p',
    async (faults) => {
      const query = `at=newest&rows=2345&faults=${faults}`;
      const whole = await textOf(`${COMPANIES}.csv`, query);
      const [header = '', ...rows] = linesOf(whole);
      const parts = await Promise.all(
        [1, 2, 3, 4].map((part) => textOf(`BasicCompanyData-${DAY}-part${part}_4.csv`, query)),
      );
      expect(parts.map((part) => linesOf(part)[0])).toEqual(parts.map(() => header));
      expect(parts.flatMap((part) => linesOf(part).slice(1))).toEqual(rows);
    },
  );

  it('the parts of controllers add up to the whole, the last one with the totals', async () => {
    const query = 'at=newest&rows=2345&faults=bad-json';
    const parts = await Promise.all(
      [1, 2, 3].map((part) => textOf(`psc-snapshot-${DAY}_${part}of3.txt`, query)),
    );
    expect(parts.join('')).toBe(await textOf(`${CONTROLLERS}.txt`, query));
    const truths = await Promise.all(
      [1, 2, 3].map((part) => fetchTruth(simulator, `psc-snapshot-${DAY}_${part}of3.txt`, query)),
    );
    expect(truths.flat()).toEqual(await fetchTruth(simulator, `${CONTROLLERS}.txt`, query));
    expect(truths.map(({ length }) => length)).toEqual([781, 782, 782]);
  });

  it('the same seed invents the same rows, and another seed others', async () => {
    const twin = await startSimulator({ seed: 4, backlog: 2_000 });
    const other = await startSimulator({ seed: 5, backlog: 0 });
    for (const name of [`${COMPANIES}.csv`, `${CONTROLLERS}.txt`]) {
      const query = 'at=newest&rows=2000';
      const [mine, same, another] = await Promise.all(
        [simulator, twin, other].map((each) => fetchFile(each, name, query)),
      );
      expect(same?.equals(mine ?? Buffer.alloc(0))).toBe(true);
      const ofMine = new Set(linesOf(mine?.toString() ?? ''));
      expect(linesOf(another?.toString() ?? '').filter((line) => ofMine.has(line)).length).toBeLessThan(2);
    }
    await Promise.all([twin.close(), other.close()]);
  });

  it('a file is never smaller than the world, and its first rows do not depend on how many follow', async () => {
    const own = readCsv(await fetchFile(simulator, `${COMPANIES}.csv`, 'at=newest&rows=10'));
    const more = readCsv(await fetchFile(simulator, `${COMPANIES}.csv`, 'at=newest&rows=1000'));
    const most = readCsv(await fetchFile(simulator, `${COMPANIES}.csv`, 'at=newest&rows=1500'));
    expect(own.length).toBeGreaterThan(100);
    expect(more).toHaveLength(1_000);
    expect(more.slice(0, own.length)).toEqual(own);
    expect(most.slice(0, 1_000)).toEqual(more);
  });

  it.each([
    ['BasicCompanyDataAsOneFile-2026-02-30.csv', ''],
    ['BasicCompanyDataAsOneFile-2026-06-01.txt', ''],
    ['BasicCompanyData-2026-06-01-part3_2.zip', ''],
    ['BasicCompanyData-2026-06-01-part0_2.zip', ''],
    ['psc-snapshot-2026-06-01.zip', ''],
    ['passwd', ''],
  ])('%s is refused with all names that there are', async (name, query) => {
    for (const path of ['snapshots', 'simulator/snapshot-truth']) {
      const answer = await fetch(`${simulator.url}/${path}/${name}?${query}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toEqual({
        error: expect.stringContaining('psc-snapshot-YYYY-MM-DD_{i}of{n}'),
      });
    }
  });

  it.each([
    [`${COMPANIES}.csv`, 'faults=nonsense', 'reordered-columns'],
    [`${COMPANIES}.csv`, 'faults=bad-json', 'reordered-columns'],
    [`${CONTROLLERS}.txt`, 'faults=ragged', 'wrong-totals'],
    [`${COMPANIES}.csv`, 'rows=10000001', '10000000'],
    [`${COMPANIES}.csv`, 'rows=-1', 'rows'],
    [`${COMPANIES}.csv`, 'at=noon', 'must be newest or a timepoint of the stream companies'],
    [`${COMPANIES}.csv`, 'at=99000000', 'has no event 99000000'],
    [`${COMPANIES}.csv`, 'at=1', 'has no event 1;'],
    [`${COMPANIES}.csv`, 'speed=1', 'speed'],
  ])('%s with %s is refused and says why', async (name, query, mention) => {
    const answer = await fetch(`${simulator.url}/snapshots/${name}?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: expect.stringContaining(mention) });
  });

  it('a reader that leaves early does not disturb other readers', async () => {
    const leaving = new AbortController();
    const answer = await fetch(`${simulator.url}/snapshots/${COMPANIES}.zip?rows=1000000`, {
      signal: leaving.signal,
    });
    expect(answer.headers.get('content-type')).toBe('application/zip');
    leaving.abort();
    expect(await textOf(`${COMPANIES}.csv`, 'rows=5')).toContain('\r\n');
  });

  it('events are emitted while a large file is read', async () => {
    const answer = await fetch(`${simulator.url}/snapshots/${COMPANIES}.csv?rows=1000000`);
    const { companies } = await simulator.emit(100);
    expect(companies).toBe(simulator.status().newest.companies);
    await answer.body?.cancel();
  });
});
