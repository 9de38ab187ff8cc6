import { FIRST, startSystem } from '@timepoint/e2e/system';
import { until } from '@timepoint/testkit/until';
import { readByScript } from './peer.ts';

export interface BacklogResult {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** The same for a plain script, which awaits one upsert and one saved position for each event. */
  readonly scriptEventsPerSecond: number;
}

/** Events that the script reads: its rate does not change with their number. */
const SCRIPT_EVENTS = 5_000;

/** How fast a backlog is applied, from the start of the ingestor to the last commit, compared with a plain script. */
export async function measureBacklog(events: number): Promise<BacklogResult> {
  const system = await startSystem({ simulator: { SIMULATOR_BACKLOG: String(events) } });
  try {
    const scriptSeconds = await timed(() => readByScript(system, SCRIPT_EVENTS));
    await system.registerFromFirst();
    await system.start('worker');
    const seconds = await timed(async () => {
      await system.start('ingestor');
      await until(async () => (await system.watermark()) >= FIRST + events - 1);
    });
    return {
      events,
      eventsPerSecond: events / seconds,
      scriptEventsPerSecond: SCRIPT_EVENTS / scriptSeconds,
    };
  } finally {
    await system.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
