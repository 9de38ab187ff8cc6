import { type Assessment, assess, type SystemReading } from '@timepoint/shared/assess';
import {
  type Env,
  limitSettings,
  limitsOf,
  loadConfig,
  postgresUrl,
  queueSettings,
} from '@timepoint/shared/config';
import type { Queues } from '@timepoint/shared/queues';
import { readSystem } from '@timepoint/shared/read-system';
import { z } from 'zod';
import { checkReachable, type Database, openDatabase } from '../database.ts';
import { checkMigrated } from '../migrate.ts';
import { openExistingQueues } from '../open-existing-queues.ts';
import { readStatus } from '../store/read-status.ts';

/** Looks at the whole system from outside. */
export interface Observer {
  /** What is known now, and what it means. A store that can't be reached is a finding, not an error. */
  look(): Promise<{ reading: SystemReading; assessment: Assessment }>;
  close(): Promise<void>;
}

const settings = z.object({ ...queueSettings, ...limitSettings, DATABASE_URL: postgresUrl });

/** In ms; a store that takes longer counts as out of reach. */
const STATEMENT_TIMEOUT_MS = 5_000;

/**
 * Opens whatever can be reached.
 * @throws ConfigError for bad settings, TimepointError `not-migrated` that names the remedy.
 */
export async function openObserver(env: Env): Promise<Observer> {
  const config = loadConfig(settings, env);
  const database = openDatabase(config.DATABASE_URL, 2, { statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  let queues: Queues | null = null;
  const settingsOfQueues = {
    redisUrl: config.REDIS_URL,
    databaseUrl: config.DATABASE_URL,
    prefix: config.QUEUE_PREFIX,
  };
  try {
    if (await isReachable(database, config.DATABASE_URL)) await checkMigrated(config.DATABASE_URL);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    look: async () => {
      // They may come up later than whoever looks at them.
      queues ??= await openExistingQueues(settingsOfQueues, database);
      const reading = await readSystem({ queues, readStatus: () => readStatus(database) });
      return { reading, assessment: assess(reading, limitsOf(config)) };
    },
    close: async () => {
      await queues?.close();
      await database.close();
    },
  };
}

function isReachable(database: Database, url: string): Promise<boolean> {
  return checkReachable(database, url).then(
    () => true,
    () => false,
  );
}
