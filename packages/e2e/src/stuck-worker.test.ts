import { afterEach, describe, expect, it } from '@jest/globals';
import { openStrictRedis } from '@timepoint/shared/queues/redis';
import { hasTestRedis, testRedisUrl } from '@timepoint/testkit/private-redis';
import { expectExactCopy } from './exactness.ts';
import { type System, startSystem } from './system.ts';

const redis = hasTestRedis() ? openStrictRedis(testRedisUrl()) : null;
/** A user of that Redis that may do everything but move a job out of the waiting ones. */
const user = `tp-${process.pid}`;

let system: System;
afterEach(async () => {
  await system.close();
  await redis?.acl('DELUSER', user);
  redis?.disconnect();
});

(redis === null ? describe.skip : describe)(
  'Timepoint, whose worker reaches all but can take no job,',
  () => {
    it('ends the worker with code 1, and the next one applies what waited', async () => {
      system = await startSystem({ simulator: { SIMULATOR_BACKLOG: '200' } });
      await system.registerFromFirst();
      await redis?.acl('SETUSER', user, 'on', '>secret', '~*', '&*', '+@all', '-rpoplpush');
      const url = new URL(testRedisUrl());
      url.username = user;
      url.password = 'secret';
      const worker = await system.start('worker', { REDIS_URL: url.href });
      await system.start('ingestor');
      expect(await worker.ended).toBe(1);
      expect(worker.output()).toMatch(
        /the consumer hangs: it is started anew.*The consumer of the queue events hangs/s,
      );
      await system.start('worker');
      await expectExactCopy(system);
    }, 180_000);
  },
);
