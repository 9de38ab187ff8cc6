import { afterEach, describe, expect, it } from '@jest/globals';
import { createRandom } from '@timepoint/simulator/random';
import { until } from '@timepoint/testkit/until';
import { expectExactCopy } from './exactness.ts';
import type { ServiceProcess } from './service-process.ts';
import { type System, startSystem } from './system.ts';

const KILLS_OF_EACH = 10;
// Set E2E_SEED to replay a run that failed.
const SEED = Number(process.env.E2E_SEED ?? Date.now() % 1_000_000);

let system: System;
afterEach(() => system.close());

describe('Timepoint', () => {
  it(`loses nothing and doubles nothing through kills of ingestor and worker (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    system = await startSystem({ simulator: { SIMULATOR_SEED: String(SEED), SIMULATOR_BACKLOG: '200' } });
    await system.setFaults({ seed: SEED, chunking: 'random', duplicateRate: 0.01, malformedRate: 0.005 });
    await system.registerFromFirst();
    const running: Record<'ingestor' | 'worker', ServiceProcess> = {
      worker: await system.start('worker'),
      ingestor: await system.start('ingestor'),
    };
    await system.simulate('rate', { eventsPerSecond: 300 });
    const order = (['ingestor', 'worker'] as const).flatMap(
      (victim) => Array(KILLS_OF_EACH).fill(victim) as (typeof victim)[],
    );
    for (const victim of order.toSorted(() => random() - 0.5)) {
      const goal = (await system.newest()) + 1 + Math.floor(random() * 300);
      await until(async () => (await system.newest()) >= goal);
      await running[victim].kill();
      running[victim] = await system.start(victim);
    }
    await system.simulate('rate', { eventsPerSecond: 0 });
    await expectExactCopy(system);
    for (const program of ['worker', 'ingestor'] as const)
      expect((await running[program].terminate()).code).toBe(0);
  }, 400_000);
});
