// npm run bench: what docs/performance.md tells, measured on private stores with their default settings.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStores } from '@timepoint/dev/stores';
import { measureBacklog } from './backlog.ts';
import { measureLatency } from './latency.ts';
import { measureLogSize } from './log-size.ts';

const BACKLOG_EVENTS = 100_000;
const LATENCY_EVENTS = 400;
const LATENCY_RATE = 20;
const LOG_EVENTS = 40_000;

const root = await mkdtemp(join(tmpdir(), 'timepoint-bench-'));
const stores = await openStores({ root, env: process.env, log: console.log });
try {
  process.env.TEST_DATABASE_URL = stores.databaseUrl;
  process.env.TEST_REDIS_URL = stores.redisUrl ?? '';
  console.log(
    `${availableParallelism()} cores (${cpus()[0]?.model}), Node ${process.version}, ${stores.description}`,
  );

  const latency = await measureLatency(LATENCY_EVENTS, LATENCY_RATE);
  const [p50, p99, max] = [latency.p50, latency.p99, latency.max].map((ms) => `${ms.toFixed(1)} ms`);
  console.log(
    `an event is visible in register.companies, at ${LATENCY_RATE} events/s: p50 ${p50}, p99 ${p99}, max ${max}`,
  );

  const backlog = await measureBacklog(BACKLOG_EVENTS);
  const ratio = backlog.eventsPerSecond / backlog.scriptEventsPerSecond;
  console.log(
    `a backlog of ${backlog.events} company events: ${backlog.eventsPerSecond.toFixed(0)} events/s`,
  );
  console.log(
    `the usual script, one upsert and one saved position an event: ${backlog.scriptEventsPerSecond.toFixed(0)} events/s; ` +
      `Timepoint is ${ratio.toFixed(1)} times as fast`,
  );

  const log = await measureLogSize(LOG_EVENTS);
  console.log(
    `the log of ${log.events} events of all streams: ${log.bytesPerEvent.toFixed(0)} bytes an event, ` +
      `${log.packedBytesPerEvent.toFixed(0)} once packed`,
  );
} finally {
  await stores.close();
  await rm(root, { recursive: true, force: true });
}
