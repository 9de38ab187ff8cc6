import { afterEach, describe, expect, it } from '@jest/globals';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { createRandom } from '@timepoint/simulator/random';
import { until } from '@timepoint/testkit/until';
import { expectExactCopy } from './exactness.ts';
import { runTimepoint, type ServiceProcess } from './service-process.ts';
import { type System, startSystem } from './system.ts';

const EVENTS = 20_000;
// Set E2E_SEED to replay a run that failed.
const SEED = Number(process.env.E2E_SEED ?? Date.now() % 1_000_000);

let system: System;
afterEach(() => system.close());

const countEvents = async () => {
  const { rows } = await system.sql.query('select count(*)::int from ingest.events');
  return rows[0].count as number;
};
const verify = () => runTimepoint(['verify', '--json'], system.env);
const rowsOf = async (sql: string) => (await system.sql.query(sql)).rows;

describe('Timepoint, following all nine streams,', () => {
  it(`ends equal to the truth in every table with three workers, cuts, repeats and kills (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    system = await startSystem({
      streams: STREAM_NAMES,
      simulator: { SIMULATOR_SEED: String(SEED), SIMULATOR_BACKLOG: '3000' },
    });
    await system.setFaults({
      seed: SEED,
      chunking: 'random',
      duplicateRate: 0.02,
      disconnectRate: 0.001,
      endRate: 0.0005,
    });
    await system.registerFromFirst();
    const workers = await Promise.all([1, 2, 3].map(() => system.start('worker')));
    let ingestor: ServiceProcess = await system.start('ingestor');
    await system.simulate('rate', { eventsPerSecond: 400 });
    for (let kill = 0; kill < 8; kill += 1) {
      const goal = (await countEvents()) + 200 + Math.floor(random() * 600);
      await until(async () => (await countEvents()) >= goal);
      const victim = Math.floor(random() * 4);
      if (victim === 3) {
        await ingestor.kill();
        ingestor = await system.start('ingestor');
      } else {
        await workers[victim]?.kill();
        workers[victim] = await system.start('worker');
      }
    }
    await system.simulate('rate', { eventsPerSecond: 0 });
    const { emitted } = (await system.simulate('status')) as { emitted: number };
    await system.simulate('emit', { count: Math.max(1, EVENTS - emitted) });
    await expectExactCopy(system);

    const verdict = await verify();
    expect(verdict.output).not.toContain('not-exact');
    expect(JSON.parse(verdict.output)).toHaveLength(9);
    expect(verdict.code).toBe(0);
    await expectViews();
    // The simulator publishes only what the publisher documents.
    expect(await rowsOf('select fingerprint from ingest.schema_drift')).toEqual([]);

    await system.sql.query(
      `update register.officers set deleted = not deleted where resource_uri = (select min(resource_uri) from register.officers)`,
    );
    expect(await runTimepoint(['verify', '--stream', 'officers'], system.env)).toMatchObject({
      code: 1,
      output: expect.stringContaining('officers: NOT EXACT'),
    });
    expect((await runTimepoint(['rebuild', '--stream', 'officers'], system.env)).output).toContain(
      'officers: 0 rows added, 1 changed, 0 removed',
    );
    expect((await verify()).code).toBe(0);
  }, 400_000);

  it('lets the streams take turns on two connections', async () => {
    system = await startSystem({
      streams: STREAM_NAMES,
      simulator: { SIMULATOR_BACKLOG: '4000', SIMULATOR_MAX_CONNECTIONS: '2' },
    });
    await system.registerFromFirst();
    await Promise.all([
      system.start('worker'),
      system.start('ingestor', { CH_MAX_CONNECTIONS: '2', TURN_MS: '500' }),
    ]);
    await expectExactCopy(system);
    await system.simulate('emit', { count: 1_000 });
    await expectExactCopy(system);
  }, 200_000);
});

interface Truth {
  readonly resource_uri: string;
  readonly company_number: string;
  readonly deleted: boolean;
  readonly data: Record<string, unknown> | null;
}

/** Answers the questions of the views from the simulator's truth. */
async function expectViews(): Promise<void> {
  const truth = async (stream: string) =>
    (await system.truth<Truth>(stream)).filter(({ deleted, data }) => !deleted && data !== null);
  const uris = (rows: readonly { resource_uri: string }[]) => rows.map((row) => row.resource_uri).toSorted();
  const view = async (name: string) => uris(await rowsOf(`select resource_uri from register.${name}`));

  const companies = await truth('companies');
  const live = companies.filter(
    ({ data }) => data?.company_status !== undefined && data.company_status !== 'dissolved',
  );
  expect(await view('live_companies')).toEqual(uris(live));
  const proposed = companies.filter(
    ({ data }) => data?.company_status_detail === 'active-proposal-to-strike-off',
  );
  expect(proposed.length).toBeGreaterThan(0);
  expect(await view('strike_offs')).toEqual(uris(proposed));
  expect(await rowsOf('select from register.strike_offs where proposed_timepoint is null')).toEqual([]);

  const officers = (await truth('officers')).filter(({ data }) => data?.resigned_on === undefined);
  expect(await view('current_officers')).toEqual(uris(officers));
  const controllers = (await truth('persons-with-significant-control')).filter(
    ({ data }) => data?.ceased_on === undefined && data?.ceased !== true,
  );
  expect(await view('current_controllers')).toEqual(uris(controllers));

  const [company] = officers;
  const [row] = await rowsOf(`select register.company_overview('${company?.company_number}') as overview`);
  const held = (await system.truth<Truth>('officers')).filter(
    ({ company_number }) => company_number === company?.company_number,
  );
  expect(uris(row.overview.officers)).toEqual(uris(held));
}
