import { afterEach, describe, expect, it } from '@jest/globals';
import { testDatabaseUrl } from '@timepoint/testkit/private-database';
import { hasTestRedis, testRedisUrl, uniquePrefix } from '@timepoint/testkit/private-redis';
import { createLogger } from '../platform/logger.ts';
import { catalogue } from './catalogue.ts';
import { changeBudget, readBudget, wholeBudget } from './connection-budget.ts';
import { openQueues, type Queues } from './queues.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
const backends = [...(hasTestRedis() ? ['redis' as const] : []), 'postgres' as const];

describe.each(backends)('Timepoint, sharing through the queue on %s,', (backend) => {
  const opened: Queues[] = [];
  const prefix = uniquePrefix();
  const open = async () => {
    const redisUrl = backend === 'redis' ? testRedisUrl() : undefined;
    const queues = await openQueues({ redisUrl, databaseUrl: testDatabaseUrl(), prefix }, logger);
    opened.push(queues);
    return queues;
  };
  afterEach(async () => {
    for (const queues of opened.splice(0)) await queues.close();
  });

  it('has every process change the budget after the others, and none undo what another wrote', async () => {
    const both = [await open(), await open()] as const;
    expect(await readBudget(both[0])).toBeNull();
    const sign = (count: number) => (queues: Queues) =>
      changeBudget(queues, (budget) => {
        const before = budget ?? wholeBudget(9, 1);
        return { ...before, signs: [...before.signs, { kind: 'refused', stream: 'companies', at: count }] };
      });
    await Promise.all([1, 2, 3, 4, 5, 6].flatMap((count) => both.map(sign(count))));
    const stored = await readBudget(both[1]);
    expect(stored?.signs.map(({ at }) => at).toSorted()).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
    expect(await changeBudget(both[0], () => null)).toEqual({ budget: stored, isChanged: false });
  });

  it('takes a budget that it can not read for none', async () => {
    const queues = await open();
    await queues.budget.exchange(await queues.budget.read(), '{"from":"a later version"}');
    expect(await readBudget(queues)).toBeNull();
    await changeBudget(queues, (budget) => budget ?? wholeBudget(2, 1));
    expect(await readBudget(queues)).toEqual(wholeBudget(2, 1));
  });

  it('takes first what has waited longest, also what came back from a delay', async () => {
    const queues = await open();
    await queues.streams.setGlobalConcurrency(1);
    for (const name of ['a', 'b', 'c']) await queues.streams.add(name, {}, { jobId: name });
    const taken: string[] = [];
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const worker = queues.consume(
      catalogue.streams,
      async (job, { putBack }) => {
        taken.push(job.name);
        if (taken.length === 9) resolve();
        await putBack({ delayMs: 1, isLast: true });
      },
      { drainDelay: 1 },
    );
    await done;
    await worker.close();
    expect(taken.slice(0, 9)).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
  });
});
