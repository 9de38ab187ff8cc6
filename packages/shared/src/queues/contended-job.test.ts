import { afterEach, describe, expect, it } from '@jest/globals';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { startTestProxy, type TestProxy } from '@timepoint/testkit/proxy';
import { UnrecoverableError } from 'bullmq';
import { createLogger } from '../platform/logger.ts';
import { catalogue } from './catalogue.ts';
import { removeUnlessTaken, retryIfFailed } from './contended-job.ts';
import { openQueues, type Queues } from './queues.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const part of opened.splice(0).toReversed()) await part.close();
});
const backends = [...(hasTestRedis() ? ['redis'] : []), 'postgres'];

describe.each(backends)('Timepoint, when others want the same job of its queues in %s,', (backend) => {
  let proxy: TestProxy;
  let queues: Queues;
  const open = async () => {
    proxy = await startTestProxy(backend === 'redis' ? testRedisUrl() : testDatabaseUrl());
    const url = backend === 'redis' ? { redisUrl: proxy.url } : { databaseUrl: proxy.url };
    queues = await openQueues({ ...url, prefix: uniquePrefix() }, logger);
    opened.push(proxy, queues);
  };
  const add = () => queues.deadLetters.add('letter', { id: 1 }, { jobId: 'one' });
  const work = (processor: () => Promise<void>) => {
    const worker = queues.consume(catalogue.deadLetters, processor, { concurrency: 1 });
    opened.push(worker);
    return worker;
  };

  it('leaves one that a worker has in hand, and removes it before and after', async () => {
    await open();
    expect(await removeUnlessTaken(await add())).toBe(true);
    expect(await queues.deadLetters.getJob('one')).toBeUndefined();
    const taken = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    work(async () => {
      taken.resolve();
      await release.promise;
      throw new UnrecoverableError('refused');
    }).once('failed', () => release.resolve());
    const job = await add();
    await taken.promise;
    expect(await removeUnlessTaken(job)).toBe(false);
    release.resolve();
  });

  it('tries one again only once, and not one that is gone', async () => {
    await open();
    const failed = Promise.withResolvers<void>();
    const worker = work(() => Promise.reject(new UnrecoverableError('refused')));
    worker.once('failed', () => failed.resolve());
    const job = await add();
    await failed.promise;
    await worker.close();
    expect(await retryIfFailed(job)).toBe(true);
    expect(await retryIfFailed(job)).toBe(false);
    await job.remove();
    expect(await retryIfFailed(job)).toBe(false);
  });

  it('reports every other error, as of a store that is away', async () => {
    await open();
    const job = await add();
    proxy.cut();
    await expect(removeUnlessTaken(job)).rejects.toThrow();
    await expect(retryIfFailed(job)).rejects.toThrow();
    proxy.restore();
  });
});
