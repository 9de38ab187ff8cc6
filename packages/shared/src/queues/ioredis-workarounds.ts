// The workarounds for ioredis: what it does not do when a connection ends that is lost, and the members for that which are
// not part of its interface. A test fails when such a member is gone. Remove a workaround when its issue is released.
import { Redis, type RedisOptions } from 'ioredis';

/** `replyMapping` would change the types of the answers. */
export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** A connection that BullMQ can close while the server can't be reached. Otherwise BullMQ would wait without end. */
export class EndingRedis extends Redis {
  /**
   * Commands without an answer when the connection was lost, to be sent again. Not public. When the connection never comes
   * back, ioredis forgets them and they never end: https://github.com/redis/ioredis/issues/2193, and for a client that is
   * ended meanwhile https://github.com/redis/ioredis/pull/2197.
   */
  declare private readonly prevCommandQueue?: Redis['commandQueue'] | null;
  readonly #duplicates: Redis[] = [];

  /**
   * Ends also while ioredis waits for its next try, where it does not end: https://github.com/redis/ioredis/pull/2169. Ends
   * the duplicates, too: BullMQ can't end one that was never ready: https://github.com/taskforcesh/bullmq/issues/4656.
   */
  override disconnect(reconnect = false): void {
    if (reconnect || this.status === 'end') {
      super.disconnect(reconnect);
      return;
    }
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
