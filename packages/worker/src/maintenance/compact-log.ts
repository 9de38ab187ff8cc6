// The log is kept small and bounded: payloads older than an hour are packed, events older than the retention
// are taken out. What it no longer holds is noted in the coverage, so that nobody mistakes it for a loss.

import { expireEvents } from '@timepoint/database/events/expire-events';
import { packEvents } from '@timepoint/database/events/pack-events';
import type { Database, Sql } from '@timepoint/database/pool';
import { STREAMS, type Stream } from '@timepoint/shared/contract/streams';
import { asError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';

export interface TendOptions {
  readonly retentionDays: number;
  /** In ms since the epoch. */
  readonly now: number;
  readonly logger: Logger;
}

/** An event that comes twice or late does so within minutes; and recent ones are read most. */
const PACK_AFTER_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Packs and expires what is due in the log of every stream, in many short transactions.
 * @throws when it failed for a stream, after the others were tended.
 */
export async function tendLog(database: Database, options: TendOptions): Promise<void> {
  const failed: string[] = [];
  for (const stream of STREAMS) {
    try {
      await tendStream(database, stream, options);
    } catch (error) {
      failed.push(stream.name);
      options.logger.warn({ stream: stream.name, err: asError(error) }, 'tending the log of a stream failed');
    }
  }
  if (failed.length > 0) throw new Error(`The log was not tended of ${failed.join(', ')}.`);
}

async function tendStream(
  database: Database,
  { name: stream, hasCompanyStatus }: Stream,
  { retentionDays, now }: TendOptions,
): Promise<void> {
  const receivedBefore = now - retentionDays * DAY_MS;
  const expire = (tx: Sql) => expireEvents(tx, { stream, receivedBefore, isHeldByLetters: hasCompanyStatus });
  while ((await alone(database, stream, expire)) !== null);
  const pack = (tx: Sql) => packEvents(tx, stream, now - PACK_AFTER_MS);
  while ((await alone(database, stream, pack)) > 0);
}

/** Keeps two workers from tending the log of one stream at the same time. */
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
