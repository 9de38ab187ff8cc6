import { limitsOf } from '@timepoint/shared/monitoring/limits';
// Reads the state of a system that may be broken in any way, and always answers in time. The stores are read in
// parallel, each with a deadline. A store that hangs is not read again before it has answered or failed.

import { checkMigratedBy } from '@timepoint/database/migration/migrate';
import { type Database, openDatabase } from '@timepoint/database/pool';
import { findWriteRefusal } from '@timepoint/database/status/find-write-refusal';
import { readStatus } from '@timepoint/database/status/read-status';
import { type Assessment, assess, type SystemReading } from '@timepoint/shared/monitoring/assess';
import { type LedgerReading, readSystem } from '@timepoint/shared/monitoring/read-system';
import {
  type Env,
  limitSettings,
  loadConfig,
  postgresUrl,
  queueSettings,
} from '@timepoint/shared/platform/config';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { inTime, oneAtATime } from '@timepoint/shared/platform/in-time';
import { findRedisRefusal } from '@timepoint/shared/queues/inspect-redis';
import type { Queues } from '@timepoint/shared/queues/queues';
import { readQueues } from '@timepoint/shared/queues/read-queues';
import { z } from 'zod';
import { openQueuesThatExist } from '../open-existing-queues.ts';

/** Reads the state of the whole system from outside. */
export interface Observer {
  /**
   * Returns the current reading and its assessment. A store that can't be reached is a finding, not an error.
   * @throws TimepointError `not-migrated`, which names the remedy.
   */
  look(): Promise<{ reading: SystemReading; assessment: Assessment }>;
  close(): Promise<void>;
}

const settings = z.object({ ...queueSettings, ...limitSettings, DATABASE_URL: postgresUrl });

/** A store that takes longer counts as unreachable, in ms. With start and end, the command fits into 10 s. */
const LOOK_DEADLINE_MS = 6_000;
/** A statement that takes longer fails, in ms. */
const STATEMENT_TIMEOUT_MS = 5_000;
/** Closing stops waiting for a store that hangs, in ms. The end of the process closes it. */
const CLOSE_DEADLINE_MS = 500;
/** The interval of the probe whether Postgres writes, in ms. Each probe writes. */
const PROBE_INTERVAL_MS = 10_000;

/**
 * Creates an observer. It opens the stores at the first look, as far as they can be reached.
 * @throws ConfigError for bad settings.
 */
export function openObserver(env: Env): Observer {
  const config = loadConfig(settings, env);
  const database = openDatabase(config.DATABASE_URL, 3, { statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  const settingsOfQueues = {
    redisUrl: config.REDIS_URL,
    databaseUrl: config.DATABASE_URL,
    prefix: config.QUEUE_PREFIX,
  };
  let queues: Queues | null = null;
  let unmigrated: TimepointError | null = null;
  const askQueues = oneAtATime(async () => {
    try {
      // The queues may become reachable after the observer was opened.
      queues ??= await openQueuesThatExist(settingsOfQueues, database);
      return await readQueues(queues);
    } catch (error) {
      const { redisUrl, prefix } = settingsOfQueues;
      const refusal = redisUrl === undefined ? null : await findRedisRefusal(redisUrl, `${prefix}:ping`);
      throw refusal === null ? error : new Error(refusal, { cause: error });
    }
  });
  const askLedger = oneAtATime(
    ledgerReader(database, (error) => {
      unmigrated = error;
    }),
  );
  return {
    look: async () => {
      const reading = await readSystem({
        readQueues: askQueues,
        readLedger: askLedger,
        deadlineMs: LOOK_DEADLINE_MS,
      });
      if (unmigrated !== null) throw unmigrated;
      return { reading, assessment: assess(reading, limitsOf(config)) };
    },
    close: async () => {
      await inTime(Promise.all([queues?.close(), database.close()]), CLOSE_DEADLINE_MS);
    },
  };
}

function ledgerReader(
  database: Database,
  onUnmigrated: (error: TimepointError) => void,
): () => Promise<LedgerReading> {
  let isMigrated = false;
  let probedAt = Number.NEGATIVE_INFINITY;
  let writeRefusal: string | null = null;
  return async () => {
    if (!isMigrated) {
      await checkMigratedBy(database).catch((error: unknown) => {
        if (error instanceof TimepointError) onUnmigrated(error);
        throw error;
      });
      isMigrated = true;
    }
    const statuses = await readStatus(database);
    if (performance.now() - probedAt > PROBE_INTERVAL_MS || writeRefusal !== null) {
      writeRefusal = await findWriteRefusal(database);
      probedAt = performance.now();
    }
    return { statuses, writeRefusal };
  };
}
