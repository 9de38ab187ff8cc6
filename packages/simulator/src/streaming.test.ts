import { once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import type { SimulatorOptions } from './options.ts';
import { type Simulator, startSimulator } from './server.ts';
import { connect, openReader, type Reader } from './test-reader.ts';

const FIRST = 22_000_001;
const opened: Simulator[] = [];

async function start(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ streams: ['companies'], ...options });
  opened.push(simulator);
  return simulator;
}

afterEach(async () => {
  for (const simulator of opened.splice(0)) await simulator.close();
});

const has = (count: number) => (reader: Reader) => reader.lines.length >= count;
const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

describe("Timepoint's simulator streams so that", () => {
  it('a reader resumes inclusively, in order and without a gap, and goes on live', async () => {
    const simulator = await start({ backlog: 500 });
    const reader = await openReader(simulator.url, { timepoint: FIRST + 100 });
    await reader.until(has(400));
    await simulator.emit(50);
    await reader.until(has(450));
    expect(reader.timepoints).toEqual(range(FIRST + 100, 450));
  });

  it('each of the nine has its own timepoints, resumes inclusively and continues live', async () => {
    const simulator = await start({ streams: STREAM_NAMES, backlog: 2_000 });
    const { first, newest } = simulator.status();
    expect(first.companies).toBe(FIRST);
    expect(new Set(Object.values(first)).size).toBe(STREAM_NAMES.length);
    const total = STREAM_NAMES.reduce((sum, stream) => sum + newest[stream] - first[stream] + 1, 0);
    expect(total).toBe(2_000);
    const readers = await Promise.all(
      STREAM_NAMES.map((name) => openReader(simulator.url, { path: `/${name}`, timepoint: newest[name] })),
    );
    const reached = await simulator.emit(1_500);
    for (const [index, stream] of STREAM_NAMES.entries()) {
      const reader = readers[index];
      const count = reached[stream] - newest[stream] + 1;
      await reader?.until(has(count));
      expect([stream, reader?.timepoints]).toEqual([stream, range(newest[stream], count)]);
    }
  });

  it('each serves its own kinds of resources', async () => {
    const simulator = await start({ streams: STREAM_NAMES, backlog: 1_500 });
    const { first, newest } = simulator.status();
    const kinds = {
      companies: /^company-profile$/,
      filings: /^filing-history$/,
      officers: /^company-officers$/,
      'persons-with-significant-control': /^(company-psc-[a-z]+|[a-z-]+-beneficial-owner|)$/,
      charges: /^company-charges$/,
      'insolvency-cases': /^company-insolvency$/,
      'disqualified-officers': /^disqualified-officer-(natural|corporate)$/,
      'company-exemptions': /^company-exemptions$/,
      'persons-with-significant-control-statements': /^persons-with-significant-control-statement$/,
    };
    for (const stream of STREAM_NAMES) {
      const reader = await openReader(simulator.url, { path: `/${stream}`, timepoint: first[stream] });
      await reader.until(has(newest[stream] - first[stream] + 1));
      for (const event of reader.events) expect(event.resource_kind).toMatch(kinds[stream]);
      reader.close();
    }
  });

  it('a stream that the simulator does not have is an unknown path, and a single stream gets every event', async () => {
    const simulator = await start({ streams: ['companies'] });
    expect(await simulator.emit(500)).toEqual({ companies: FIRST + 499 });
    const reader = await openReader(simulator.url, { path: '/filings' });
    expect([reader.status, reader.headers['content-type']]).toEqual([
      503,
      expect.stringMatching('text/html'),
    ]);
    expect((await fetch(`${simulator.url}/simulator/truth/filings`)).status).toBe(503);
  });

  it('a reader without a timepoint gets new events only', async () => {
    const simulator = await start({ backlog: 500 });
    const reader = await openReader(simulator.url);
    await simulator.emit(3);
    await reader.until(has(3));
    expect(reader.timepoints).toEqual(range(FIRST + 500, 3));
  });

  it('the head of the response arrives before any event', async () => {
    const simulator = await start();
    const reader = await openReader(simulator.url);
    expect(reader.status).toBe(200);
    expect(reader.body).toBe('');
  });

  it('an event reaches every connected reader', async () => {
    const simulator = await start();
    const readers = await Promise.all([openReader(simulator.url), openReader(simulator.url)]);
    await simulator.emit(1);
    await Promise.all(readers.map((reader) => reader.until(has(1))));
    expect(readers.map(({ timepoints }) => timepoints)).toEqual([[FIRST], [FIRST]]);
  });

  it('events happen by themselves at the given rate', async () => {
    const simulator = await start({ rate: 200 });
    const reader = await openReader(simulator.url);
    await reader.until(has(20));
    simulator.setRate(0);
    expect(simulator.status().eventsPerSecond).toBe(0);
  });

  it('the published time is the time of emission', async () => {
    const now = Date.UTC(2026, 6, 1, 12);
    const simulator = await start({ backlog: 200, now: () => now });
    const reader = await openReader(simulator.url, { timepoint: FIRST });
    await reader.until(has(200));
    expect(reader.events.some(({ event }) => event.published_at === '2026-07-01T12:00:00')).toBe(true);
  });

  it.each([
    ['without a key', ''],
    ['with another key', 'another'],
  ])('a reader %s is refused with the publisher’s error', async (_, key) => {
    const simulator = await start({ keys: ['right'] });
    const reader = await openReader(simulator.url, { key });
    await reader.ending;
    expect(reader.status).toBe(401);
    expect(JSON.parse(reader.body)).toEqual({ error: 'Invalid Authorization', type: 'ch:service' });
  });

  it('a password, or no authorization at all, is refused', async () => {
    const { url } = await start();
    const authorization = `Basic ${Buffer.from('simulator:secret').toString('base64')}`;
    expect((await fetch(`${url}/companies`, { headers: { authorization } })).status).toBe(401);
    const bare = await fetch(`${url}/companies`);
    expect([bare.status, await bare.json()]).toEqual([401, { error: 'Empty Authorization header' }]);
  });

  it.each([
    ['older than the log', FIRST + 49],
    ['from the future', FIRST + 101],
  ])('a timepoint that is %s is answered with 416', async (_, timepoint) => {
    const simulator = await start({ backlog: 100, retentionEvents: 50 });
    expect((await openReader(simulator.url, { timepoint })).status).toBe(416);
    expect((await openReader(simulator.url, { timepoint: FIRST + 50 })).status).toBe(200);
    expect((await openReader(simulator.url, { timepoint: FIRST + 99 })).status).toBe(200);
  });

  it.each([
    ['no number', 'abc'],
    ['empty', ''],
    ['zero', 0],
    ['negative', -1],
    ['the one after the newest', FIRST + 10],
  ])('a timepoint that is %s goes on live', async (_, timepoint) => {
    const simulator = await start({ backlog: 10 });
    const reader = await openReader(simulator.url, { timepoint });
    await simulator.emit(2);
    await reader.until(has(2));
    expect(reader.timepoints).toEqual([FIRST + 10, FIRST + 11]);
  });

  it('timepoints are refused, or served late, with the variants of that behaviour', async () => {
    const variants = { afterNewest: '416', noTimepoint: '400', expired: 'late' } as const;
    const simulator = await start({ backlog: 100, retentionEvents: 50, variants });
    const statuses = ['abc', 0, -1, '', FIRST + 100].map(
      async (timepoint) => (await openReader(simulator.url, { timepoint })).status,
    );
    expect(await Promise.all(statuses)).toEqual([400, 400, 400, 400, 416]);
    const late = await openReader(simulator.url, { timepoint: FIRST });
    await late.until(has(50));
    expect(late.timepoints).toEqual(range(FIRST + 50, 50));
  });

  it('the head says plain text, and lets browsers see more', async () => {
    const { headers } = await openReader((await start()).url);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(headers['access-control-expose-headers']).toContain('www-authenticate');
  });

  it('events of officers have no link to the officer, except with `officerLinks`', async () => {
    const links = async (officerLinks: boolean) => {
      const simulator = await start({ streams: ['officers'], backlog: 50, variants: { officerLinks } });
      const { first } = simulator.status();
      const reader = await openReader(simulator.url, { path: '/officers', timepoint: first.officers });
      await reader.until(has(50));
      const truth = await simulator.truth('officers').resources();
      const events = reader.events.filter(({ event, data }) => event.type === 'changed' && data);
      return { sent: JSON.stringify(events), held: JSON.stringify(truth) };
    };
    const plain = await links(false);
    expect([plain.sent, plain.held]).toEqual([
      expect.not.stringContaining('/officers/'),
      expect.not.stringContaining('/officers/'),
    ]);
    const linked = await links(true);
    expect([linked.sent, linked.held]).toEqual([
      expect.stringContaining('/officers/'),
      expect.stringContaining('/officers/'),
    ]);
  });

  it('events beyond the age of retention are gone', async () => {
    let now = 1_000_000;
    const simulator = await start({ backlog: 10, retentionMs: 5_000, now: () => now });
    now += 5_001;
    expect((await openReader(simulator.url, { timepoint: FIRST + 9 })).status).toBe(416);
    expect(simulator.status()).toMatchObject({
      oldest: { companies: FIRST + 10 },
      newest: { companies: FIRST + 9 },
    });
  });

  it('one connection more than allowed closes the oldest of the same key, and no other', async () => {
    const simulator = await start({ keys: ['one', 'two'], maxConnections: 2 });
    const other = await openReader(simulator.url, { key: 'two' });
    const oldest = await openReader(simulator.url, { key: 'one' });
    const older = await openReader(simulator.url, { key: 'one' });
    const newest = await openReader(simulator.url, { key: 'one' });
    expect(await oldest.ending).toBe('clean');
    await simulator.emit(1);
    await Promise.all([other, older, newest].map((reader) => reader.until(has(1))));
    expect(simulator.status().connections).toHaveLength(3);
    expect(simulator.status().connectionsOpened).toBe(4);
  });

  it('one connection more than allowed is refused with 429, and closes none, when the publisher does so', async () => {
    const simulator = await start({ maxConnections: 1, variants: { overLimit: '429' } });
    const first = await openReader(simulator.url);
    expect((await openReader(simulator.url)).status).toBe(429);
    await simulator.emit(1);
    await first.until(has(1));
    first.close();
    await first.ending;
    let again = await openReader(simulator.url);
    while (again.status === 429) again = await openReader(simulator.url);
    expect(again.status).toBe(200);
  });

  it('a session ends cleanly when its time is over, after whole lines', async () => {
    const simulator = await start({ backlog: 5_000, sessionMs: 200 });
    const reader = await openReader(simulator.url, { timepoint: FIRST });
    expect(await reader.ending).toBe('clean');
    expect(reader.body.endsWith('}\n')).toBe(true);
    expect(reader.timepoints).toEqual(range(FIRST, reader.timepoints.length));
  });

  it('heartbeats are blank lines from a timer, with and without events', async () => {
    const simulator = await start({ heartbeatIntervalMs: 20 });
    const reader = await openReader(simulator.url);
    await reader.until(has(3));
    expect(reader.body).toMatch(/^\n+$/);
    await simulator.emit(1);
    await reader.until(({ lines }) => lines.at(-1) === '' && lines.some((line) => line !== ''));
    expect(reader.timepoints).toEqual([FIRST]);
  });

  it('a reader that takes nothing is closed once too much waits for it', async () => {
    const simulator = await start({ backlog: 20_000, maxBufferedBytes: 1_000_000 });
    const stalled = await connect(simulator.url, { timepoint: FIRST });
    const isClosed = once(stalled.socket, 'close');
    stalled.socket.on('error', () => undefined);
    while (simulator.status().connections.length > 0) await simulator.emit(1_000);
    expect(simulator.status().newest.companies).toBeLessThan(FIRST + 60_000);
    stalled.on('error', () => undefined).resume();
    await isClosed;
  });

  it('a reader that falls behind the log is closed', async () => {
    const simulator = await start({ backlog: 20_000, retentionEvents: 20_000 });
    const stalled = await connect(simulator.url, { timepoint: FIRST });
    await simulator.emit(20_000);
    let bytes = 0;
    const readAll = async () => {
      for await (const piece of stalled) bytes += piece.length;
    };
    await expect(readAll()).rejects.toThrow();
    expect(bytes).toBeGreaterThan(0);
  });

  it('an unknown path gets a web page with a 503', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/filings-typo`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toMatch('text/html');
  });

  it('shutting down ends every connection cleanly', async () => {
    const simulator = await startSimulator({ streams: ['companies'] });
    const reader = await openReader(simulator.url);
    await simulator.close();
    expect(await reader.ending).toBe('clean');
  });

  it('a taken port is a clear error', async () => {
    const { port } = await start();
    await expect(startSimulator({ streams: ['companies'], port })).rejects.toThrow(
      `SIMULATOR_PORT: port ${port} on 127.0.0.1 is in use`,
    );
  });
});
