import type { MigrationState } from '@timepoint/database/migration/history';
import { readMigrations } from '@timepoint/database/migration/migrate';
import { findUnfit, type Unfit } from '@timepoint/database/migration/prepare-database';
import { checkReachable, type Database, openDatabase } from '@timepoint/database/pool';
import { poolSize, QUEUE_CONNECTIONS } from '@timepoint/database/pool-size';
import { readServer, type ServerReading } from '@timepoint/database/status/read-server';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import {
  count,
  type Env,
  postgresUrl,
  queueSettings,
  redisUrl,
  streamNames,
} from '@timepoint/shared/platform/config';
import { asError } from '@timepoint/shared/platform/errors';
import { outcomeInTime } from '@timepoint/shared/platform/in-time';
import { inspectRedis, type RedisReading } from '@timepoint/shared/queues/inspect-redis';
import { queueSchema } from '@timepoint/shared/queues/queues';
import { readQueues, type StreamHold } from '@timepoint/shared/queues/read-queues';
import type { z } from 'zod';
import { hasQueues, openExistingQueues } from '../open-existing-queues.ts';
import type { Check } from './check.ts';
import { type Clock, checkClock } from './check-clock.ts';
import { checkDatabaseConnections, checkStreamConnections } from './check-connections.ts';
import { checkKey } from './check-key.ts';
import { checkNode } from './check-node.ts';
import { checkPooler } from './check-pooler.ts';
import { type Answer, checkMigrations, checkPermissions, checkPostgres, isKnown } from './check-postgres.ts';
import { checkPolicy, checkQueues, type QueuesPlace } from './check-queues.ts';
import { checkSettings } from './check-settings.ts';
import { findPooler } from './find-pooler.ts';
import { tryMigrating } from './try-migrating.ts';

/** A statement that takes longer, in ms, fails its check. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** A store that does not answer within this time, in ms, hangs. */
const ANSWER_DEADLINE_MS = 15_000;
/** A pooler without room makes each question wait for as long as a connection waits for a session. */
const POOLER_DEADLINE_MS = 45_000;

/** Checks everything that Timepoint needs, as far as it can be reached. It changes nothing and never throws. */
export async function examine(env: Env): Promise<Check[]> {
  const streams = settingOf(streamNames, env.CH_STREAMS) ?? STREAM_NAMES;
  const maxConnections = settingOf(count(STREAM_NAMES.length), env.CH_MAX_CONNECTIONS) ?? STREAM_NAMES.length;
  const concurrency = settingOf(count(4), env.WORKER_CONCURRENCY) ?? 4;
  const url = settingOf(postgresUrl, env.DATABASE_URL);
  const database =
    url === undefined ? null : openDatabase(url, 1, { statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  try {
    const { server, clock } = await askPostgres(database, url);
    const migrations = isKnown(server) && url !== undefined ? await answerOf(readMigrations(url)) : null;
    const pooler =
      isKnown(server) && url !== undefined ? await answerOf(findPooler(url), POOLER_DEADLINE_MS) : null;
    const reachable = isKnown(server) ? database : null;
    const obstacle = await findObstacle(server, migrations, reachable);
    const place = await findQueues(env, reachable);
    const clocks = isKnown(server) ? [clock] : [];
    if (place.kind === 'redis' && isKnown(place.redis))
      clocks.push({ of: 'Redis', aheadMs: place.redis.aheadMs });
    const areQueuesInPostgres = place.kind === 'postgres';
    const workerConnections = poolSize(concurrency) + (areQueuesInPostgres ? QUEUE_CONNECTIONS : 0);
    return [
      checkNode(process.versions.node),
      ...checkSettings(env),
      checkKey(env.CH_STREAM_KEY, await readHolds(env, place, reachable)),
      checkPostgres(server),
      checkPooler(pooler, { areQueuesInPostgres, workerConnections }),
      checkPermissions(server, obstacle),
      checkMigrations(migrations),
      checkQueues(place),
      ...checkPolicy(place),
      checkClock(clocks),
      checkDatabaseConnections(server, workerConnections),
      checkStreamConnections(streams.length, maxConnections),
    ];
  } finally {
    await database?.close();
  }
}

/** The value of a setting. Undefined when it is not set or wrong; {@link checkSettings} reports a wrong one. */
function settingOf<Schema extends z.ZodType>(
  schema: Schema,
  text: string | undefined,
): z.output<Schema> | undefined {
  return text?.trim() ? schema.safeParse(text).data : undefined;
}

async function answerOf<Reading>(
  asking: Promise<Reading>,
  deadlineMs = ANSWER_DEADLINE_MS,
): Promise<Reading | { failure: string }> {
  const outcome = await outcomeInTime(asking, deadlineMs);
  return outcome.failure === null ? outcome.value : { failure: outcome.failure };
}

async function askPostgres(
  database: Database | null,
  url: string | undefined,
): Promise<{ server: Answer<ServerReading>; clock: Clock }> {
  const clock = { of: 'Postgres', aheadMs: 0 };
  if (database === null || url === undefined) return { server: null, clock };
  const server = await answerOf(
    checkReachable(database, url).then(async () => {
      const askedAt = Date.now();
      const reading = await readServer(database);
      clock.aheadMs = reading.now_ms - (askedAt + Date.now()) / 2;
      return reading;
    }),
  );
  return { server, clock };
}

/**
 * Why pending migrations can't be applied. Null also when none is pending, or the database is unfit for other reasons.
 */
async function findObstacle(
  server: Answer<ServerReading>,
  migrations: Answer<MigrationState>,
  database: Database | null,
): Promise<Unfit | null> {
  if (database === null || !isKnown(server) || findUnfit(server) !== null) return null;
  if (migrations === null || !isKnown(migrations) || migrations.pending.length === 0) return null;
  return tryMigrating(database).catch((error: unknown) => ({
    text: `whether the role can migrate could not be tried: ${asError(error).message}`,
    remedy: 'see the log of Postgres, then run this again',
  }));
}

async function findQueues(env: Env, database: Database | null): Promise<QueuesPlace> {
  if (env.REDIS_URL?.trim()) {
    const url = settingOf(redisUrl, env.REDIS_URL);
    if (url === undefined)
      return { kind: 'redis', redis: { failure: 'REDIS_URL is not the URL of a Redis' } };
    const redis = await answerOf(inspectRedis(url));
    if (isKnown<RedisReading>(redis)) return { kind: 'redis', redis };
    return {
      kind: 'redis',
      redis: { failure: `Redis at ${new URL(url).host} can't be reached: ${redis.failure}` },
    };
  }
  const prefix = prefixOf(env);
  const isThere = database === null ? null : await hasQueues(database, prefix).catch(() => null);
  return { kind: 'postgres', schema: queueSchema(prefix), isThere };
}

const prefixOf = (env: Env) =>
  settingOf(queueSettings.QUEUE_PREFIX, env.QUEUE_PREFIX) ?? queueSettings.QUEUE_PREFIX.parse(undefined);

/** The reports of the ingestors. Null when the queues can't be read. */
async function readHolds(
  env: Env,
  place: QueuesPlace,
  database: Database | null,
): Promise<readonly StreamHold[] | null> {
  const isReachable = place.kind === 'redis' ? isKnown(place.redis) : place.isThere === true;
  if (!isReachable) return null;
  const settings = {
    redisUrl: settingOf(redisUrl, env.REDIS_URL),
    databaseUrl: settingOf(postgresUrl, env.DATABASE_URL),
    prefix: prefixOf(env),
  };
  const queues = await openExistingQueues(settings, database);
  if (queues === null) return null;
  return readQueues(queues)
    .then(({ streams }) => streams)
    .catch(() => null)
    .finally(() => queues.close());
}
