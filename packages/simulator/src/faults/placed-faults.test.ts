import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../server.ts';
import { openReader, type Reader } from '../test-reader.ts';
import type { FaultsInput } from './schema.ts';

const FIRST = 22_000_001;
const LAST = FIRST + 9;
const AT = FIRST + 4;
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ streams: ['companies'], backlog: 10, heartbeatIntervalMs: 3_600_000 });
});
afterEach(() => simulator.close());

const open = () => openReader(simulator.url, { timepoint: FIRST });
const hasLast = ({ body }: Reader) => body.includes(`"timepoint":${LAST},`) && body.endsWith('\n');

async function readWith(faults: FaultsInput): Promise<Reader> {
  simulator.setFaults(faults);
  return readOn();
}

async function readOn(): Promise<Reader> {
  const reader = await open();
  await reader.until(hasLast);
  return reader;
}

describe("Timepoint's simulator, with a fault at one place,", () => {
  it('sends a page from the start as often as `times` says, and stays open with heartbeats', async () => {
    simulator.setFaults({ page: [{ lines: ['<html>', '</html>'], heartbeats: 2, times: 1 }] });
    const page = await open();
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html']);
    await page.until(({ lines }) => lines.length === 6);
    await simulator.emit(1);
    expect(simulator.status().struck).toEqual({ page: 1 });
    const next = await readOn();
    expect(next.timepoints).toHaveLength(11);
    expect(page.body).toBe('<html>\n\n\n</html>\n\n\n');
    page.close();
  });

  it('sends a page in the middle, and ends after it with `isEnded`', async () => {
    simulator.setFaults({ page: [{ timepoint: AT, lines: ['maintenance'], isEnded: true, times: null }] });
    for (let turn = 1; turn <= 2; turn += 1) {
      const reader = await open();
      expect(await reader.ending).toBe('clean');
      expect(reader.lines.slice(-2)).toEqual([
        expect.stringContaining(`"timepoint":${AT - 1},`),
        'maintenance',
      ]);
      expect(simulator.status().struck).toEqual({ page: turn });
    }
  });

  it.each([
    [{ line: 'garbage' }, [AT - 1, 'garbage', AT]],
    [{ line: 'garbage', isInstead: true }, [AT - 1, 'garbage', AT + 1]],
  ])('sends a strange line at each reconnect: %j', async (fault, expected) => {
    await readWith({ strangeLine: [{ timepoint: AT, times: 2, ...fault }] });
    const { lines } = await readOn();
    const at = lines.indexOf('garbage');
    const around = lines.slice(at - 1, at + 2);
    expect(around.map((line) => (line === 'garbage' ? line : JSON.parse(line).event.timepoint))).toEqual(
      expected,
    );
    expect((await readOn()).timepoints).toHaveLength(10);
    expect(simulator.status().struck).toEqual({ strangeLine: 2 });
  });

  it('sends an error line and ends, at each reconnect', async () => {
    simulator.setFaults({ strangeLine: [{ timepoint: AT, isEnded: true, times: null }] });
    for (const reader of [await open(), await open()]) {
      expect(await reader.ending).toBe('clean');
      expect(reader.lines.at(-1)).toBe('{"error":"Internal Server Error","type":"ch:service"}');
    }
  });

  it('writes another timepoint once', async () => {
    const wrong = await readWith({ wrongTimepoint: [{ timepoint: AT, claims: AT * 10, times: 1 }] });
    expect(wrong.timepoints[4]).toBe(AT * 10);
    const sound = await readOn();
    expect(sound.timepoints[4]).toBe(AT);
    expect(sound.lines[4]).toBe(wrong.lines[4]?.replace(String(AT * 10), String(AT)));
    expect(simulator.status().struck).toEqual({ wrongTimepoint: 1 });
  });

  it('sends two events of two resources with one timepoint', async () => {
    const { events } = await readWith({ twin: [{ timepoint: AT, times: 1 }] });
    const twins = events.filter(({ event }) => event.timepoint === AT);
    expect(new Set(twins.map(({ resource_uri }) => resource_uri)).size).toBe(2);
    expect(events).toHaveLength(11);
    expect(simulator.status().struck).toEqual({ twin: 1 });
  });

  it('writes bytes that are no UTF-8 inside of an otherwise valid line', async () => {
    const reader = await readWith({ badBytes: [{ timepoint: AT, times: 1 }] });
    expect(reader.timepoints).toHaveLength(10);
    expect(Buffer.concat(reader.pieces).includes(Buffer.from([0xc3, 0x28, 0xff]))).toBe(true);
    expect(reader.lines[4]).toContain('\ufffd(\ufffd');
    expect(simulator.status().struck).toEqual({ badBytes: 1 });
  });

  it('does not change other streams', async () => {
    const place = { stream: 'filings', timepoint: AT, times: 1 } as const;
    await readWith({
      twin: [place],
      badBytes: [place],
      strangeLine: [place],
      page: [place, { stream: 'filings', times: 1 }],
    });
    expect(simulator.status().struck).toEqual({});
  });
});
