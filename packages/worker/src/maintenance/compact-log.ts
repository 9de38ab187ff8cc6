// The log stays small and bounded: payloads older than an hour are packed, and events older than the retention are removed.
// The coverage records which events have expired, so that verification does not report them as lost.

import { expireEvents } from '@timepoint/database/events/expire-events';
import { packEvents } from '@timepoint/database/events/pack-events';
import type { Database, Sql } from '@timepoint/database/pool';
import { STREAMS, type Stream } from '@timepoint/shared/contract/streams';
import { asError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';

export interface CompactOptions {
  readonly retentionDays: number;
  /** In ms since the epoch. */
  readonly now: number;
  readonly logger: Logger;
}

/** Repeated and late events come within minutes, and recent events are read most. */
const PACK_AFTER_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Packs and expires what is due in the log of every stream, in many short transactions.
 * @throws when it failed for a stream, after the logs of the others were compacted.
 */
export async function compactLog(database: Database, options: CompactOptions): Promise<void> {
  const failed: string[] = [];
  for (const stream of STREAMS) {
    try {
      await compactStream(database, stream, options);
    } catch (error) {
      failed.push(stream.name);
      options.logger.warn(
        { stream: stream.name, err: asError(error) },
        'compacting the log of a stream failed',
      );
    }
  }
  if (failed.length > 0) throw new Error(`The log was not compacted for ${failed.join(', ')}.`);
}

async function compactStream(
  database: Database,
  { name: stream, hasCompanyStatus }: Stream,
  { retentionDays, now }: CompactOptions,
): Promise<void> {
  const receivedBefore = now - retentionDays * DAY_MS;
  const expire = (tx: Sql) => expireEvents(tx, { stream, receivedBefore, isHeldByLetters: hasCompanyStatus });
  while ((await alone(database, stream, expire)) !== null);
  const pack = (tx: Sql) => packEvents(tx, stream, now - PACK_AFTER_MS);
  while ((await alone(database, stream, pack)) > 0);
}

/** Runs work under the lock of a stream, so that only one worker at a time compacts its log. */
function alone<Result>(
  database: Database,
  stream: string,
  work: (tx: Sql) => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtext('timepoint log'), hashtext($1))`, [stream]);
    return work(tx);
  });
}
