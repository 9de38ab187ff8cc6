// A text that several processes change. Each writes only over what it has read, in one step, so that none undoes what another
// has just written. Example: two ingestors read `9` and both write `2`; the second is refused, and reads again.
import { askPostgres } from './bullmq-workarounds.ts';
import type { Redis } from './redis.ts';

export interface StoredText {
  /** Null when there is none. */
  read(): Promise<string | null>;
  /** Writes `next` if what is stored is still `expected`, where null is nothing; returns whether it was. */
  exchange(expected: string | null, next: string): Promise<boolean>;
}

const EXCHANGE_ON_REDIS = `
local stored = redis.call('get', KEYS[1])
if (stored or '') ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[2])
return 1`;

/** A text in Redis. */
export function textOnRedis(redis: Redis, key: string): StoredText {
  return {
    read: () => redis.get(key),
    exchange: async (expected, next) =>
      (await redis.eval(EXCHANGE_ON_REDIS, 1, key, expected ?? '', next)) === 1,
  };
}

const READ = 'select value from meta where queue = $1 and field = $2';
const INSERT = `insert into meta (queue, field, value) values ($1, $2, $3)
  on conflict (queue, field) do nothing returning field`;
const UPDATE = 'update meta set value = $4 where queue = $1 and field = $2 and value = $3 returning field';

/** A text in Postgres, beside what BullMQ keeps of a queue. */
export function textOnPostgres(queue: Parameters<typeof askPostgres>[0], field: string): StoredText {
  const of = [queue.name, field];
  return {
    read: async () => {
      const [{ value = null } = {}] = await askPostgres(queue, READ, of);
      return typeof value === 'string' ? value : null;
    },
    exchange: async (expected, next) => {
      const written =
        expected === null
          ? await askPostgres(queue, INSERT, [...of, next])
          : await askPostgres(queue, UPDATE, [...of, expected, next]);
      return written.length > 0;
    },
  };
}
