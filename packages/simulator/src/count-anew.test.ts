import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from './server.ts';
import { openReader, type Reader } from './test-reader.ts';

const FIRST = 22_000_001;
const BASE = 1_000_000_000_000;
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ streams: ['companies'], backlog: 200 });
});
afterEach(() => simulator.close());

const has = (count: number) => (reader: Reader) => reader.lines.length >= count;

describe("Timepoint's simulator counts a stream anew so that", () => {
  it('readers are disconnected, and their positions are refused', async () => {
    const reader = await openReader(simulator.url, { timepoint: FIRST + 199 });
    simulator.countAnew({ stream: 'companies' });
    expect(await reader.ending).toBe('clean');
    await simulator.emit(5);
    expect(simulator.status()).toMatchObject({ oldest: { companies: 1 }, newest: { companies: 5 } });
    expect((await openReader(simulator.url, { timepoint: FIRST + 199 })).status).toBe(416);
    const anew = await openReader(simulator.url, { timepoint: 1 });
    await anew.until(has(5));
    expect(anew.timepoints).toEqual([1, 2, 3, 4, 5]);
  });

  it('readers get the oldest events instead, with `beyond: oldest`', async () => {
    const url = `${simulator.url}/simulator/count-anew`;
    const answer = await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ first: 40, beyond: 'oldest' }),
    });
    expect(await answer.json()).toMatchObject({ oldest: { companies: 40 }, newest: { companies: 39 } });
    await simulator.emit(3);
    const reader = await openReader(simulator.url, { timepoint: FIRST + 199 });
    await reader.until(has(3));
    expect(reader.timepoints).toEqual([40, 41, 42]);
  });

  it('live readers get new events, even when there are as many as before', async () => {
    simulator.countAnew({ stream: 'companies', first: FIRST });
    const reader = await openReader(simulator.url);
    await simulator.emit(200);
    await reader.until(has(200));
    expect(reader.timepoints[0]).toBe(FIRST);
  });

  it('the truth continues, with timepoints above all earlier ones', async () => {
    const goingOn = await startSimulator({ streams: ['companies'], backlog: 400 });
    simulator.countAnew({ stream: 'companies', first: 7, base: BASE });
    await simulator.emit(100);
    simulator.countAnew({ stream: 'companies', base: 2 * BASE });
    await simulator.emit(100);
    const renumber = (timepoint: number) => {
      const past = timepoint - FIRST - 200;
      if (past < 0) return timepoint;
      return past < 100 ? BASE + 7 + past : 2 * BASE + 1 + past - 100;
    };
    const expected = (await goingOn.truth().resources()).map((row) => ({
      ...row,
      timepoint: renumber(row.timepoint),
      data_timepoint: row.data_timepoint === null ? null : renumber(row.data_timepoint),
    }));
    expect(await simulator.truth().resources()).toEqual(expected);
    const changes = await goingOn.truth().statusChanges();
    expect(await simulator.truth().statusChanges()).toEqual(
      changes.map((change) => ({ ...change, timepoint: renumber(change.timepoint) })),
    );
    await goingOn.close();
  });
});
