import type { Sql } from '@timepoint/database/pool';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type QueueSettings, type Queues, queueSchema } from '@timepoint/shared/queues/queues';

/**
 * Opens the queues for reading, and does not create them.
 * @throws when they can't be reached, and TimepointError `no-queues` when they don't exist.
 */
export async function openQueuesThatExist(settings: QueueSettings, database: Sql | null): Promise<Queues> {
  const { redisUrl, prefix } = settings;
  if (redisUrl === undefined && (database === null || !(await hasQueues(database, prefix))))
    throw new TimepointError('no-queues', 'the queues do not exist yet: a worker creates them at its start');
  return openQueues(settings, createLogger({ name: 'timepoint', level: 'silent' }));
}

/** Like {@link openQueuesThatExist}, but returns null when that fails. */
export async function openExistingQueues(
  settings: QueueSettings,
  database: Sql | null,
): Promise<Queues | null> {
  return openQueuesThatExist(settings, database).catch(() => null);
}

/** Whether Postgres has queues with this prefix. */
export async function hasQueues(database: Sql, prefix: string): Promise<boolean> {
  const { rows } = await database.query<{ is_there: boolean }>(
    'select to_regnamespace($1) is not null as is_there',
    [queueSchema(prefix)],
  );
  return rows[0]?.is_there === true;
}
