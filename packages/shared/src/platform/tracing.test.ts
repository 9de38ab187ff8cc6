import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startCollector, type TestCollector } from '@timepoint/testkit/trace-collector';
import { catalogue } from '../queues/catalogue.ts';
import { openQueues, type QueueTelemetry } from '../queues/queues.ts';
import { createLogger } from './logger.ts';
import { inSpan } from './span.ts';
import { startTracing } from './tracing.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];
const open = (backend: 'redis' | 'postgres', telemetry: QueueTelemetry | undefined) => {
  const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
  const settings = { redisUrl, databaseUrl: testDatabaseUrl(), prefix: uniquePrefix(), telemetry };
  return openQueues(settings, logger);
};

let collector: TestCollector;
beforeEach(async () => {
  collector = await startCollector();
});
afterEach(() => collector.close());

describe.each(backends)('Timepoint, traced through its queues in %s,', (backend) => {
  it('follows a job from the process that adds it to the process that does it', async () => {
    const tracing = await startTracing('test', `${collector.endpoint}/`, logger);
    const queues = await open(backend, tracing.telemetry);
    const done = Promise.withResolvers<void>();
    const work = () =>
      inSpan('merge', { attributes: { chunk: 4 } }, async (addAttributes) =>
        addAttributes({ rows: 12, connection: undefined }),
      );
    const worker = queues.consume(catalogue.snapshots, work, {});
    worker.on('completed', () => done.resolve());
    await inSpan('publish', { kind: 'producer', attributes: { stream: 'companies' } }, () =>
      queues.snapshots.add('merge', { snapshotId: 3, chunk: 4 }, { jobId: '3-4' }),
    );
    await done.promise;
    await worker.close();
    await queues.close();
    await tracing.close();

    const named = (name: string) => collector.spans.find((span) => span.name === name);
    const [published, merged] = [named('publish'), named('merge')];
    expect(published).toMatchObject({
      service: 'timepoint-test',
      attributes: { 'timepoint.stream': 'companies' },
    });
    expect(merged?.attributes).toEqual({ 'timepoint.chunk': 4, 'timepoint.rows': 12 });
    expect(merged?.traceId).toBe(published?.traceId);
    const parentOf = (span: typeof merged) =>
      collector.spans.find(({ spanId }) => spanId === span?.parentSpanId);
    const processed = parentOf(merged);
    expect([processed?.name, parentOf(processed)?.name, parentOf(parentOf(processed))?.name]).toEqual([
      'process snapshots',
      'add snapshots.merge',
      'publish',
    ]);
    expect(collector.spans.filter(({ traceId }) => traceId !== published?.traceId)).toEqual([]);
  });
});

describe('Timepoint, tracing,', () => {
  it('marks what failed, and passes the error on', async () => {
    const tracing = await startTracing('test', collector.endpoint, logger);
    const failing = inSpan('publish', { kind: 'producer', attributes: {} }, async () => {
      throw new Error('no space left');
    });
    await expect(failing).rejects.toThrow('no space left');
    await tracing.close();
    expect(collector.spans).toMatchObject([{ name: 'publish', isFailed: true }]);
  });

  it('sends nothing unless an endpoint is set', async () => {
    const tracing = await startTracing('test', undefined, logger);
    expect(tracing.telemetry).toBeUndefined();
    expect(await inSpan('publish', { kind: 'producer', attributes: {} }, async () => 7)).toBe(7);
    await tracing.close();
    expect(collector.spans).toEqual([]);
  });

  it('ends in time, and says so in the log, when the collector is gone', async () => {
    await collector.close();
    const output = new PassThrough();
    const log = createLogger({ name: 'test', level: 'warn', output });
    const tracing = await startTracing('test', collector.endpoint, log);
    await inSpan('publish', { kind: 'producer', attributes: {} }, async () => undefined);
    const startedAt = Date.now();
    await tracing.close();
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    await log.close();
    output.end();
    expect(await text(output)).toContain('traces can not be sent');
    collector = await startCollector();
  });
});
