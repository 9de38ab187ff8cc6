import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { type Simulator, startSimulator } from './server.ts';
import { openReader } from './test-reader.ts';

const FIRST = 22_000_001;
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ streams: ['companies'], seed: 7, retentionEvents: 100 });
});
afterEach(() => simulator.close());

function call(method: string, path: string, body?: unknown) {
  const headers = { 'content-type': 'application/json' };
  const url = `${simulator.url}/simulator/${path}`;
  return fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers }) });
}

async function readRows(path: string) {
  const text = await (await call('GET', path)).text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("Timepoint's simulator is controlled over HTTP so that", () => {
  it('events are emitted on demand', async () => {
    const answer = await call('POST', 'emit', { count: 1_500 });
    expect([answer.status, await answer.json()]).toEqual([200, { newest: { companies: FIRST + 1_499 } }]);
  });

  it('the rate is set and shows in the status', async () => {
    const burst = { everySeconds: 60, factor: 10, seconds: 5 };
    expect(await (await call('POST', 'rate', { eventsPerSecond: 0.5, burst })).json()).toMatchObject({
      eventsPerSecond: 0.5,
      burst,
    });
    expect(await (await call('POST', 'rate', { eventsPerSecond: 0 })).json()).toMatchObject({
      eventsPerSecond: 0,
    });
  });

  it('the status reports the timepoints, connections and faults', async () => {
    await simulator.emit(150);
    const reader = await openReader(simulator.url);
    expect(await (await call('GET', 'status')).json()).toEqual({
      seed: 7,
      first: { companies: FIRST },
      oldest: { companies: FIRST + 50 },
      newest: { companies: FIRST + 149 },
      connections: [{ stream: 'companies', since: expect.stringMatching(/^\d{4}-.*Z$/) }],
      eventsPerSecond: 0,
      burst: null,
      emitted: 150,
      connectionsOpened: 1,
      faults: expect.objectContaining({ silent: false }),
      struck: {},
    });
    reader.close();
  });

  it('faults are replaced and cleared', async () => {
    expect(await (await call('POST', 'faults', { silent: true })).json()).toMatchObject({
      faults: { silent: true },
    });
    expect(await (await call('POST', 'faults', { crlf: true })).json()).toMatchObject({
      faults: { silent: false, crlf: true },
    });
    expect(await (await call('DELETE', 'faults')).json()).toMatchObject({ faults: { crlf: false } });
  });

  it.each([
    ['emit', { count: 0 }, 'count'],
    ['emit', {}, 'count'],
    ['rate', { eventsPerSecond: 'many' }, 'eventsPerSecond'],
    ['rate', { eventsPerSecond: 1, burst: { everySeconds: 1, factor: 2, seconds: 3 } }, 'a burst must end'],
    ['faults', { duplicateRate: 3 }, 'duplicateRate'],
    ['faults', { nonsense: true }, 'nonsense'],
    ['disconnect', { cutTail: 1 }, 'cutTail'],
  ])('a request to %s with %j is refused and says why', async (path, body, mention) => {
    const answer = await call('POST', path, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: expect.stringContaining(mention) });
  });

  it('a body that is no JSON is refused with every content type', async () => {
    const answer = await fetch(`${simulator.url}/simulator/emit`, { method: 'POST', body: '{"count":' });
    expect(answer.status).toBe(400);
    expect(
      (await fetch(`${simulator.url}/simulator/emit`, { method: 'POST', body: '{"count":1}' })).status,
    ).toBe(200);
  });

  it('all connections are broken at once', async () => {
    const readers = [await openReader(simulator.url), await openReader(simulator.url)];
    expect(await (await call('POST', 'disconnect')).json()).toEqual({ disconnected: 2 });
    expect(await Promise.all(readers.map(({ ending }) => ending))).toEqual(['broken', 'broken']);
  });

  it('all connections are broken in the middle of a line', async () => {
    await simulator.emit(1);
    const reader = await openReader(simulator.url);
    await call('POST', 'disconnect', { cutTail: true });
    expect(await reader.ending).toBe('broken');
    expect(reader.body).toMatch(/^\{"/);
    expect(reader.body).not.toContain('\n');
  });

  it('the truth is sorted lines, even at timepoints beyond the retention', async () => {
    await simulator.emit(2_000);
    const rows = await readRows('truth/companies');
    expect(rows).toEqual(asJson(await simulator.truth().resources()));
    const uris = rows.map(({ resource_uri }) => resource_uri);
    expect(uris).toEqual(uris.toSorted());
    const old = FIRST + 500;
    expect(await readRows(`truth/companies?timepoint=${old}`)).toEqual(
      asJson(await simulator.truth().resources(old)),
    );
    expect(await readRows(`truth/companies/status-changes?timepoint=${old}`)).toEqual(
      asJson(await simulator.truth().statusChanges(old)),
    );
  });

  it('the truth of every stream can be requested', async () => {
    const whole = await startSimulator({ backlog: 1_500 });
    for (const stream of STREAM_NAMES) {
      const answer = await fetch(`${whole.url}/simulator/truth/${stream}`);
      const rows = (await answer.text()).trimEnd().split('\n');
      expect(rows.map((row) => JSON.parse(row))).toEqual(asJson(await whole.truth(stream).resources()));
    }
    await whole.close();
  });

  it.each(['22000001', 'abc'])(
    'the truth at %s, when there is no such event, is refused',
    async (timepoint) => {
      expect((await call('GET', `truth/companies?timepoint=${timepoint}`)).status).toBe(400);
    },
  );
});
