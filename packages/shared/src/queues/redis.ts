import { Redis, type RedisOptions } from 'ioredis';

export type { Redis };

/** A command without an answer for this long has failed, in ms. */
const COMMAND_TIMEOUT_MS = 10_000;
const MAX_RECONNECT_DELAY_MS = 1_000;
/**
 * A server that sends nothing for this long after a command is gone without a word, in ms: one that lost its power, or is
 * behind a wall. TCP alone finds that out after a quarter of an hour.
 */
const STRICT_SILENCE_MS = 12_000;
/** BullMQ waits up to ten seconds for a job by one command. */
const PATIENT_SILENCE_MS = 20_000;

/**
 * A connection whose commands fail at once when it is lost, and are never sent again behind the caller's
 * back: what was written after a loss could otherwise land on a Redis that has forgotten what came before.
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

/** A connection that waits for Redis to come back, as BullMQ workers need it. */
export function openPatientRedis(url: string): Redis {
  return open(url, {
    maxRetriesPerRequest: null,
    socketTimeout: PATIENT_SILENCE_MS,
    // And then sends the command again.
    reconnectOnError: (error) => isDemoted(error) && 2,
  });
}

/** Whether a server has become a replica, so that the one that takes writes now has its address. */
function isDemoted({ message }: Error): boolean {
  return message.startsWith('READONLY');
}

type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** A connection that BullMQ can close while the server is away, which else it would wait for without end. */
class EndingRedis extends Redis {
  /** Commands without an answer when the connection was lost, to be sent again. */
  declare private readonly prevCommandQueue?: Redis['commandQueue'] | null;
  readonly #duplicates: Redis[] = [];

  /** Ends the duplicates, too: BullMQ can't end one that was never ready (taskforcesh/bullmq#4656). */
  override disconnect(reconnect = false): void {
    if (reconnect || this.status === 'end') {
      super.disconnect(reconnect);
      return;
    }
    // ioredis forgets the commands, and does not end while it waits for its next try (redis/ioredis#2169).
    this.once('end', () => this.#rejectUnanswered());
    if (this.status === 'reconnecting') this.connect().catch(() => undefined);
    super.disconnect();
    for (const duplicate of this.#duplicates) duplicate.disconnect();
  }

  #rejectUnanswered(): void {
    for (const { command } of this.prevCommandQueue?.toArray() ?? [])
      command.reject(new Error('Connection is closed.'));
  }

  override duplicate(override: RedisOptions = {}): Redis {
    const options: ConnectionOptions = { ...this.options, ...override };
    const duplicate = new EndingRedis(options);
    this.#duplicates.push(duplicate);
    return duplicate;
  }
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

/** Waits until commands are answered; rejects with the first error otherwise. */
export async function waitForRedis(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    redis.once('ready', resolve);
    redis.once('error', reject);
  });
}

/**
 * What is wrong with how this Redis keeps data: with eviction it drops jobs that nobody applied, and
 * without an append-only file a restart costs a re-fetch. Empty when all is well or it won't tell.
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
