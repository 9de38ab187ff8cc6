import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { type Simulator, startSimulator } from '@timepoint/simulator/server';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { connectionsTo } from './connect.ts';
import { type LeaseOptions, type Leases, startLeases } from './lease.ts';
import { createMetrics, type Metrics } from './metrics.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

let queues: Queues;
let simulator: Simulator;
let metrics: Metrics;
let leases: Leases;

beforeEach(async () => {
  const redisUrl = hasTestRedis() ? testRedisUrl() : undefined;
  queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
  simulator = await startSimulator({ streams: ['companies'], heartbeatIntervalMs: 50, keys: ['a-key'] });
  await queues.streams.add('companies', {}, { jobId: 'companies' });
  const reporters: LeaseOptions['reporters'] = new Map();
  metrics = createMetrics(reporters);
  leases = await startLeases({
    reporters,
    metrics,
    queues,
    streams: ['companies'],
    maxConnections: 1,
    openConnection: connectionsTo({ url: simulator.url, key: 'a-key', idleTimeoutMs: 5_000 }),
    highWaterJobs: 1_000,
    highWaterBytes: 512 * 1024 * 1024,
    lowWaterJobs: 500,
    turnMs: 60_000,
    logger,
    onStopped: () => undefined,
  });
});
afterEach(async () => {
  await leases.close();
  await simulator.close();
  await queues.close();
});

/** The value of a metric as a scrape shows it; undefined when it is not there. */
async function scrape(name: string): Promise<number | undefined> {
  const line = (await metrics.registry.metrics()).split('\n').find((some) => some.startsWith(`${name}{`));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}
async function untilMetric(name: string, isReached: (value: number | undefined) => boolean): Promise<void> {
  await until(async () => isReached(await scrape(name)));
}

describe('Timepoint, measuring its connections,', () => {
  it('counts what it reads and publishes', async () => {
    await untilMetric('timepoint_connection_up', (value) => value === 1);
    // So many agree that the first number of a history is right; fewer would be asked for again.
    await simulator.emit(4);
    await untilMetric('timepoint_publish_batch_events_sum', (value) => value === 4);
    expect(await scrape('timepoint_lines_read_total')).toBe(4);
    const bytes = (await scrape('timepoint_publish_batch_bytes_sum')) ?? 0;
    expect(bytes).toBeGreaterThan(300);
    expect(await scrape('timepoint_connection_bytes_total')).toBeGreaterThan(bytes);
    expect(await scrape('timepoint_publish_duration_seconds_count')).toBeGreaterThan(0);
    expect(await scrape('timepoint_connection_event_age_seconds')).toBeLessThan(5);
    expect(await scrape('timepoint_connection_byte_age_seconds')).toBeLessThan(5);
    expect(await scrape('timepoint_connection_position_age_seconds')).toBe(0);
  });

  it('shows how long a stream has been without a connection, and nothing of one that it let go', async () => {
    await untilMetric('timepoint_connection_up', (value) => value === 1);
    simulator.setFaults({ respond: [{ status: 503, times: 1 }] });
    simulator.disconnect();
    await untilMetric('timepoint_connection_up', (value) => value === 0);
    await untilMetric(
      'timepoint_connection_position_age_seconds',
      (value) => value !== undefined && value > 0.1,
    );
    await leases.close();
    expect(await scrape('timepoint_connection_up')).toBeUndefined();
    expect(await scrape('timepoint_connection_position_age_seconds')).toBeUndefined();
    expect(await scrape('timepoint_connection_endings_total')).toBeGreaterThan(0);
  });
});
