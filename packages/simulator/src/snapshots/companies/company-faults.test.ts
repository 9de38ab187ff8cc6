import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../server.ts';
import { fetchFile, fetchTruth, linesOf, readCsv } from '../../test-snapshots.ts';
import { COLUMNS } from './columns.ts';

const FILE = 'BasicCompanyDataAsOneFile-2026-06-01.csv';
const ROWS = 2_100;
const STRUCK_TWICE = 3;

let simulator: Simulator;
let sound: string[];

const fetchLines = async (faults: string) =>
  linesOf((await fetchFile(simulator, FILE, `at=newest&rows=${ROWS}&faults=${faults}`)).toString());
const parse = (lines: readonly string[]) => readCsv(Buffer.from(`${lines.join('\n')}\n`));
const fieldsOf = (line: string) => line.split('","').length;

beforeAll(async () => {
  simulator = await startSimulator({ streams: ['companies'], seed: 6, backlog: 300 });
  sound = await fetchLines('');
});
afterAll(() => simulator.close());

describe("Timepoint's simulator applies faults to the file of companies:", () => {
  it('empty fields without quotes in every second row', async () => {
    const lines = await fetchLines('bare-empties');
    const bare = lines.slice(1).filter((line) => line.includes(',,'));
    expect(bare.length).toBe(ROWS / 2);
    expect(parse(lines)).toEqual(parse(sound));
  });

  it('a few rows of which a byte is no UTF-8', async () => {
    const file = await fetchFile(simulator, FILE, `at=newest&rows=${ROWS}&faults=bad-bytes`);
    const strict = new TextDecoder('utf-8', { fatal: true });
    const lines = file.toString('latin1').split('\r\n').slice(0, -1);
    const bad = lines.filter((line) => {
      try {
        return strict.decode(Buffer.from(line, 'latin1')) === '';
      } catch {
        return true;
      }
    });
    expect(bad).toHaveLength(STRUCK_TWICE);
    for (const line of bad) expect(line).toMatch(/^"CAF\xe9 .*"$/s);
  });

  it('a few rows with a day that no calendar has', async () => {
    const lines = await fetchLines('bad-date');
    expect(lines.filter((line) => line.includes('"31/02/2019"'))).toHaveLength(STRUCK_TWICE);
    expect(lines.filter((line, index) => line !== sound[index])).toHaveLength(STRUCK_TWICE);
  });

  it('a few rows with a column too few or too many', async () => {
    const lines = await fetchLines('ragged');
    const counts = lines.slice(1).map(fieldsOf);
    expect(counts.filter((count) => count === COLUMNS.length - 1)).toHaveLength(STRUCK_TWICE);
    expect(counts.filter((count) => count === COLUMNS.length + 1)).toHaveLength(STRUCK_TWICE);
    expect(counts.filter((count) => count === COLUMNS.length)).toHaveLength(ROWS - 2 * STRUCK_TWICE);
  });

  it.each([
    ['missing-column', (row: Record<string, string>) => delete row.CompanyStatus],
    ['extra-column', (row: Record<string, string>) => Object.assign(row, { 'RegAddress.UPRN': '' })],
    ['reordered-columns', () => undefined],
  ])('a %s, in the header as in all rows', async (fault, change) => {
    const lines = await fetchLines(fault);
    expect(lines[0]).not.toBe(sound[0]);
    const expected = parse(sound);
    for (const row of expected) change(row);
    expect(parse(lines)).toEqual(expected);
  });

  it('a few rows that come twice', async () => {
    const lines = await fetchLines('duplicate-row');
    expect(lines).toHaveLength(sound.length + STRUCK_TWICE);
    expect(lines.filter((line, index) => line !== lines[index - 1])).toEqual(sound);
  });

  it('an end in the middle', async () => {
    const answer = await fetch(`${simulator.url}/snapshots/${FILE}?at=newest&rows=${ROWS}&faults=cut`);
    const pieces: Uint8Array[] = [];
    const read = async () => {
      for await (const piece of answer.body ?? []) pieces.push(piece);
    };
    await expect(read()).rejects.toThrow();
    const whole = Buffer.from(`${sound.join('\n')}\n`);
    const got = Buffer.concat(pieces);
    expect(whole.subarray(0, got.length).equals(got)).toBe(true);
    expect(got.length / whole.length).toBeGreaterThan(0.3);
    expect(got.length / whole.length).toBeLessThan(0.7);
  });

  it('several faults at once, each named with the truth of the row that it strikes', async () => {
    const faults = 'bad-bytes,bad-date,ragged,duplicate-row,bare-empties';
    const truth = await fetchTruth(simulator, FILE, `at=newest&rows=${ROWS}&faults=${faults}`);
    const struck = new Map(truth.flatMap(({ faults: wrong }, index) => (wrong ? [[index, wrong]] : [])));
    expect([...struck.entries()].slice(0, 6)).toEqual([
      [2, ['duplicate-row']],
      [5, ['bad-bytes']],
      [8, ['bad-date']],
      [11, ['ragged']],
      [12, ['ragged']],
      [1_002, ['duplicate-row']],
    ]);
    const plain = await fetchTruth(simulator, FILE, `at=newest&rows=${ROWS}`);
    expect(truth.map(({ data }) => data)).toEqual(plain.map(({ data }) => data));
    expect(plain.some((line) => 'faults' in line)).toBe(false);
  });
});
