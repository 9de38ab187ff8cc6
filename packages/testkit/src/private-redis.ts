import { randomBytes } from 'node:crypto';

/** Whether the test run has a Redis. Without one, only the queues in Postgres can be tested. */
export function hasTestRedis(): boolean {
  return Boolean(process.env.TEST_REDIS_URL);
}

/** The Redis of the test run. All test files share it, so use a `uniquePrefix`. */
export function testRedisUrl(): string {
  const url = process.env.TEST_REDIS_URL;
  if (!url)
    throw new Error('TEST_REDIS_URL is not set: install redis-server or valkey-server, or set REDIS_URL');
  return url;
}

/** A queue prefix that no other test has: `{tp-1f3a9c0b}`. */
export function uniquePrefix(): string {
  return `{tp-${randomBytes(4).toString('hex')}}`;
}
