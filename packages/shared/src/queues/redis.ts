import type { Redis } from 'ioredis';
import { type ConnectionOptions, EndingRedis } from './ioredis-workarounds.ts';

export type { Redis };

/** A command without an answer for this long has failed, in ms. */
const COMMAND_TIMEOUT_MS = 10_000;
const MAX_RECONNECT_DELAY_MS = 1_000;
/**
 * A server that sends nothing for this long after a command is lost, in ms: it has no power, or a firewall drops its
 * packets. TCP alone would notice that after a quarter of an hour.
 */
const STRICT_SILENCE_MS = 12_000;
/** The same for a command of BullMQ that waits up to ten seconds for a job, in ms. */
const PATIENT_SILENCE_MS = 20_000;

/**
 * Opens a connection whose commands fail at once when it is lost, and are never sent again by themselves. Otherwise a
 * write after a loss could reach a Redis that has lost the writes before it.
 */
export function openStrictRedis(url: string): Redis {
  return open(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: STRICT_SILENCE_MS,
    reconnectOnError: isDemoted,
  });
}

/** Opens a connection that waits for Redis to come back, as BullMQ workers need. */
export function openPatientRedis(url: string): Redis {
  return open(url, {
    maxRetriesPerRequest: null,
    socketTimeout: PATIENT_SILENCE_MS,
    // 2 means that ioredis also sends the command again.
    reconnectOnError: (error) => isDemoted(error) && 2,
  });
}

/** Whether the server has become a replica. Another server with the same name may take writes by now. */
function isDemoted({ message }: Error): boolean {
  return message.startsWith('READONLY');
}

function open(url: string, options: ConnectionOptions): Redis {
  return new EndingRedis(url, {
    ...options,
    lazyConnect: false,
    connectTimeout: 5_000,
    keepAlive: 10_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), MAX_RECONNECT_DELAY_MS),
  });
}

/** Waits until the server answers commands. Rejects with the first error. */
export async function waitForRedis(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    redis.once('ready', resolve);
    redis.once('error', reject);
  });
}

/**
 * Finds settings by which this Redis may lose data. With eviction it drops jobs that are not applied yet. Without an
 * append-only file a restart costs a re-fetch. Empty when there are none, or when the server does not report them.
 */
export async function findRedisRisks(redis: Redis): Promise<string[]> {
  const [memory, persistence] = await Promise.all([redis.info('memory'), redis.info('persistence')]);
  const risks: string[] = [];
  const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1];
  if (policy !== undefined && policy !== 'noeviction') {
    risks.push(
      `maxmemory-policy is ${policy}: Redis may drop jobs before they are applied; set it to noeviction`,
    );
  }
  if (/aof_enabled:0/.test(persistence)) {
    risks.push('appendonly is off: after a restart of Redis the streams are read again; set appendonly yes');
  }
  return risks;
}
