// Workarounds for the parts of BullMQ that hang or spin when their store can't be reached.
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  assertSchemaCompatibility,
  type createPostgresBackend,
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
import { openSession } from '../platform/postgres-session.ts';
import { type WriteHeld, writeHeldOnPostgres } from './fenced-job.ts';
import type { Redis } from './redis.ts';

/** How long a worker waits after a failed request for a job, in ms. */
const ASK_AGAIN_MS = 1_000;

/**
 * Delays an error. After most errors BullMQ requests a job again at once. So it would request without a pause from a
 * store that refuses, and a failed connection would keep the process from doing anything else.
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
   * Waits for the current jobs, but not for a Redis that can't be reached. What it could not write now is detected when
   * the locks of the jobs end.
   */
  override async close(force?: boolean): Promise<void> {
    const letGo = () => this.#redis.disconnect();
    this.#redis.once('close', letGo);
    if (this.#redis.status !== 'ready') letGo();
    await super.close(force);
    letGo();
  }

  /**
   * Fetches the next job by a call of its own. BullMQ can fetch it in the call that finishes a job. But then it
   * compares the whole answer with a number, which turns a quarter of a megabyte into text for each job.
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

/** A Postgres that does not answer for this long is lost, in ms. Migrations of queues wait for each other. */
export const POSTGRES_TIMEOUTS = {
  keepAlive: true,
  connectionTimeoutMillis: 5_000,
  query_timeout: 30_000,
};

/** A session that waits for a notification has no limit for a statement. */
const SESSION = { statementTimeoutMs: 0, idleInTransactionMs: 60_000 };

const POOLED =
  'a pooler stands before it, behind which the queues get no notifications. ' +
  'Set REDIS_URL, or name Postgres itself in DATABASE_URL';

/**
 * The connection of BullMQ to a Postgres with any settings. BullMQ sends the search path to its tables as a start-up
 * option, and the driver would send the options of the URL in its place. This sends both together.
 */
export function postgresConnectionOf(databaseUrl: string) {
  const url = new URL(databaseUrl);
  const options = url.searchParams.get('options');
  if (options !== null) url.searchParams.delete('options');
  return {
    ...POSTGRES_TIMEOUTS,
    connectionString: options === null ? databaseUrl : url.href,
    ...(options === null ? {} : { options }),
    onConnect: async (client: object) => {
      outliveLoss(client);
      if ((await openSession(client, SESSION)) === 'pooled') throw new Error(POOLED);
    },
  };
}

/**
 * Keeps the loss of a connection from ending the process. The pool listens only to idle connections, and BullMQ does
 * not listen to those that it uses for a transaction. The statement that is cut, or the next one, still fails.
 */
function outliveLoss(client: object): void {
  if (client instanceof EventEmitter) client.on('error', () => undefined);
}

type SessionClass = new (config: object) => EventEmitter;

/**
 * Sessions whose loss never ends the process. BullMQ opens the one that waits for notifications beside the pool, listens to its
 * errors only after it was opened, and no longer once it closes it. It finds out by its next statement all the same.
 */
function withoutUncaught(Client: SessionClass): SessionClass {
  return class extends Client {
    override emit(event: string | symbol, ...args: unknown[]): boolean {
      return (event !== 'error' || this.listenerCount('error') > 0) && super.emit(event, ...args);
    }
  };
}

/** Why the queues can't be used, in words that help. PgBouncer refuses start-up options before a session begins. */
export function explainPostgresFailure(message: string): string {
  return /unsupported startup parameter/.test(message) ? `${message}: ${POOLED}` : message;
}

/**
 * Connects again when the first try has failed, which BullMQ else remembers as long as the process lives. Queues that are
 * as they should be are not migrated, so that a Postgres that takes no writes for now doesn't keep a process from starting.
 */
class PersistentConnection extends PostgresConnection {
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

/** Queues in Postgres. */
export const PostgresQueue = withBackend(createBackend).Queue;

/** Asks the Postgres of a queue, with the schema of the queues in the search path. */
export async function askPostgres(
  queue: Queue,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const backend = queue.getBackend() as unknown as PostgresQueueBackend;
  return (await backend.connection.pool.query(sql, [...values])).rows;
}

/** Gives a job the last place in its queue. */
export async function placeLastOnPostgres(queue: Queue, queueName: string, jobId: string): Promise<void> {
  const sql = `update job set seq = nextval('job_seq') where queue = $1 and id = $2`;
  await askPostgres(queue, sql, [queueName, jobId]);
}

/** Writes to the jobs of a queue in Postgres. */
export function writingHeldOnPostgres(queue: Queue): WriteHeld {
  return async (jobId, token, field, value) => {
    const values = [queue.name, jobId, token, value];
    return (await askPostgres(queue, writeHeldOnPostgres(field), values)).length > 0;
  };
}

/**
 * Nothing of it stays: no row matches the update, and no program reads the logical message. Postgres refuses both when
 * it is read-only or a standby, and the message when its log can't grow.
 */
const TRY_TO_WRITE = `
do $$
begin
  set local lock_timeout = '3s';
  update job set id = id where false;
  perform pg_logical_emit_message(true, 'timepoint', '');
end
$$
`;

/**
 * Rejects when the Postgres of a queue can't be reached, or takes no writes: one that is read-only still answers reads.
 */
export async function tryToWriteOnPostgres(queue: Queue): Promise<void> {
  await askPostgres(queue, TRY_TO_WRITE);
}

/** A worker of a queue in Postgres. */
export class PostgresWorker extends withBackend(createBackend).Worker {
  protected override async moveToActive(...args: Parameters<Worker['moveToActive']>) {
    const job = await afterAWhile(super.moveToActive(...args));
    // BullMQ sees that a job waits, but not that the limit of active jobs is reached, and would request again at once.
    if (job === undefined && (await this.backend.isMaxed())) await sleep(ASK_AGAIN_MS);
    return job;
  }
}
