import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConnectionReport } from '@timepoint/shared/contract/connection-report';
import type { StreamJob } from '@timepoint/shared/contract/job';
import type { Service } from '@timepoint/shared/platform/lifecycle';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { type Simulator, startSimulator } from '@timepoint/simulator/server';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { startIngestor } from './ingestor.ts';

const FIRST = 1_001;
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];
const main = new URL('./main.ts', import.meta.url).pathname;

describe.each(backends)('Timepoint, woken up after a long stop, with its queues in %s,', (backend) => {
  let queues: Queues;
  let simulator: Simulator;
  let stopped: ChildProcess;
  let log = '';
  let other: Service | null = null;
  let env: Record<string, string>;

  beforeEach(async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    const prefix = uniquePrefix();
    const logger = createLogger({ name: 'test', level: 'silent' });
    queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix }, logger);
    simulator = await startSimulator({ streams: ['companies'], firstTimepoint: FIRST, keys: ['a-key'] });
    env = {
      DATABASE_URL: testDatabaseUrl(),
      ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
      QUEUE_PREFIX: prefix,
      CH_STREAM_KEY: 'a-key',
      CH_STREAM_URL: simulator.url,
      PORT: '0',
    };
    log = '';
    stopped = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    stopped.stdout?.on('data', (text) => {
      log += text;
    });
  });
  afterEach(async () => {
    const exited = once(stopped, 'exit');
    stopped.kill('SIGKILL');
    await exited;
    await other?.close();
    other = null;
    await simulator.close();
    await queues.close();
  });

  const job = async () => await queues.streams.getJob('companies');
  const holder = async () => ((await job())?.progress as Partial<ConnectionReport>)?.holder;
  const reached = (timepoint: number) => until(async () => (await job())?.data.timepoint === timepoint);

  it('neither publishes nor writes the position or a report over those of the new holder', async () => {
    const stored = { timepoint: FIRST, origin: FIRST - 1 } as unknown as StreamJob;
    await queues.streams.add('companies', stored, { jobId: 'companies' });
    await simulator.emit(10);
    await reached(FIRST + 9);
    const before = await holder();
    const connection = ((await job())?.progress as Partial<ConnectionReport> | undefined)?.connection;
    stopped.kill('SIGSTOP');
    // These wait in the socket of the one that is stopped, and the other reads them, too.
    await simulator.emit(20);
    other = await startIngestor({ ...env, LOG_LEVEL: 'silent' });
    await reached(FIRST + 29);
    await until(async () => (await holder()) !== before);
    const after = await holder();
    await queues.events.drain();
    const lease = await queues.streams.getJob('companies');
    await lease?.updateData({ timepoint: FIRST + 900, origin: FIRST - 1 } as unknown as StreamJob);
    stopped.kill('SIGCONT');
    await until(() => log.includes('stream let go'));
    expect((await job())?.data).toEqual({ timepoint: FIRST + 900, origin: FIRST - 1 });
    expect(await holder()).toBe(after);
    const published = await queues.events.getJobs(['waiting', 'delayed', 'active']);
    expect(published.map(({ data }) => data.connection)).not.toContain(connection);
    expect(await (await job())?.isActive()).toBe(true);
  });
});
