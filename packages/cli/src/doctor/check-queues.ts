import type { RedisReading } from '@timepoint/shared/queues/inspect-redis';
import { bad, type Check, good } from './check.ts';
import { type Answer, isKnown } from './check-postgres.ts';

/** The store of the queues, as far as it is known. */
export type QueuesPlace =
  | { readonly kind: 'redis'; readonly redis: Exclude<Answer<RedisReading>, null> }
  /** Whether Postgres has the queues. Null when Postgres can't be queried. */
  | { readonly kind: 'postgres'; readonly schema: string; readonly isThere: boolean | null };

const LEAST = [6, 2] as const;

/** Whether the queues can be reached, in a store that BullMQ supports. */
export function checkQueues(place: QueuesPlace): Check {
  if (place.kind === 'postgres') {
    if (place.isThere === null)
      return bad(
        'unknown',
        'queues',
        'REDIS_URL is not set, and Postgres can not be reached',
        'set REDIS_URL',
      );
    return place.isThere
      ? good('queues', `in Postgres, schema ${place.schema}, as REDIS_URL is not set`)
      : bad(
          'warning',
          'queues',
          `REDIS_URL is not set, and Postgres has no queues (schema ${place.schema})`,
          'set REDIS_URL like the workers, or start a worker, which creates them in Postgres',
        );
  }
  const { redis } = place;
  if (!isKnown(redis))
    return bad('problem', 'queues', redis.failure, 'check that it runs, and that REDIS_URL is right');
  const [major = 0, minor = 0] = redis.version.split('.').map(Number);
  const what = redis.isValkey ? `on Valkey (Redis ${redis.version})` : `on Redis ${redis.version}`;
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])
    ? good('queues', what)
    : bad('problem', 'queues', `${what}, which is too old`, `move to Redis ${LEAST.join('.')} or to Valkey`);
}

/** Whether the store of the queues may lose jobs, with one check for each cause. */
export function checkPolicy(place: QueuesPlace): Check[] {
  const name = 'queue policy';
  if (place.kind === 'postgres' && place.isThere)
    return [good(name, 'Postgres keeps every job that it acknowledged')];
  if (place.kind === 'postgres' || !isKnown(place.redis))
    return [bad('unknown', name, 'not checked without queues', 'repair the queues first')];
  if (place.redis.risks.length === 0) return [good(name, 'noeviction, append-only file')];
  return place.redis.risks.map((risk) => {
    const [text = risk, remedy = 'see infra/redis.conf'] = risk.split('; ');
    return bad('warning', name, text, remedy);
  });
}
