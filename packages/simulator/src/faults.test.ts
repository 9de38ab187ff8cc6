import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultsInput } from './faults/schema.ts';
import { type Simulator, startSimulator } from './server.ts';
import { openReader, type Reader } from './test-reader.ts';

const FIRST = 22_000_001;
const EVENTS = 300;
let simulator: Simulator;
/** The bytes of a reader from the first event on, without faults. */
let sound: string;

beforeEach(async () => {
  simulator = await startSimulator({
    streams: ['companies'],
    backlog: EVENTS,
    heartbeatIntervalMs: 3_600_000,
    maxConnections: 10,
  });
  sound = (await readAll()).body;
});
afterEach(() => simulator.close());

const hasLast = ({ body }: Reader) =>
  body.includes(`"timepoint":${FIRST + EVENTS - 1},`) && body.endsWith('\n');
const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
const open = () => openReader(simulator.url, { timepoint: FIRST });

async function readAll(): Promise<Reader> {
  const reader = await open();
  await reader.until(hasLast);
  return reader;
}

async function readWith(faults: FaultsInput): Promise<Reader> {
  simulator.setFaults(faults);
  return readAll();
}

function isEvent(line: string): boolean {
  try {
    return JSON.parse(line).event !== undefined;
  } catch {
    return false;
  }
}

const eventLines = (reader: Reader) => reader.lines.filter(isEvent);
const soundLines = () => sound.split('\n').slice(0, -1);

describe("Timepoint's simulator, with faults,", () => {
  it('writes line by line', async () => {
    const reader = await readWith({ chunking: 'lines' });
    expect(reader.body).toBe(sound);
    expect(reader.pieces.every((piece) => piece.at(-1) === 0x0a)).toBe(true);
    expect(reader.pieces.length).toBeGreaterThan(EVENTS / 2);
  });

  it.each([
    ['random', EVENTS],
    ['bytes', 30],
  ] as const)('cuts what it writes (%s) without changing it', async (chunking, count) => {
    simulator.setFaults({ chunking });
    const reader = await openReader(simulator.url, { timepoint: FIRST + EVENTS - count });
    await reader.until(hasLast);
    expect(reader.lines).toEqual(soundLines().slice(-count));
    expect(reader.pieces.some((piece) => piece.at(-1) !== 0x0a)).toBe(true);
  });

  it('ends lines with CR LF', async () => {
    expect((await readWith({ crlf: true, chunking: 'random' })).body).toBe(sound.replaceAll('\n', '\r\n'));
  });

  it('sends lines again, the same or older ones, and omits none', async () => {
    const reader = await readWith({ duplicateRate: 0.3 });
    expect(reader.lines.length).toBeGreaterThan(EVENTS * 1.15);
    expect([...new Set(reader.lines)]).toEqual(soundLines());
    expect(reader.timepoints.some((timepoint, index, all) => timepoint === all[index - 1])).toBe(true);
    expect(reader.timepoints.some((timepoint, index, all) => timepoint < (all[index - 1] ?? 0))).toBe(true);
  });

  it('inserts invalid lines between events, never in place of one', async () => {
    const reader = await readWith({ malformedRate: 0.3 });
    expect(eventLines(reader)).toEqual(soundLines());
    expect(reader.lines.length).toBeGreaterThan(EVENTS * 1.15);
    expect(reader.body).toContain('\ufffd');
    expect(reader.lines).toContain('{}');
  });

  it('inserts blank lines between events', async () => {
    const reader = await readWith({ heartbeatRate: 0.3 });
    expect(reader.lines.filter((line) => line === '').length).toBeGreaterThan(EVENTS * 0.15);
    expect(reader.lines.filter((line) => line !== '')).toEqual(soundLines());
  });

  it('breaks the socket after an event, at times with half of the next line', async () => {
    simulator.setFaults({ disconnectRate: 0.05, seed: 4 });
    const tails = new Set<string>();
    for (let run = 0; run < 20; run += 1) {
      const reader = await open();
      expect(await reader.ending).toBe('broken');
      expect(sound.startsWith(reader.body)).toBe(true);
      tails.add(reader.body.endsWith('\n') ? 'whole' : 'cut');
    }
    expect(tails).toEqual(new Set(['whole', 'cut']));
  });

  it('breaks at the same places for the same seed', async () => {
    const lengths = async () => {
      simulator.setFaults({ disconnectRate: 0.05, seed: 4 });
      const first = await open();
      await first.ending;
      const second = await open();
      await second.ending;
      return [first.body.length, second.body.length];
    };
    expect(await lengths()).toEqual(await lengths());
  });

  it('ends the response cleanly after an event', async () => {
    simulator.setFaults({ endRate: 0.1 });
    const reader = await open();
    expect(await reader.ending).toBe('clean');
    expect(sound.startsWith(reader.body)).toBe(true);
    expect(reader.body.endsWith('\n')).toBe(true);
  });

  it('writes an error line and ends', async () => {
    simulator.setFaults({ errorLineRate: 0.1 });
    const reader = await open();
    expect(await reader.ending).toBe('clean');
    expect(JSON.parse(reader.lines.at(-1) ?? '')).toHaveProperty('error');
    expect(soundLines().slice(0, reader.lines.length - 1)).toEqual(reader.lines.slice(0, -1));
  });

  it('omits an event as often as `times` says, or always', async () => {
    const skip = [
      { timepoint: FIRST + 5, times: 2 },
      { timepoint: FIRST + 7, times: null },
    ];
    const missing = async (reader: Promise<Reader>) => {
      const { timepoints } = await reader;
      return range(FIRST, EVENTS).filter((timepoint) => !timepoints.includes(timepoint));
    };
    expect(await missing(readWith({ skip }))).toEqual([FIRST + 5, FIRST + 7]);
    expect(await missing(readAll())).toEqual([FIRST + 5, FIRST + 7]);
    expect(await missing(readAll())).toEqual([FIRST + 7]);
  });

  it('omits an event of the named stream, and of no other', async () => {
    const both = await startSimulator({ streams: ['companies', 'filings'], backlog: 200 });
    const { first, newest } = both.status();
    const skip = [{ stream: 'filings', timepoint: first.filings + 3, times: null }] as const;
    both.setFaults({ skip: [...skip, { timepoint: first.companies + 4, times: null }] });
    for (const [stream, missing] of [
      ['filings', 3],
      ['companies', 4],
    ] as const) {
      const reader = await openReader(both.url, { path: `/${stream}`, timepoint: first[stream] });
      await reader.until(({ body }) => body.includes(`"timepoint":${newest[stream]},`));
      const all = range(first[stream], newest[stream] - first[stream] + 1);
      expect(reader.timepoints).toEqual(all.filter((timepoint) => timepoint !== first[stream] + missing));
    }
    await both.close();
  });

  it('starts resumed connections late, as often as `times` says', async () => {
    expect((await readWith({ lateStart: { events: 10, times: 1 } })).timepoints[0]).toBe(FIRST + 10);
    expect((await readAll()).timepoints[0]).toBe(FIRST);
  });

  it('answers requests for a stream as `respond` says, one entry after the other', async () => {
    simulator.setFaults({
      respond: [
        { status: 429, times: 2, retryAfterSeconds: 7 },
        { status: 502, times: 1 },
        { status: 200, times: 1, body: 'surprise' },
      ],
    });
    const limited = [await open(), await open()];
    expect(limited.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
      [429, '7'],
      [429, '7'],
    ]);
    const broken = await open();
    await broken.ending;
    expect([broken.status, broken.body]).toEqual([502, expect.stringContaining('<html>')]);
    const odd = await open();
    await odd.ending;
    expect([odd.status, odd.body]).toEqual([200, 'surprise']);
    expect((await readAll()).body).toBe(sound);
  });

  it('answers the requests for one stream alone, for ever', async () => {
    simulator.setFaults({ respond: [{ status: 503, stream: 'filings', times: null }] });
    expect((await readAll()).body).toBe(sound);
    simulator.setFaults({ respond: [{ status: 503, stream: 'companies', times: null }] });
    for (let request = 0; request < 3; request += 1) expect((await open()).status).toBe(503);
  });

  it('keeps silent, and goes on where it was once the fault is over', async () => {
    simulator.setFaults({ silent: true });
    const reader = await open();
    await simulator.emit(5);
    expect(reader.body).toBe('');
    simulator.clearFaults();
    await reader.until(({ lines }) => lines.length >= EVENTS + 5);
    expect(reader.timepoints).toEqual(range(FIRST, EVENTS + 5));
  });

  it('sends heartbeats only, and goes on where it was once the fault is over', async () => {
    const beating = await startSimulator({
      streams: ['companies'],
      backlog: 10,
      heartbeatIntervalMs: 10,
      faults: { dataSilent: true },
    });
    const reader = await openReader(beating.url, { timepoint: FIRST });
    await reader.until(({ lines }) => lines.length >= 3);
    expect(reader.timepoints).toEqual([]);
    beating.clearFaults();
    await reader.until(({ events }) => events.length >= 10);
    expect(reader.timepoints).toEqual(range(FIRST, 10));
    await beating.close();
  });

  it('serves everything in spite of all faults at once to a reader that comes back', async () => {
    simulator.setFaults({
      chunking: 'random',
      crlf: true,
      duplicateRate: 0.05,
      malformedRate: 0.05,
      heartbeatRate: 0.05,
      disconnectRate: 0.02,
      endRate: 0.01,
      errorLineRate: 0.01,
    });
    const seen = new Map<number, string>();
    let timepoint = FIRST;
    while (timepoint < FIRST + EVENTS - 1) {
      const reader = await openReader(simulator.url, { timepoint });
      await Promise.race([reader.ending, reader.until(hasLast).catch(() => undefined)]);
      for (const line of eventLines(reader)) seen.set(JSON.parse(line).event.timepoint, line.trimEnd());
      reader.close();
      timepoint = Math.max(...seen.keys());
    }
    expect([...seen].sort(([a], [b]) => a - b).map(([, line]) => line)).toEqual(soundLines());
  });
});
