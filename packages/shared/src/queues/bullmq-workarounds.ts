// The workarounds for BullMQ: where it hangs, spins or lacks something, and the members, keys and tables for that which are
// not part of its interface. A test fails when one of them is gone. Remove a workaround when its issue is released; "no issue
// found" stands where none was found upstream in November 2026.
import type { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  assertSchemaCompatibility,
  type createPostgresBackend,
  type Job,
  type JobType,
  LATEST_SCHEMA_VERSION,
  PostgresConnection,
  PostgresQueueBackend,
  type Processor,
  type Queue,
  runMigrations,
  SchemaMigrationRequiredError,
  Worker,
  type WorkerOptions,
  withBackend,
} from 'bullmq';
import type { FencedField, WriteHeld } from './fenced-job.ts';
import type { Redis } from './redis.ts';

/**
 * The state of waiting jobs in a paused queue, only in the backend on Postgres. BullMQ 6 does not declare it. No issue found.
 */
export const PAUSED = 'paused' as JobType;

/** How long a worker waits after a failed request for a job, in ms. */
const ASK_AGAIN_MS = 1_000;

/**
 * Delays an error of `moveToActive`, which is protected. After most errors BullMQ requests a job again at once. So it would
 * request without a pause from a store that refuses, and a failed connection would keep the process from doing anything
 * else. No issue found; of its predecessor https://github.com/OptimalBits/bull/issues/1304.
 */
async function afterAWhile<Answer>(asking: Promise<Answer>): Promise<Answer> {
  return asking.catch(async (error: unknown) => {
    await sleep(ASK_AGAIN_MS);
    throw error;
  });
}

/** A worker of a queue in Redis. */
export class RedisWorker<Data> extends Worker<Data> {
  readonly #redis: Redis;

  constructor(name: string, processor: Processor<Data>, options: WorkerOptions & { connection: Redis }) {
    super(name, processor, options);
    this.#redis = options.connection;
  }

  /**
   * Waits for the current jobs, but not for a Redis that can't be reached, as BullMQ does:
   * https://github.com/taskforcesh/bullmq/issues/4656. What it could not write now is detected when the locks of the jobs end.
   */
  override async close(force?: boolean): Promise<void> {
    const letGo = () => this.#redis.disconnect();
    this.#redis.once('close', letGo);
    if (this.#redis.status !== 'ready') letGo();
    await super.close(force);
    letGo();
  }

  /**
   * Fetches the next job by a call of its own. BullMQ can fetch it in the call that finishes a job. But then it compares the
   * whole answer with a number, which turns a quarter of a megabyte into text for each job. No issue found. Protected.
   */
  protected override handleCompleted(
    ...[result, job, token, , span]: Parameters<Worker<Data>['handleCompleted']>
  ): ReturnType<Worker<Data>['handleCompleted']> {
    return super.handleCompleted(result, job, token, () => false, span);
  }

  protected override moveToActive(...args: Parameters<Worker<Data>['moveToActive']>) {
    return afterAWhile(super.moveToActive(...args));
  }
}

/**
 * Calls `onError` when the queue does not take that a try of a job failed: its lock is lost, or the store can't be reached.
 * BullMQ reports a failure only once the queue has taken it. No issue found.
 */
export function hearUntakenFailure(job: Job, onError: () => void): void {
  const moveToFailed = job.moveToFailed.bind(job);
  job.moveToFailed = (...args: Parameters<Job['moveToFailed']>) =>
    moveToFailed(...args).catch((error: unknown) => {
      onError();
      throw error;
    });
}

/**
 * Makes a worker wait at its close for the jobs in hand, unless it is forced. When BullMQ can't close a connection that is
 * lost, it goes on without waiting for them. No issue found.
 */
export function waitForJobs<Data>(worker: Worker<Data>, inHand: ReadonlySet<Promise<unknown>>): Worker<Data> {
  const close = worker.close.bind(worker);
  worker.close = async (isForced?: boolean) => {
    await close(isForced);
    if (!isForced) await Promise.allSettled(inHand);
  };
  return worker;
}

type SessionClass = new (config: object) => EventEmitter;

/**
 * Sessions whose loss never ends the process. BullMQ opens the one that waits for notifications beside the pool, listens to its
 * errors only after it was opened, and no longer once it closes it. It finds out by its next statement all the same. Of the
 * same session: https://github.com/taskforcesh/bullmq/issues/4729.
 */
function withoutUncaught(Client: SessionClass): SessionClass {
  return class extends Client {
    override emit(event: string | symbol, ...args: unknown[]): boolean {
      return (event !== 'error' || this.listenerCount('error') > 0) && super.emit(event, ...args);
    }
  };
}

/**
 * Connects again when the first try has failed, which BullMQ else remembers as long as the process lives (no issue found; of
 * another promise of this class https://github.com/taskforcesh/bullmq/pull/4781). Queues that are as they should be are not
 * migrated, so that a Postgres that takes no writes for now doesn't keep a process from starting
 * (https://github.com/taskforcesh/bullmq/issues/4543). `pgModule`, the driver of its sessions, is private.
 */
export class PersistentConnection extends PostgresConnection {
  #connected: Promise<void> | null = null;

  constructor(connection: ConstructorParameters<typeof PostgresConnection>[0]) {
    super(connection);
    const driver: { Client: SessionClass } = Reflect.get(this, 'pgModule');
    Reflect.set(this, 'pgModule', { Client: withoutUncaught(driver.Client) });
  }

  override waitUntilReady(): Promise<void> {
    this.#connected ??= this.#connect().catch((error: unknown) => {
      this.#connected = null;
      throw error;
    });
    return this.#connected;
  }

  /** All of it on one connection: a pool that is closed meanwhile gives no second one. */
  async #connect(): Promise<void> {
    const client = await this.pool.connect();
    try {
      const version = await assertSchemaCompatibility(client, this.schema).catch((error: unknown) => {
        if (error instanceof SchemaMigrationRequiredError) return 0;
        throw error;
      });
      if (version < LATEST_SCHEMA_VERSION) await runMigrations(client, this.schema);
    } finally {
      client.release();
    }
    // Later, as BullMQ does it: listeners that are added right after the construction hear it.
    setTimeout(() => this.emit('ready'), 0);
  }
}

const createBackend: typeof createPostgresBackend = (
  name,
  options,
  { withBlockingConnection = false } = {},
) =>
  new PostgresQueueBackend(
    new PersistentConnection(options.connection),
    name,
    options,
    true,
    withBlockingConnection ? name : undefined,
  );

const { Queue: QueueOnPostgres, Worker: WorkerOnPostgres } = withBackend(createBackend);

/** Queues in Postgres. */
export const PostgresQueue = QueueOnPostgres;

/** A worker of a queue in Postgres. */
export class PostgresWorker extends WorkerOnPostgres {
  /**
   * BullMQ sees that a job waits, but not that the limit of active jobs is reached, and would request again at once. No issue
   * found.
   */
  protected override async moveToActive(...args: Parameters<Worker['moveToActive']>) {
    const job = await afterAWhile(super.moveToActive(...args));
    if (job === undefined && (await this.backend.isMaxed())) await sleep(ASK_AGAIN_MS);
    return job;
  }
}

/**
 * Asks the Postgres of a queue, with the schema of the queues in the search path. BullMQ offers no statements of its users,
 * and its tables are not part of its interface. No issue found.
 */
export async function askPostgres(
  queue: Queue,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const backend = queue.getBackend() as unknown as PostgresQueueBackend;
  return (await backend.connection.pool.query(sql, [...values])).rows;
}

/** Gives a job the last place in its queue: a delayed job gets its old one again. No issue found. */
export async function placeLastOnPostgres(queue: Queue, queueName: string, jobId: string): Promise<void> {
  const sql = `update job set seq = nextval('job_seq') where queue = $1 and id = $2`;
  await askPostgres(queue, sql, [queueName, jobId]);
}

// Both keys have the hash tag of the prefix, so they are on the same node of a cluster.
const WRITE_HELD = `
if redis.call('get', KEYS[2]) ~= ARGV[1] or redis.call('exists', KEYS[1]) == 0 then return 0 end
redis.call('hset', KEYS[1], ARGV[2], ARGV[3])
return 1`;

/**
 * Writes to the jobs of a queue in Redis. By design BullMQ writes the data of a job without a look at its lock:
 * https://github.com/OptimalBits/bull/issues/2286.
 */
export function writingHeldOnRedis(redis: Redis, toKey: (jobId: string) => string): WriteHeld {
  return async (jobId, token, field, value) => {
    const key = toKey(jobId);
    return (await redis.eval(WRITE_HELD, 2, key, `${key}:lock`, token, field, value)) === 1;
  };
}

/** Writes to the jobs of a queue in Postgres, for the same reason. */
export function writingHeldOnPostgres(queue: Queue): WriteHeld {
  const sql = (field: FencedField) => `update job set ${field} = $4::jsonb
    where queue = $1 and id = $2 and state = 'active' and lock_token = $3 returning id`;
  return async (jobId, token, field, value) =>
    (await askPostgres(queue, sql(field), [queue.name, jobId, token, value])).length > 0;
}
