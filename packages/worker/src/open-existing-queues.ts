import { createLogger } from '@timepoint/shared/logger';
import { openQueues, type QueueSettings, type Queues, queueSchema } from '@timepoint/shared/queues';
import type { Sql } from './database.ts';

/**
 * Opens the queues for somebody who only looks, and so must not make them. Null when they can't be reached, or are
 * not there.
 */
export async function openExistingQueues(
  settings: QueueSettings,
  database: Sql | null,
): Promise<Queues | null> {
  const { redisUrl, prefix } = settings;
  try {
    if (redisUrl === undefined && (database === null || !(await hasQueues(database, prefix)))) return null;
    return await openQueues(settings, createLogger({ name: 'timepoint', level: 'silent' }));
  } catch {
    return null;
  }
}

/** Whether Postgres has the queues of that prefix. */
export async function hasQueues(database: Sql, prefix: string): Promise<boolean> {
  const { rows } = await database.query<{ is_there: boolean }>(
    'select to_regnamespace($1) is not null as is_there',
    [queueSchema(prefix)],
  );
  return rows[0]?.is_there === true;
}
