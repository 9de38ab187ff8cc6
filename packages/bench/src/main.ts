// npm run bench: measures the numbers in docs/performance.md on private stores with their default settings.
// `npm run bench -- import` measures only that; BENCH_IMPORT_ROWS=5700000 is the size of the real file.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStores } from '@timepoint/testkit/stores/stores';
import { measureBacklog } from './backlog.ts';
import { measureImport } from './import.ts';
import { measureLatency } from './latency.ts';
import { measureLogSize } from './log-size.ts';
import { formatSpread } from './spread.ts';

const BACKLOG_EVENTS = 100_000;
const LATENCY_EVENTS = 400;
const LATENCY_RATE = 20;
const LOG_EVENTS = 40_000;
const IMPORT_ROWS = Number(process.env.BENCH_IMPORT_ROWS ?? 1_000_000);

const root = await mkdtemp(join(tmpdir(), 'timepoint-bench-'));

const MEASUREMENTS: Record<string, () => Promise<string>> = {
  latency: async () => {
    const spread = await measureLatency(LATENCY_EVENTS, LATENCY_RATE);
    return `an event is visible in register.companies, at ${LATENCY_RATE} events/s: ${formatSpread(spread)}`;
  },
  backlog: async () => {
    const { events, eventsPerSecond, scriptEventsPerSecond } = await measureBacklog(BACKLOG_EVENTS);
    const ratio = eventsPerSecond / scriptEventsPerSecond;
    return (
      `a backlog of ${events} company events: ${eventsPerSecond.toFixed(0)} events/s\n` +
      `the usual script, one upsert and one saved position an event: ${scriptEventsPerSecond.toFixed(0)} events/s; ` +
      `Timepoint is ${ratio.toFixed(1)} times as fast`
    );
  },
  log: async () => {
    const { events, bytesPerEvent, packedBytesPerEvent } = await measureLogSize(LOG_EVENTS);
    return (
      `the log of ${events} events of all streams: ${bytesPerEvent.toFixed(0)} bytes an event, ` +
      `${packedBytesPerEvent.toFixed(0)} once packed`
    );
  },
  import: async () => {
    const { rows, seconds, copySeconds, peakMb, live } = await measureImport(IMPORT_ROWS, root);
    return (
      `an import of ${rows} companies from their zip: ${seconds.toFixed(1)} s, ${(seconds / copySeconds).toFixed(1)} times ` +
      `a plain copy of the file (${copySeconds.toFixed(1)} s); the importer held at most ${peakMb.toFixed(0)} MB\n` +
      `an event is visible meanwhile, at ${LATENCY_RATE} events/s: ${formatSpread(live)}`
    );
  },
};

const asked = process.argv.slice(2);
const stores = await openStores({ root, env: process.env, log: console.log });
try {
  process.env.TEST_DATABASE_URL = stores.databaseUrl;
  process.env.TEST_REDIS_URL = stores.redisUrl ?? '';
  console.log(
    `${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, ${stores.description}`,
  );
  for (const [name, measure] of Object.entries(MEASUREMENTS))
    if (asked.length === 0 || asked.includes(name)) console.log(await measure());
} finally {
  await stores.close();
  await rm(root, { recursive: true, force: true });
}
