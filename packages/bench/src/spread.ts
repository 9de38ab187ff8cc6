import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from '@timepoint/e2e/system';

/** Times are rounded up to this. Polling without a pause would take half a core from the system that is measured. */
const POLL_MS = 2;

/** How times spread, in ms. */
export interface Spread {
  readonly events: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Has the simulator emit events at a steady rate until `isEnough`, and times each until a query sees its row. */
export async function measureEvents(
  system: System,
  eventsPerSecond: number,
  isEnough: (events: number) => boolean,
): Promise<Spread> {
  const taken: number[] = [];
  while (!isEnough(taken.length)) {
    const startedAt = performance.now();
    await emitAndSee(system);
    taken.push(performance.now() - startedAt);
    await sleep(Math.max(0, 1000 / eventsPerSecond - (taken.at(-1) ?? 0)));
  }
  const sorted = taken.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { events: taken.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

async function emitAndSee({ simulate, sql }: System): Promise<void> {
  const { newest } = (await simulate('emit', { count: 1 })) as { newest: { companies: number } };
  for (;;) {
    // Through the log, which has an index for it: the register has many rows while a file is imported.
    const { rows } = await sql.query(
      `select from ingest.events where stream = 'companies' and timepoint = $1
       and exists (select from register.companies where companies.resource_uri = events.resource_uri and companies.timepoint >= $1)`,
      [newest.companies],
    );
    if (rows.length > 0) return;
    await sleep(POLL_MS);
  }
}

/** `p50 11.0 ms, p99 27.2 ms, max 43.9 ms` */
export function formatSpread({ p50, p99, max }: Spread): string {
  const [half, most, all] = [p50, p99, max].map((ms) => `${ms.toFixed(1)} ms`);
  return `p50 ${half}, p99 ${most}, max ${all}`;
}
