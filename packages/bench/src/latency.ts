import { startSystem } from '@timepoint/e2e/system';
import { until } from '@timepoint/testkit/until';
import { measureEvents, type Spread } from './spread.ts';

const WARM_UP_EVENTS = 40;

/** How long an event takes from the simulator to `register.companies`, at a steady rate. */
export async function measureLatency(events: number, eventsPerSecond: number): Promise<Spread> {
  const system = await startSystem();
  try {
    await Promise.all([system.start('worker'), system.start('ingestor')]);
    await until(async () => (await system.status()).connections.length === 1);
    await measureEvents(system, eventsPerSecond, (done) => done >= WARM_UP_EVENTS);
    return await measureEvents(system, eventsPerSecond, (done) => done >= events);
  } finally {
    await system.close();
  }
}
