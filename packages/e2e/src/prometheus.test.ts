import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { EventsJob, StreamJob } from '@timepoint/shared/contract/job';
import { hasTestRedis } from '@timepoint/testkit/private-redis';
import { startRedis } from '@timepoint/testkit/stores/redis';
import { createTempFolder } from '@timepoint/testkit/temp-folder';
import { until } from '@timepoint/testkit/until';
import { freePort, startPrometheus } from './prometheus.ts';
import { shutDatabase } from './shut-database.ts';
import { FIRST, type System, startSystem } from './system.ts';

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0).toReversed()) await part.close();
});
const HOUR_MS = 3_600_000;

async function openRedis(dir: string, port?: number) {
  const redis = await startRedis({ dir, persistence: 'none', ...(port === undefined ? {} : { port }) });
  if (redis === undefined) throw new Error('this test needs redis-server or valkey-server on the PATH');
  opened.push(redis);
  return redis;
}

/** As if a stream had been registered a day ago, and never been connected. */
async function registerLongAgo(system: System): Promise<void> {
  const queues = await system.openQueues();
  const data = { timepoint: FIRST, origin: FIRST - 1 } as unknown as StreamJob;
  await queues.streams.add('companies', data, { jobId: 'companies', timestamp: Date.now() - 25 * HOUR_MS });
  await queues.close();
}

/** A job that has waited for an hour, as if the workers did not get to it. Returns how to take it away. */
async function leaveWaiting(system: System): Promise<() => Promise<void>> {
  const queues = await system.openQueues();
  const options = { jobId: 'late', timestamp: Date.now() - HOUR_MS, delay: 2 * HOUR_MS };
  const job = await queues.events.add('companies', {} as EventsJob, options);
  return async () => {
    await job.remove();
    await queues.close();
  };
}

const hasPrometheus = () => {
  try {
    return execFileSync('prometheus', ['--version'], { stdio: 'pipe' }).length > 0;
  } catch {
    return false;
  }
};

// Without Prometheus, which comes with Debian's package of that name, or without a Redis this counts as skipped.
const withPrometheus = hasTestRedis() && hasPrometheus() ? describe : describe.skip;

withPrometheus('Timepoint, watched by a Prometheus,', () => {
  it('fires each alert when its fault is caused, and clears it when the fault is over', async () => {
    const dir = join(createTempFolder(), 'redis');
    const redis = await openRedis(dir);
    const system = await startSystem({ redisUrl: redis.url });
    opened.push(system);
    const [ingestor, worker] = [await freePort(), await freePort()];
    // Nothing listens at the port of the dashboard: that of a process which is down.
    const prometheus = await startPrometheus({ ingestor, worker, dashboard: await freePort() });
    opened.push(prometheus);
    const fires = async (...alerts: string[]) =>
      until(async () => {
        const firing = await prometheus.firing();
        return alerts.every((alert) => firing.includes(`Timepoint${alert}`));
      });
    const clears = () =>
      until(async () => {
        const firing = await prometheus.firing();
        return firing.every((alert) => alert === 'TimepointProcessDown') && firing;
      });

    await registerLongAgo(system);
    await system.start('worker', { PORT: String(worker) });
    await fires('ProcessDown', 'NoProcess', 'StreamDown', 'PositionExpiring');
    await system.simulate('rate', { eventsPerSecond: 5 });
    await system.start('ingestor', { PORT: String(ingestor), SILENCE_LIMIT_MS: '8000' });
    await clears();

    await system.simulate('rate', { eventsPerSecond: 0 });
    await system.sql.query(
      `insert into ingest.holes (stream, after, up_to, cause, state, attempts) values ('companies', 1, 5, 'jump', 'accepted', 3)`,
    );
    await system.sql.query(
      `insert into ingest.dead_letters (stream, timepoint, reason, detail, raw, state)
       select 'companies', number, 'envelope', 'no resource_uri', '{}', 'open' from generate_series(1, 10) as number`,
    );
    const takeAway = await leaveWaiting(system);
    await fires('StreamSilent', 'Hole', 'DeadLetters', 'Behind');
    await system.simulate('rate', { eventsPerSecond: 5 });
    await system.sql.query(`delete from ingest.holes`);
    await system.sql.query(`update ingest.dead_letters set state = 'discarded'`);
    await takeAway();
    await clears();

    const openDatabase = await shutDatabase(system);
    await fires('DatabaseUnreachable', 'StoreFailing');
    await redis.kill();
    await fires('QueueUnreachable');
    await openRedis(dir, redis.port);
    await fires('NotRegistered');
    await openDatabase();
    expect(await clears()).toEqual(['TimepointProcessDown']);
  }, 180_000);
});
