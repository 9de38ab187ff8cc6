import type { Sql } from '@timepoint/database/pool';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { createLogger } from '@timepoint/shared/platform/logger';
import { openQueues, type QueueSettings, type Queues, queueSchema } from '@timepoint/shared/queues/queues';

/**
 * Opens the queues for somebody who only looks, and so must not make them.
 * @throws when they can't be reached, and TimepointError `no-queues` when they are not there.
 */
export async function openQueuesThatExist(settings: QueueSettings, database: Sql | null): Promise<Queues> {
  const { redisUrl, prefix } = settings;
  if (redisUrl === undefined && (database === null || !(await hasQueues(database, prefix))))
    throw new TimepointError('no-queues', 'no queues are there yet: a worker makes them when it starts');
  return openQueues(settings, createLogger({ name: 'timepoint', level: 'silent' }));
}

/** As {@link openQueuesThatExist}, but null when that fails. */
export async function openExistingQueues(
  settings: QueueSettings,
  database: Sql | null,
): Promise<Queues | null> {
  return openQueuesThatExist(settings, database).catch(() => null);
}

/** Whether Postgres has the queues of that prefix. */
export async function hasQueues(database: Sql, prefix: string): Promise<boolean> {
  const { rows } = await database.query<{ is_there: boolean }>(
    'select to_regnamespace($1) is not null as is_there',
    [queueSchema(prefix)],
  );
  return rows[0]?.is_there === true;
}
