import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../server.ts';
import { fetchFile, fetchTruth, linesOf, type TruthLine } from '../../test-snapshots.ts';

const FILE = 'psc-snapshot-2026-06-01_1of1.txt';
const ROWS = 8_000;

type Document = Readonly<Record<string, unknown>>;

let simulator: Simulator;
let lines: Document[];
let totals: Document;
let truth: TruthLine[];

const fetchLines = async (query: string) => linesOf((await fetchFile(simulator, FILE, query)).toString());
const inner = (value: unknown): Document => ({ ...Object(value) });
const parse = (line: string): Document => JSON.parse(line);

beforeAll(async () => {
  simulator = await startSimulator({ seed: 8, backlog: 20_000 });
  const parsed = (await fetchLines(`at=newest&rows=${ROWS}`)).map(parse);
  lines = parsed.slice(0, -1);
  totals = inner(parsed.at(-1)?.data);
  truth = await fetchTruth(simulator, FILE, `at=newest&rows=${ROWS}`);
});
afterAll(() => simulator.close());

describe("Timepoint's simulator writes a file of controllers in which", () => {
  it('every line has the document behind it and the number of its company', () => {
    expect(lines).toEqual(
      truth.map(({ resource_uri, data }) => ({
        company_number: /^\/company\/(\w+)\//.exec(resource_uri)?.[1],
        data,
      })),
    );
    expect(truth).toHaveLength(ROWS);
    expect(truth.every(({ resource_uri, data }) => inner(data.links).self === resource_uri)).toBe(true);
  });

  it('all controllers, statements and exemptions of the world that are not deleted are listed, as published', async () => {
    const streams = [
      'persons-with-significant-control',
      'persons-with-significant-control-statements',
      'company-exemptions',
    ] as const;
    for (const stream of streams) {
      const resources = await simulator.truth(stream).resources();
      const current = resources.filter(({ deleted, data }) => !deleted && data !== null);
      expect(current.length).toBeLessThan(resources.length + (stream === 'company-exemptions' ? 1 : 0));
      const own = new Map(
        truth.filter((line) => line.stream === stream).map(({ resource_uri, data }) => [resource_uri, data]),
      );
      for (const { resource_uri, data } of current)
        expect(own.get(resource_uri)).toEqual(JSON.parse(JSON.stringify(data)));
      const deleted = resources.filter((resource) => resource.deleted);
      expect(deleted.filter(({ resource_uri }) => own.has(resource_uri))).toEqual([]);
    }
  });

  it('there are all kinds, of companies and of overseas entities', () => {
    expect([...new Set(lines.map(({ data }) => String(inner(data).kind)))].toSorted()).toEqual([
      'corporate-entity-beneficial-owner',
      'corporate-entity-person-with-significant-control',
      'exemptions',
      'individual-beneficial-owner',
      'individual-person-with-significant-control',
      'legal-person-beneficial-owner',
      'legal-person-person-with-significant-control',
      'persons-with-significant-control-statement',
      'super-secure-beneficial-owner',
      'super-secure-person-with-significant-control',
    ]);
  });

  it('the last line counts all others', () => {
    const count = (isMet: (kind: string) => boolean) =>
      lines.filter(({ data }) => isMet(String(inner(data).kind))).length;
    expect(totals).toEqual({
      kind: 'totals#persons-of-significant-control-snapshot',
      persons_of_significant_control_count: count((kind) => /(person-.*control|owner)$/.test(kind)),
      statements_count: count((kind) => kind.endsWith('statement')),
      exemptions_count: count((kind) => kind === 'exemptions'),
      generated_at: '2026-06-01T03:40:50+01:00',
    });
  });

  it('it was generated at a time of the UK, in winter as in summer', async () => {
    const winter = await fetchFile(simulator, 'psc-snapshot-2026-01-01_1of1.txt');
    expect(winter.toString()).toContain('"generated_at":"2026-01-01T03:40:50+00:00"');
  });

  it('no resource is listed twice, and invented ones belong to the invented companies', async () => {
    expect(new Set(truth.map(({ resource_uri }) => resource_uri)).size).toBe(ROWS);
    const companies = await fetchTruth(
      simulator,
      'BasicCompanyDataAsOneFile-2026-06-01.csv',
      `at=newest&rows=${ROWS}`,
    );
    const known = new Set(companies.map(({ data }) => data.company_number));
    const padding = lines.slice(-1_000).map(({ company_number }) => company_number);
    expect(padding.filter((number) => !known.has(number))).toEqual([]);
  });
});

describe("Timepoint's simulator applies faults to the file of controllers:", () => {
  it.each([
    ['bad-json', (line: string) => !line.endsWith('}')],
    ['bad-bytes', (line: string) => line.includes('"etag":"\ufffd')],
  ])('%s in a few lines, that the truth names', async (fault, isBad) => {
    const query = `at=newest&rows=2100&faults=${fault}`;
    const bad = (await fetchLines(query)).flatMap((line, index) => (isBad(line) ? [index] : []));
    const named = await fetchTruth(simulator, FILE, query);
    expect(bad).toHaveLength(3);
    expect(named.flatMap(({ faults }, index) => (faults?.includes(fault) ? [index] : []))).toEqual(bad);
  });

  it('a few lines that come twice, which the totals do not count', async () => {
    const sound = await fetchLines('at=newest&rows=2100');
    const doubled = await fetchLines('at=newest&rows=2100&faults=duplicate-row');
    expect(doubled).toHaveLength(sound.length + 3);
    expect(doubled.filter((line, index) => line !== doubled[index - 1])).toEqual(sound);
  });

  it('totals that are wrong', async () => {
    const last = parse((await fetchLines(`at=newest&rows=${ROWS}&faults=wrong-totals`)).at(-1) ?? '');
    expect(inner(last.data)).not.toEqual(totals);
    expect(inner(last.data).statements_count).toBe(totals.statements_count);
  });

  it('an end in the middle, also of a zip', async () => {
    for (const name of [FILE, FILE.replace('.txt', '.zip')]) {
      const whole = await fetchFile(simulator, name, 'at=newest&rows=4000');
      const answer = await fetch(`${simulator.url}/snapshots/${name}?at=newest&rows=4000&faults=cut`);
      let bytes = 0;
      const read = async () => {
        for await (const piece of answer.body ?? []) bytes += piece.length;
      };
      await expect(read()).rejects.toThrow();
      expect(bytes / whole.length).toBeGreaterThan(0.25);
      expect(bytes / whole.length).toBeLessThan(0.75);
    }
  });
});
