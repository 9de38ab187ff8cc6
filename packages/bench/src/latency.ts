import { setTimeout as sleep } from 'node:timers/promises';
import { type System, startSystem, until } from '@timepoint/e2e/system';

export interface LatencyResult {
  readonly events: number;
  /** From before the simulator is told to write an event until a query sees its row, in ms. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const WARM_UP_EVENTS = 40;

/** How long an event takes from the simulator to `register.companies`, at a steady rate. */
export async function measureLatency(events: number, eventsPerSecond: number): Promise<LatencyResult> {
  const system = await startSystem();
  try {
    await Promise.all([system.start('worker'), system.start('ingestor')]);
    await until(async () => (await system.status()).connections.length === 1);
    const taken: number[] = [];
    for (let event = 0; event < WARM_UP_EVENTS + events; event++) {
      const startedAt = performance.now();
      await emitAndSee(system);
      taken.push(performance.now() - startedAt);
      await sleep(Math.max(0, 1000 / eventsPerSecond - (taken.at(-1) ?? 0)));
    }
    const sorted = taken.slice(WARM_UP_EVENTS).toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { events, p50: at(0.5), p99: at(0.99), max: at(1) };
  } finally {
    await system.close();
  }
}

async function emitAndSee({ simulate, sql }: System): Promise<void> {
  const { newest } = (await simulate('emit', { count: 1 })) as { newest: { companies: number } };
  for (;;) {
    const { rows } = await sql.query('select from register.companies where timepoint >= $1 limit 1', [
      newest.companies,
    ]);
    if (rows.length > 0) return;
  }
}
