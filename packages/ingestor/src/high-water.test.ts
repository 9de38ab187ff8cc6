import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { glance } from '@timepoint/shared/contract/envelope';
import type { EventsJob, StreamJob } from '@timepoint/shared/contract/job';
import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type Queues } from '@timepoint/shared/queues/queues';
import { requestRewind } from '@timepoint/shared/queues/rewinds';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { until } from '@timepoint/testkit/until';
import { connectionsTo } from './connect.ts';
import type { HoldOptions, Release } from './hold-options.ts';
import { holdStream } from './hold-stream.ts';
import { createMetrics } from './metrics.ts';
import { publish } from './publish.ts';
import { Collector } from './publisher.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];
const MB = 1024 * 1024;
const FIRST = 1_001;
const EVENTS = 16;
const LAST = FIRST + EVENTS - 1;
/** Nine streams may have 90 MB, so each may have 10 MB of large jobs. */
const HIGH_WATER_BYTES = 90 * MB;
/** A little is used by the number of the jobs, and the last job may pass the mark. */
const MOST_BYTES = 10 * MB + 4.2 * MB;

/** A line that no compression makes shorter, of 1 to 4 MB. */
function line(index: number): string {
  const noise = randomBytes(((1 + (index % 4)) * MB * 3) / 4 - 1_000).toString('base64');
  const event = { timepoint: FIRST + index, type: 'changed' };
  return `${JSON.stringify({ resource_uri: '/company/09876543', data: { noise }, event })}\n`;
}

describe.each(backends)('Timepoint, sent many large lines with its queues on %s,', (backend) => {
  let queues: Queues;
  let server: Server;
  let lines: string[];
  let connections: number;
  let abort: AbortController;
  let holding: Promise<Release>;

  beforeEach(async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix() }, logger);
    lines = Array.from({ length: EVENTS }, (_, index) => line(index));
    connections = 0;
    server = createServer((request, response) => {
      connections += 1;
      const asked = Number(new URL(request.url ?? '', 'http://localhost').searchParams.get('timepoint'));
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
      for (const some of lines.slice(asked - FIRST)) response.write(some);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const data = { timepoint: FIRST, origin: FIRST - 1 } as unknown as StreamJob;
    await queues.streams.add('companies', data, { jobId: 'companies' });
  });
  afterEach(async () => {
    await stop();
    server.closeAllConnections();
    server.close();
    await queues.close();
  });

  const start = (changes: Partial<HoldOptions> = {}) => {
    abort = new AbortController();
    const options: HoldOptions = {
      isHeld: async () => true,
      queues,
      openConnection: connectionsTo({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        key: 'a-key',
        idleTimeoutMs: 60_000,
      }),
      highWaterJobs: 1_000,
      highWaterBytes: HIGH_WATER_BYTES,
      lowWaterJobs: 40,
      turnMs: 60_000,
      metrics: createMetrics(),
      logger,
    };
    holding = holdStream('companies', { ...options, ...changes }, abort.signal);
  };
  const stop = async () => {
    abort.abort({ kind: 'released' });
    await holding;
  };
  const stored = async () => (await queues.streams.getJob('companies'))?.data;
  const isDraining = async () => {
    const progress = (await queues.streams.getJob('companies'))?.progress;
    return typeof progress === 'object' && 'state' in progress && progress.state === 'draining';
  };
  const waiting = async (): Promise<EventsJob[]> =>
    (await queues.events.getJobs(['waiting'], 0, -1, true)).map((job) => job.data);
  const bytesOf = (jobs: EventsJob[]) =>
    jobs.reduce((sum, job) => sum + Buffer.byteLength(JSON.stringify(job)), 0);
  const timepointsOf = (jobs: EventsJob[]) =>
    jobs
      .flatMap((job) => job.lines)
      .map((text) => glance(text))
      .map((seen) => (seen.kind === 'event' ? Number(seen.timepoint) : null));

  /** Publishes a line of that many MB; `endsBeforePosition` as an ingestor that is killed once its job is in the queue. */
  const publishAlone = async (megabytes: 1 | 2, endsBeforePosition = false) => {
    const streamJob = await queues.streams.getJob('companies');
    if (streamJob === undefined) throw new Error('the stream is not registered');
    const update = streamJob.updateData.bind(streamJob);
    const upTo = (FIRST + megabytes) as Timepoint;
    streamJob.updateData = async (data) => {
      if (endsBeforePosition && data.timepoint === upTo) throw new Error('ended here');
      await update(data);
    };
    const text = (lines[megabytes] ?? '').trimEnd();
    const collector = new Collector((upTo - 1) as Timepoint);
    const noise = randomBytes((megabytes * MB * 3) / 4).toString('base64');
    const long = JSON.stringify({ ...JSON.parse(text), data: { noise } });
    const only = { text: long, bytes: Buffer.byteLength(long), undecodable: null };
    collector.add({ lines: [only], upTo }, Date.now());
    const batch = collector.take();
    if (batch === null) throw new Error('there is no batch');
    const isHeld = async () => true;
    return publish({ queues, stream: 'companies', streamJob, isHeld, connection: 'one' }, batch);
  };

  it('keeps the waiting bytes below their bound, and reads all when they drain', async () => {
    start();
    const seen = new Set<number | null>();
    await until(async () => {
      await until(async () => (await isDraining()) || (await stored())?.timepoint === LAST);
      const jobs = await waiting();
      expect(bytesOf(jobs)).toBeLessThan(MOST_BYTES);
      for (const timepoint of timepointsOf(jobs)) seen.add(timepoint);
      for (const job of await queues.events.getJobs(['waiting'])) await job.remove();
      return seen.size === EVENTS;
    });
    expect([...seen].toSorted((one, other) => Number(one) - Number(other))).toEqual(
      lines.map((_, index) => FIRST + index),
    );
  });

  it('does not forget them when the ingestor is started again, nor when it reads again', async () => {
    start();
    await until(isDraining);
    await stop();
    const before = { connections, jobs: timepointsOf(await waiting()) };
    for (const timepoint of [undefined, FIRST + 2, FIRST + 1]) {
      if (timepoint !== undefined) await requestRewind(queues, 'companies', timepoint as Timepoint);
      start();
      await until(isDraining);
      expect((await stored())?.timepoint).toBe(timepoint ?? FIRST + before.jobs.length - 1);
      expect({ connections, jobs: timepointsOf(await waiting()) }).toEqual(before);
      await stop();
    }
    await queues.events.drain();
    start();
    await until(async () => (await waiting()).length > 0);
    expect(timepointsOf(await waiting())).toContain(FIRST + 1);
  });

  it('counts a large job whose ingestor ended between the job and its position', async () => {
    // Nine times 1 MB is below it, nine times 3 MB is not.
    const marks = { highWaterBytes: 20 * MB };
    await publishAlone(1);
    await expect(publishAlone(2, true)).rejects.toThrow('ended here');
    expect((await waiting()).length).toBe(2);
    expect((await stored())?.timepoint).toBe(FIRST + 1);
    start(marks);
    await until(isDraining);
    expect(connections).toBe(0);
    await queues.events.drain();
    await until(async () => connections > 0);
  });

  it('forgets a large job that an ingestor noted and did not publish', async () => {
    const large: StreamJob['large'] = [
      ['companies-1002-1002', 8 * MB],
      ['companies-1003-1003', 8 * MB],
    ];
    await (await queues.streams.getJob('companies'))?.updateData({ ...(await stored()), large });
    start();
    await until(async () => connections > 0);
  });

  it('gets past lines of which one alone passes the mark', async () => {
    start({ highWaterBytes: MB, lowWaterJobs: 1 });
    for (let timepoint = FIRST + 1; timepoint <= FIRST + 4; timepoint += 1) {
      await until(async () => ((await stored())?.timepoint ?? 0) >= timepoint);
      expect((await waiting()).length).toBeLessThanOrEqual(2);
      await queues.events.drain(true);
    }
  });
});
